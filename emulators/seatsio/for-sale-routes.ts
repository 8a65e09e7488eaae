import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../stand-in/clock.ts';
import { isCounted } from './chart-objects.ts';
import { type ForSaleConfig, forSaleConfig } from './event-settings.ts';
import type { Events, SeatsEvent } from './events.ts';
import { editForSale } from './for-sale.ts';
import { checkNamed } from './named-objects.ts';
import { VendorError } from './vendor-error.ts';

const CALLS_PER_DAY = 10;
const DAY = 86_400_000;

const params = z.object({ event: z.string() });
const objects = z
  .array(z.object({ object: z.string(), quantity: z.number().int().min(1).optional() }))
  .nullish()
  .transform((list) => list ?? []);
const edit = z.object({ forSale: objects, notForSale: objects });
const editOfEvents = z.object({ events: z.record(z.string(), edit) });
const named = forSaleConfig.omit({ forSale: true });

/** What of an event is for sale. These calls have a limit of their own: ten for each event and day. */
export function addForSaleRoutes(app: FastifyInstance, events: Events, clock: Clock): void {
  const config = { call: 'forSale' };
  const spend = createDailyLimit(clock);
  const eventOf = ({ workspace, params: given }: FastifyRequest) =>
    events.get(workspace, params.parse(given).event);
  // The vendor's clients test it with names that the event has not, and find the config as they gave it.
  const replace = (request: FastifyRequest, reply: FastifyReply, forSale: ForSaleConfig | undefined) => {
    const event = eventOf(request);
    spend([event], reply);
    events.set(event, { forSaleConfig: forSale });
    return reply.code(204).send();
  };
  const editAll = (edits: [SeatsEvent, z.output<typeof edit>][], reply: FastifyReply) => {
    for (const [event, { forSale, notForSale }] of edits) {
      const labels = [...forSale, ...notForSale].map(({ object }) => object);
      checkNamed(event, { objects: labels });
    }
    const limits = spend(
      edits.map(([event]) => event),
      reply,
    );
    return edits.map(([event, { forSale, notForSale }], index) => {
      const edited = editForSale(event.settings.forSaleConfig, forSale, notForSale, (label) => {
        const object = event.objects.get(label);
        return object !== undefined && isCounted(object) ? object.capacity : undefined;
      });
      events.set(event, { forSaleConfig: edited });
      return { forSaleConfig: edited, rateLimitInfo: limits[index] };
    });
  };

  app.post('/events/:event/actions/edit-for-sale-config', { config }, (request, reply) => {
    const [result] = editAll([[eventOf(request), edit.parse(request.body ?? {})]], reply);
    return result;
  });
  app.post('/events/actions/edit-for-sale-config', { config }, (request, reply) => {
    const edits = Object.entries(editOfEvents.parse(request.body).events);
    const found = edits.map(
      ([key, one]) => [events.get(request.workspace, key), one] as [SeatsEvent, typeof one],
    );
    const results = editAll(found, reply);
    return Object.fromEntries(edits.map(([key], index) => [key, results[index]]));
  });
  app.post('/events/:event/actions/mark-as-for-sale', { config }, (request, reply) =>
    replace(request, reply, { forSale: true, ...named.parse(request.body ?? {}) }),
  );
  app.post('/events/:event/actions/mark-as-not-for-sale', { config }, (request, reply) =>
    replace(request, reply, { forSale: false, ...named.parse(request.body ?? {}) }),
  );
  app.post('/events/:event/actions/mark-everything-as-for-sale', { config }, (request, reply) =>
    replace(request, reply, undefined),
  );
  app.post('/events/:event/actions/mark-everything-as-not-for-sale', { config }, (request, reply) =>
    replace(request, reply, { forSale: true, ...named.parse({}) }),
  );
}

/** Kept in memory only. The vendor tells when to come back, unlike with its other limits. */
function createDailyLimit(clock: Clock) {
  const spent = new Map<number, { until: number; calls: number }>();

  return (events: readonly SeatsEvent[], reply: FastifyReply): object[] => {
    const now = clock.now();
    const days = events.map(({ id }) => {
      const day = spent.get(id);
      return day !== undefined && day.until > now ? day : { until: now + DAY, calls: 0 };
    });
    const full = days.find(({ calls }) => calls >= CALLS_PER_DAY);
    if (full !== undefined) {
      reply.header('retry-after', Math.ceil((full.until - now) / 1000));
      throw new VendorError(429, 'RATE_LIMIT_EXCEEDED', 'Rate limit exceeded');
    }
    return days.map((day, index) => {
      const event = events[index];
      day.calls += 1;
      if (event !== undefined) spent.set(event.id, day);
      return {
        rateLimitRemainingCalls: CALLS_PER_DAY - day.calls,
        rateLimitResetDate: new Date(day.until).toISOString(),
      };
    });
  };
}
