import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Store } from '../stand-in/store.ts';
import type { EventJson } from './event-json.ts';
import { eventsOfSeason, givenKey, type NewEvent, newSeason } from './event-settings.ts';
import type { Events, SeatsEvent } from './events.ts';
import type { SeasonChanges, SeasonStatusChange } from './season-changes.ts';
import type { Seasons } from './seasons.ts';
import { requested, requestedObject } from './status-request.ts';
import { invalid, notFound } from './vendor-error.ts';
import type { Workspace } from './workspaces.ts';

const seasonParams = z.object({ season: z.string() });
const partialParams = seasonParams.extend({ partial: z.string() });
const memberParams = partialParams.extend({ event: z.string() });
const eventParams = z.object({ event: z.string() });
const createEvents = z.object(eventsOfSeason);
const newPartial = z.object({
  key: givenKey.nullish(),
  name: z.string().nullish(),
  eventKeys: z.array(z.string()).nullish(),
});
const addEvents = z.object({ eventKeys: z.array(z.string()).min(1) });
const statusChange = z.object({ objects: z.array(requestedObject).min(1), season: z.string().nullish() });

export interface SeasonRoutesOptions {
  store: Store;
  events: Events;
  seasons: Seasons;
  changes: SeasonChanges;
  json: EventJson;
}

/** Seasons, their events and partial seasons, and events that do not follow them. */
export function addSeasonRoutes(app: FastifyInstance, options: SeasonRoutesOptions): void {
  const { store, events, seasons, changes, json } = options;
  const config = { call: 'seasons' };

  const topOf = (workspace: Workspace, key: string): SeatsEvent => {
    const season = changes.season(workspace, key);
    if (seasons.placeOf(season.id)?.kind === 'season') return season;
    throw invalid(`Season ${key} is a partial season`);
  };
  const partialOf = ({ workspace, params }: FastifyRequest): { top: SeatsEvent; partial: SeatsEvent } => {
    const { season, partial: key } = partialParams.parse(params);
    const top = topOf(workspace, season);
    const partial = changes.season(workspace, key);
    if (seasons.partialsOf(top.id).includes(partial.id)) return { top, partial };
    throw notFound('Season', key, workspace.key);
  };
  const memberIds = (workspace: Workspace, top: SeatsEvent, keys: readonly string[]): number[] =>
    keys.map((key) => {
      const { id } = events.get(workspace, key);
      if (seasons.eventsOf(top.id).includes(id)) return id;
      throw invalid(`Event ${key} is not in season ${top.key}`);
    });

  app.post('/seasons', { config }, (request, reply) => {
    const { key, numberOfEvents, eventKeys, ...described } = newSeason.parse(request.body);
    const { forSalePropagated, ...event } = described;
    const season = {
      ...event,
      ...(key === undefined ? {} : { eventKey: key }),
      ...(forSalePropagated == null ? {} : { forSalePropagated }),
    };
    const inside = eventsIn(season, numberOfEvents, eventKeys);
    const [created] = events.create(request.workspace, [season, ...inside], ([topId, ...ids]) => {
      if (topId === undefined) return;
      seasons.add(topId, { kind: 'season', topId });
      for (const id of ids) seasons.add(id, { kind: 'event', topId });
    });
    return reply.code(201).send(created && json.whole(created));
  });

  app.post('/seasons/:season/actions/create-events', { config }, (request, reply) => {
    const top = topOf(request.workspace, seasonParams.parse(request.params).season);
    const { numberOfEvents, eventKeys } = createEvents.parse(request.body ?? {});
    const inside = eventsIn(describe(top), numberOfEvents, eventKeys);
    if (inside.length === 0) throw invalid('required key [numberOfEvents] or [eventKeys] not found');
    const created = events.create(request.workspace, inside, (ids) => {
      for (const id of ids) seasons.add(id, { kind: 'event', topId: top.id });
    });
    // Newest first, unlike the events of a season.
    return reply.code(201).send({ events: created.reverse().map(json.listed) });
  });

  app.post('/seasons/:season/partial-seasons', { config }, (request, reply) => {
    const top = topOf(request.workspace, seasonParams.parse(request.params).season);
    const { key, name, eventKeys } = newPartial.parse(request.body ?? {});
    const members = memberIds(request.workspace, top, eventKeys ?? []);
    const described = { ...describe(top), ...(key == null ? {} : { eventKey: key }), name };
    const [created] = events.create(request.workspace, [described], ([id]) => {
      if (id === undefined) return;
      seasons.add(id, { kind: 'partial', topId: top.id });
      for (const member of members) seasons.join(id, member);
    });
    return reply.code(201).send(created && json.whole(created));
  });

  app.post('/seasons/:season/partial-seasons/:partial/actions/add-events', { config }, (request) => {
    const { top, partial } = partialOf(request);
    const members = memberIds(request.workspace, top, addEvents.parse(request.body).eventKeys);
    store.transaction(() => {
      for (const member of members) seasons.join(partial.id, member);
    });
    return json.whole(partial);
  });

  app.delete('/seasons/:season/partial-seasons/:partial/events/:event', { config }, (request) => {
    const { partial } = partialOf(request);
    const { event: key } = memberParams.parse(request.params);
    const { id } = events.get(request.workspace, key);
    if (!seasons.eventsOf(partial.id).includes(id)) {
      throw invalid(`Event ${key} is not in season ${partial.key}`);
    }
    store.transaction(() => changes.leave(partial, id));
    return json.whole(partial);
  });

  const statusRoute = (action: string, type: SeasonStatusChange['type']) =>
    app.post(`/events/:event/actions/${action}`, { config: { call: 'seasonStatus' } }, (request, reply) => {
      const event = events.get(request.workspace, eventParams.parse(request.params).event);
      const { objects, season } = statusChange.parse(request.body);
      const change = { type, objects: objects.map(requested), season: season ?? undefined };
      store.transaction(() => changes.apply(request.workspace, event, change));
      return reply.code(204).send();
    });
  statusRoute('override-season-status', 'OVERRIDE_SEASON_STATUS');
  statusRoute('use-season-status', 'USE_SEASON_STATUS');
}

/** What an event of a season has from it. */
function describe({ chart, settings }: SeatsEvent): NewEvent {
  const { tableBookingConfig, objectCategories, categories } = settings;
  return { chartKey: chart.key, tableBookingConfig, objectCategories, categories };
}

function eventsIn(season: NewEvent, count?: number | null, keys?: readonly string[] | null): NewEvent[] {
  if (count != null && keys != null) {
    throw invalid('numberOfEvents cannot be used in combination with eventKeys');
  }
  const { chartKey, tableBookingConfig, objectCategories, categories } = season;
  const event = { chartKey, tableBookingConfig, objectCategories, categories };
  return keys?.map((eventKey) => ({ ...event, eventKey })) ?? Array.from({ length: count ?? 0 }, () => event);
}
