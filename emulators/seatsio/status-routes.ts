import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Store } from '../stand-in/store.ts';
import type { Events, SeatsEvent } from './events.ts';
import type { ObjectInfo, ObjectInfos } from './object-infos.ts';
import type { StatusChanges } from './status-changes.ts';
import { batchRequest, groupRequest, type StatusChange, statusChange } from './status-request.ts';
import { BOOKED, FREE, HELD } from './statuses.ts';

const query = z.object({ expand: z.string().optional() });
const eventParams = z.object({ event: z.string() });
const labelQuery = z.object({ label: z.union([z.string(), z.array(z.string())]).default([]) });

export interface StatusRoutesOptions {
  store: Store;
  events: Events;
  infos: ObjectInfos;
  changes: StatusChanges;
}

/** Status changes, one by one and in batch, and the reading of objects. */
export function addStatusRoutes(app: FastifyInstance, options: StatusRoutesOptions): void {
  const { store, events, infos, changes } = options;
  const expanded = (request: FastifyRequest) =>
    query.parse(request.query).expand?.includes('objects') === true;
  const shown = (event: SeatsEvent, change: StatusChange): Record<string, ObjectInfo> =>
    infos.read(
      event,
      change.objects.map(({ objectId }) => objectId),
    );

  app.post(
    '/events/groups/actions/change-object-status',
    { config: { call: { names: GROUP_CALLS, of: groupCall } } },
    (request, reply) => {
      const body = groupRequest.parse(request.body);
      const change = statusChange(body);
      const objects = store.transaction(() => {
        const targets = body.events.map((key) => events.get(key));
        for (const event of targets) changes.apply(event, change);
        return Object.assign({}, ...targets.map((event) => shown(event, change))) as Record<
          string,
          ObjectInfo
        >;
      });
      return expanded(request) ? { objects } : reply.code(204).send();
    },
  );

  app.post('/events/actions/change-object-status', { config: { call: 'batch' } }, (request, reply) => {
    const { statusChanges } = batchRequest.parse(request.body);
    const results = store.transaction(() =>
      statusChanges.map((entry) => {
        const event = events.get(entry.event);
        const change = statusChange(entry);
        changes.apply(event, change);
        return { objects: shown(event, change) };
      }),
    );
    return expanded(request) ? { results } : reply.code(204).send();
  });

  app.get('/events/:event/objects', { config: { call: 'readObjects' } }, (request) => {
    const { label } = labelQuery.parse(request.query);
    return infos.read(
      events.get(eventParams.parse(request.params).event),
      Array.isArray(label) ? label : [label],
    );
  });
}

const GROUP_CALLS = ['hold', 'book', 'release', 'changeStatus'] as const;
const wanted = z.object({ type: z.string().optional(), status: z.string().optional() });

/** The name of a status change in fault scripts. */
function groupCall({ body }: FastifyRequest): (typeof GROUP_CALLS)[number] {
  const change = wanted.safeParse(body).data ?? {};
  if (change.type === 'RELEASE' || change.status === FREE) return 'release';
  if (change.status === HELD) return 'hold';
  return change.status === BOOKED ? 'book' : 'changeStatus';
}
