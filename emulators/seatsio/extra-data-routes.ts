import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Store } from '../stand-in/store.ts';
import type { Events, SeatsEvent } from './events.ts';
import type { SeatStates } from './seat-states.ts';
import { invalid } from './vendor-error.ts';

const eventParams = z.object({ event: z.string() });
const objectParams = eventParams.extend({ object: z.string() });
const data = z.record(z.string(), z.unknown()).nullable();
const one = z.object({ extraData: data });
const several = z.object({ extraData: z.record(z.string(), data) });

/** Extra data of objects: no status change, so it is in no list and goes with the next one. */
export function addExtraDataRoutes(
  app: FastifyInstance,
  store: Store,
  events: Events,
  seats: SeatStates,
): void {
  const config = { call: 'extraData' };
  const eventOf = ({ workspace, params }: FastifyRequest) =>
    events.get(workspace, eventParams.parse(params).event);
  const update = (event: SeatsEvent, changes: [label: string, extraData: z.output<typeof data>][]) =>
    store.transaction(() => {
      for (const [label, extraData] of changes) {
        if (!event.objects.has(label)) throw invalid(`Object not found: ${label}`);
        const { extraData: _, ...state } = seats.get(event.id, label);
        seats.set(event.id, label, { ...state, ...(extraData === null ? {} : { extraData }) });
      }
    });

  app.post('/events/:event/objects/:object/actions/update-extra-data', { config }, (request, reply) => {
    const { object } = objectParams.parse(request.params);
    update(eventOf(request), [[object, one.parse(request.body).extraData]]);
    return reply.code(204).send();
  });
  app.post('/events/:event/actions/update-extra-data', { config }, (request, reply) => {
    update(eventOf(request), Object.entries(several.parse(request.body).extraData));
    return reply.code(204).send();
  });
}
