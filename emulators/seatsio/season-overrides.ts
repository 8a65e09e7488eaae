import type { Store } from '../stand-in/store.ts';

/** In place of the id of a season: whichever season of the event has taken the object. */
export const ANY_SEASON = 0;

/**
 * For how much of an object an event does not follow its seasons: 1 for a seat, places for an area.
 */
export interface SeasonOverrides {
  get(eventId: number, label: string, seasonId: number): number;
  /** Over all seasons: what an object's info tells. */
  total(eventId: number, label: string): number;
  /** Inside a transaction. */
  set(eventId: number, label: string, seasonId: number, quantity: number): void;
  /** Inside a transaction in which an event leaves a season: there is nothing to follow any more. */
  leave(eventId: number, seasonId: number): void;
  /** Inside a transaction that removes the event or season. */
  forget(id: number): void;
  all(): { eventId: number; label: string; seasonId: number; quantity: number }[];
}

/** In memory, with a table that a restart reads. */
export function createSeasonOverrides(store: Store): SeasonOverrides {
  store.exec(
    `CREATE TABLE IF NOT EXISTS season_overrides (
       event_id INTEGER NOT NULL, label TEXT NOT NULL, season_id INTEGER NOT NULL, quantity INTEGER NOT NULL,
       PRIMARY KEY (event_id, label, season_id))`,
  );
  const save = store.prepare('INSERT OR REPLACE INTO season_overrides VALUES (?, ?, ?, ?)');
  const remove = store.prepare(
    'DELETE FROM season_overrides WHERE event_id = ? AND label = ? AND season_id = ?',
  );
  const removeAll = store.prepare('DELETE FROM season_overrides WHERE event_id = ?');
  /** By event and label, then by season. */
  const byEvent = new Map<number, Map<string, Map<number, number>>>();
  const put = (eventId: number, label: string, seasonId: number, quantity: number) => {
    const labels = byEvent.get(eventId) ?? new Map<string, Map<number, number>>();
    const seasons = labels.get(label) ?? new Map<number, number>();
    if (quantity === 0) seasons.delete(seasonId);
    else seasons.set(seasonId, quantity);
    byEvent.set(eventId, labels.set(label, seasons));
  };
  const get = (eventId: number, label: string, seasonId: number) =>
    byEvent.get(eventId)?.get(label)?.get(seasonId) ?? 0;
  const set = (eventId: number, label: string, seasonId: number, quantity: number) => {
    const before = get(eventId, label, seasonId);
    store.onUndo(() => put(eventId, label, seasonId, before));
    put(eventId, label, seasonId, quantity);
    if (quantity === 0) remove.run(eventId, label, seasonId);
    else save.run(eventId, label, seasonId, quantity);
  };
  const leave = (eventId: number, seasonId: number) => {
    for (const [label, seasons] of byEvent.get(eventId) ?? []) {
      if (seasons.has(seasonId)) set(eventId, label, seasonId, 0);
    }
  };
  for (const row of store.prepare('SELECT * FROM season_overrides').all()) {
    put(Number(row.event_id), String(row.label), Number(row.season_id), Number(row.quantity));
  }

  return {
    get,
    total: (eventId, label) => {
      const quantities = byEvent.get(eventId)?.get(label)?.values() ?? [];
      return [...quantities].reduce((sum, quantity) => sum + quantity, 0);
    },
    set,
    leave,
    forget: (id) => {
      for (const eventId of byEvent.keys()) leave(eventId, id);
      const before = byEvent.get(id);
      if (before === undefined) return;
      store.onUndo(() => byEvent.set(id, before));
      byEvent.delete(id);
      removeAll.run(id);
    },
    all: () =>
      [...byEvent].flatMap(([eventId, labels]) =>
        [...labels].flatMap(([label, seasons]) =>
          [...seasons].map(([seasonId, quantity]) => ({ eventId, label, seasonId, quantity })),
        ),
      ),
  };
}
