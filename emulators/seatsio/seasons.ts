import type { Store } from '../stand-in/store.ts';

/** What an event is to a season: the season itself, a part of it with events of its own choice, or one event. */
export interface SeasonPlace {
  kind: 'season' | 'partial' | 'event';
  /** The id of the season at the top, which for the season is its own. */
  topId: number;
}

/** Which events belong together, by their ids. Seasons are events too, with rows in their table. */
export interface Seasons {
  /** Undefined for an event that is in no season. */
  placeOf(id: number): SeasonPlace | undefined;
  /** Of a season or partial season, oldest first. */
  eventsOf(id: number): readonly number[];
  /** Of a season all its partial seasons, of an event those that it is in; oldest first. */
  partialsOf(id: number): readonly number[];
  /** These and those below are called inside a transaction. */
  add(id: number, place: SeasonPlace): void;
  join(partialId: number, eventId: number): void;
  leave(partialId: number, eventId: number): void;
  /** Of a season its members are to be forgotten before. */
  forget(id: number): void;
  /** Places and memberships, for the state dump. */
  all(): { id: number; kind: string; topId: number; partials: readonly number[] }[];
}

/** All of it is in memory; the tables, which need that of the events, are what a restart reads. */
export function createSeasons(store: Store): Seasons {
  store.exec(
    `CREATE TABLE IF NOT EXISTS season_places (
       id INTEGER PRIMARY KEY, kind TEXT NOT NULL, top_id INTEGER NOT NULL);
     CREATE TABLE IF NOT EXISTS partial_season_events (
       partial_id INTEGER NOT NULL, event_id INTEGER NOT NULL, PRIMARY KEY (partial_id, event_id))`,
  );
  const insertPlace = store.prepare('INSERT INTO season_places (id, kind, top_id) VALUES (?, ?, ?)');
  const removePlace = store.prepare('DELETE FROM season_places WHERE id = ?');
  const insertMember = store.prepare('INSERT INTO partial_season_events VALUES (?, ?)');
  const removeMember = store.prepare(
    'DELETE FROM partial_season_events WHERE partial_id = ? AND event_id = ?',
  );

  const places = new Map<number, SeasonPlace>();
  /** By the season at the top: all that is below it. */
  const below = new Map<number, Set<number>>();
  /** By partial season. */
  const members = new Map<number, Set<number>>();

  const put = (id: number, place: SeasonPlace) => {
    places.set(id, place);
    if (place.kind !== 'season') below.set(place.topId, (below.get(place.topId) ?? new Set()).add(id));
  };
  const drop = (id: number, { topId }: SeasonPlace) => {
    places.delete(id);
    below.get(topId)?.delete(id);
  };
  const putMember = (partialId: number, eventId: number) =>
    members.set(partialId, (members.get(partialId) ?? new Set()).add(eventId));
  const dropMember = (partialId: number, eventId: number) => members.get(partialId)?.delete(eventId);

  const belowOf = (topId: number, kind: SeasonPlace['kind']) =>
    [...(below.get(topId) ?? [])].filter((id) => places.get(id)?.kind === kind).sort((a, b) => a - b);
  const partialsOf = (id: number): number[] => {
    const place = places.get(id);
    if (place === undefined || place.kind === 'partial') return [];
    const partials = belowOf(place.topId, 'partial');
    return place.kind === 'season' ? partials : partials.filter((partial) => members.get(partial)?.has(id));
  };
  const leave = (partialId: number, eventId: number) => {
    store.onUndo(() => putMember(partialId, eventId));
    dropMember(partialId, eventId);
    removeMember.run(partialId, eventId);
  };

  for (const { id, kind, top_id } of store.prepare('SELECT * FROM season_places').all()) {
    put(Number(id), { kind: kind as SeasonPlace['kind'], topId: Number(top_id) });
  }
  for (const { partial_id, event_id } of store.prepare('SELECT * FROM partial_season_events').all()) {
    putMember(Number(partial_id), Number(event_id));
  }

  return {
    placeOf: (id) => places.get(id),
    eventsOf: (id) => {
      const place = places.get(id);
      if (place?.kind === 'season') return belowOf(id, 'event');
      return [...(members.get(id) ?? [])].sort((a, b) => a - b);
    },
    partialsOf,
    add: (id, place) => {
      store.onUndo(() => drop(id, place));
      put(id, place);
      insertPlace.run(id, place.kind, place.topId);
    },
    join: (partialId, eventId) => {
      if (members.get(partialId)?.has(eventId)) return;
      store.onUndo(() => dropMember(partialId, eventId));
      putMember(partialId, eventId);
      insertMember.run(partialId, eventId);
    },
    leave,
    forget: (id) => {
      const place = places.get(id);
      if (place === undefined) return;
      if (place.kind === 'event') for (const partial of partialsOf(id)) leave(partial, id);
      for (const eventId of [...(members.get(id) ?? [])]) leave(id, eventId);
      store.onUndo(() => put(id, place));
      drop(id, place);
      removePlace.run(id);
    },
    all: () => [...places].map(([id, place]) => ({ id, ...place, partials: partialsOf(id) })),
  };
}
