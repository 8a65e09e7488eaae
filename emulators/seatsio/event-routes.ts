import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Events, SeatsEvent } from './events.ts';

const newEvent = z.object({
  chartKey: z.string(),
  eventKey: z.string().min(1).optional(),
  name: z.string().optional(),
  date: z.iso.date().optional(),
});
const params = z.object({ event: z.string() });
const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(1000),
  start_after_id: z.coerce.number().int().optional(),
});

export function addEventRoutes(app: FastifyInstance, events: Events): void {
  const config = { call: 'events' };

  app.post('/events', { config }, (request, reply) =>
    reply.code(201).send(eventJson(events.create(newEvent.parse(request.body)))),
  );
  app.get('/events', { config }, (request) => {
    const { limit, start_after_id: startAfter } = pageQuery.parse(request.query);
    const found = events.list({ limit: limit + 1, startAfter });
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return {
      items: items.map(eventJson),
      ...(found.length > limit && last !== undefined ? { next_page_starts_after: String(last.id) } : {}),
    };
  });
  app.get('/events/:event', { config }, (request) =>
    eventJson(events.get(params.parse(request.params).event)),
  );
}

function eventJson({ id, key, chart, name, date, createdOn }: SeatsEvent): object {
  return {
    id,
    key,
    chartKey: chart.key,
    ...(name === undefined ? {} : { name }),
    ...(date === undefined ? {} : { date }),
    tableBookingConfig: { mode: 'INHERIT' },
    supportsBestAvailable: true,
    categories: chart.categories,
    createdOn: new Date(createdOn).toISOString(),
    isSeason: false,
    isTopLevelSeason: false,
    isPartialSeason: false,
    isEventInSeason: false,
    isInThePast: false,
  };
}
