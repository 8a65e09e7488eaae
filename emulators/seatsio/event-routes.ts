import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Store } from '../stand-in/store.ts';
import type { EventJson } from './event-json.ts';
import { type ChangedEvent, changedEvent, newEvent, newEvents } from './event-settings.ts';
import type { Events, SeatsEvent } from './events.ts';
import { pageQuery } from './paging.ts';
import type { Seasons } from './seasons.ts';
import { invalid, VendorError } from './vendor-error.ts';

const params = z.object({ event: z.string() });

export interface EventRoutesOptions {
  store: Store;
  events: Events;
  seasons: Seasons;
  json: EventJson;
  /** Removes everything that an event has left behind. */
  forget: (event: SeatsEvent) => void;
}

export function addEventRoutes(app: FastifyInstance, options: EventRoutesOptions): void {
  const { store, events, seasons, json, forget } = options;
  const config = { call: 'events' };
  const eventOf = ({ workspace, params: given }: FastifyRequest) =>
    events.get(workspace, params.parse(given).event);
  /** What ends with a season, and has its tables. */
  const membersOf = ({ id }: SeatsEvent) =>
    seasons.placeOf(id)?.kind === 'season'
      ? [...seasons.eventsOf(id), ...seasons.partialsOf(id)].map(events.byId)
      : [];
  /** Tables are sold alike in a whole season, which itself is never over. */
  const checkSeasonSettings = (event: SeatsEvent, change: ChangedEvent) => {
    const kind = seasons.placeOf(event.id)?.kind;
    if (change.tableBookingConfig !== undefined && (kind === 'event' || kind === 'partial')) {
      throw invalid('The tableBookingConfig is that of the season');
    }
    if (change.isInThePast === true && (kind === 'season' || kind === 'partial')) {
      throw invalid('Seasons cannot be marked as in the past');
    }
    if (change.forSalePropagated !== undefined && kind !== 'season') {
      throw invalid('forSalePropagated is for seasons only');
    }
  };

  app.post('/events', { config }, (request, reply) => {
    const [event] = events.create(request.workspace, [newEvent.parse(request.body)]);
    return reply.code(201).send(event && json.whole(event));
  });
  app.post('/events/actions/create-multiple', { config }, (request, reply) => {
    const { chartKey, events: described } = newEvents.parse(request.body);
    const created = events.create(
      request.workspace,
      described.map((event) => ({ ...event, chartKey })),
    );
    return reply.code(201).send({ events: created.map(json.whole) });
  });
  app.get('/events', { config }, ({ workspace, query }) => {
    const { items, ...tokens } = events.list(workspace, pageQuery.parse(query));
    return { items: items.map(json.listed), ...tokens };
  });
  app.get('/events/:event', { config }, (request) => json.whole(eventOf(request)));
  app.post('/events/:event', { config }, (request, reply) => {
    const event = eventOf(request);
    const change = changedEvent.parse(request.body ?? {});
    if (event.settings.isInThePast === true && change.isInThePast !== false) throw inThePast();
    checkSeasonSettings(event, change);
    store.transaction(() => {
      events.update(event, change);
      if (change.tableBookingConfig === undefined) return;
      const { tableBookingConfig } = change;
      for (const member of membersOf(event)) events.update(member, { tableBookingConfig });
    });
    return reply.code(204).send();
  });
  app.delete('/events/:event', { config }, (request, reply) => {
    const event = eventOf(request);
    store.transaction(() => {
      for (const one of [...membersOf(event), event]) {
        forget(one);
        events.delete(one);
      }
    });
    return reply.code(204).send();
  });
}

/** Known from two clients' tests of 2023 alone; those of today bring an event back by the same call. */
function inThePast(): VendorError {
  return new VendorError(400, 'EVENT_IS_IN_THE_PAST', 'Events in the past cannot be updated');
}
