import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Store } from '../stand-in/store.ts';
import type { Events, SeatsEvent } from './events.ts';
import type { ObjectInfos } from './object-infos.ts';
import type { SeasonChanges } from './season-changes.ts';
import type { StatusChanges } from './status-changes.ts';
import { batchRequest, groupRequest, type StatusChange, statusChange } from './status-request.ts';
import { BOOKED, FREE, HELD } from './statuses.ts';
import { invalid } from './vendor-error.ts';

const query = z.object({ expand: z.string().optional() });
const eventParams = z.object({ event: z.string() });
const labelQuery = z.object({ label: z.union([z.string(), z.array(z.string())]).default([]) });

export interface StatusRoutesOptions {
  store: Store;
  events: Events;
  infos: ObjectInfos;
  changes: StatusChanges;
  seasonChanges: SeasonChanges;
}

/** Status changes, one by one and in batch, and the reading of objects. */
export function addStatusRoutes(app: FastifyInstance, options: StatusRoutesOptions): void {
  const { store, events, infos, changes, seasonChanges } = options;
  const isExpanded = (request: FastifyRequest) =>
    query.parse(request.query).expand?.includes('objects') === true;
  /** JSON of a change's objects by label, to be made before the next change of the same call. */
  const objectsText = (event: SeatsEvent | undefined, { objects }: StatusChange): string => {
    const labels = new Set(objects.map(({ objectId }) => objectId));
    const texts = [...labels].map((label) => event && infos.text(event, label));
    return `{"objects":{${texts.join(',')}}}`;
  };
  /** Not for a handler to return: Fastify would wait for the end of the answer, with listeners of its own. */
  const answer = (reply: FastifyReply, text: string | undefined): void => {
    if (text === undefined) reply.code(204).send();
    else reply.header('content-type', 'application/json; charset=utf-8').send(text);
  };

  app.post(
    '/events/groups/actions/change-object-status',
    { config: { lane: 'priority', call: { names: GROUP_CALLS, of: groupCall } } },
    (request, reply) => {
      const body = groupRequest.parse(request.body);
      const change = statusChange(body, request.ip);
      const text = store.transaction(() => {
        const targets = body.events.map((key) => events.get(request.workspace, key));
        if (new Set(targets.map(({ chart }) => chart.id)).size > 1) {
          throw invalid('The events of one status change must have the same chart');
        }
        for (const event of targets) changes.apply(event, change);
        // Objects of one label are shown once, as they are in the last event.
        return isExpanded(request) ? objectsText(targets.at(-1), change) : undefined;
      });
      answer(reply, text);
    },
  );

  app.post(
    '/events/actions/change-object-status',
    { config: { call: 'batch', lane: 'priority' } },
    (request, reply) => {
      const { statusChanges } = batchRequest.parse(request.body);
      const texts = store.transaction(() =>
        statusChanges.map((entry) => {
          const event = events.get(request.workspace, entry.event);
          const change = statusChange(entry, request.ip);
          const { type, season } = entry;
          if (type === 'CHANGE_STATUS_TO' || type === 'RELEASE') changes.apply(event, change);
          else
            seasonChanges.apply(request.workspace, event, { ...change, type, season: season ?? undefined });
          return isExpanded(request) ? objectsText(event, change) : undefined;
        }),
      );
      answer(reply, isExpanded(request) ? `{"results":[${texts.join(',')}]}` : undefined);
    },
  );

  app.get('/events/:event/objects', { config: { call: 'readObjects', lane: 'priority' } }, (request) => {
    const { label } = labelQuery.parse(request.query);
    return infos.read(
      events.get(request.workspace, eventParams.parse(request.params).event),
      Array.isArray(label) ? label : [label],
    );
  });
}

const GROUP_CALLS = ['hold', 'book', 'release', 'changeStatus'] as const;
/** The name of a status change in fault scripts. */
function groupCall({ body }: FastifyRequest): (typeof GROUP_CALLS)[number] {
  if (typeof body !== 'object' || body === null) return 'changeStatus';
  if (('type' in body && body.type === 'RELEASE') || ('status' in body && body.status === FREE)) {
    return 'release';
  }
  const status = 'status' in body ? body.status : undefined;
  if (status === HELD) return 'hold';
  return status === BOOKED ? 'book' : 'changeStatus';
}
