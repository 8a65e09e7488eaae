import type { Row, Store } from '../stand-in/store.ts';
import { HELD } from './statuses.ts';

export const NO_TICKET_TYPE = 'NO_TICKET_TYPE';

/** Places of a general-admission area that have the same status, token and ticket type. */
export interface Places {
  status: string;
  /** Empty unless the places are held. */
  holdToken: string;
  ticketType: string;
  quantity: number;
}

/** The counters of areas, by event id and label. Places have no identity: two bookings of five are ten places. */
export interface AreaStates {
  /** All places that are not free. */
  get(eventId: number, label: string): Places[];
  /** Adds `quantity` places to those of the same kind; a negative one takes them away. */
  add(eventId: number, label: string, places: Places): void;
  heldBy(token: string): { eventId: number; label: string; ticketType: string; quantity: number }[];
}

export function createAreaStates(store: Store): AreaStates {
  store.exec(
    `CREATE TABLE IF NOT EXISTS places (
       event_id INTEGER NOT NULL, label TEXT NOT NULL, status TEXT NOT NULL, hold_token TEXT NOT NULL,
       ticket_type TEXT NOT NULL, quantity INTEGER NOT NULL CHECK (quantity >= 0),
       PRIMARY KEY (event_id, label, status, hold_token, ticket_type)) WITHOUT ROWID;
     CREATE INDEX IF NOT EXISTS places_by_token ON places (hold_token) WHERE hold_token <> '';`,
  );
  const select = store.prepare('SELECT * FROM places WHERE event_id = ? AND label = ?');
  const insert = store.prepare('INSERT OR IGNORE INTO places VALUES (?, ?, ?, ?, ?, 0)');
  const kind = 'event_id = ? AND label = ? AND status = ? AND hold_token = ? AND ticket_type = ?';
  const update = store.prepare(`UPDATE places SET quantity = quantity + ? WHERE ${kind}`);
  const tidy = store.prepare(`DELETE FROM places WHERE ${kind} AND quantity = 0`);
  const selectHeld = store.prepare(`SELECT * FROM places WHERE hold_token = ? AND hold_token <> ''`);

  return {
    get: (eventId, label) => select.all(eventId, label).map(placesOf),
    add: (eventId, label, { status, holdToken, ticketType, quantity }) => {
      const places = [eventId, label, status, holdToken, ticketType];
      if (quantity > 0) insert.run(...places);
      update.run(quantity, ...places);
      if (quantity < 0) tidy.run(...places);
    },
    heldBy: (token) =>
      selectHeld
        .all(token)
        .map((row) => ({ ...placesOf(row), eventId: Number(row.event_id), label: String(row.label) })),
  };
}

/** How many of the places are so; of a held kind, optionally by one token only. */
export function count(places: readonly Places[], status: string, holdToken?: string): number {
  return places
    .filter((kind) => kind.status === status && (holdToken === undefined || kind.holdToken === holdToken))
    .reduce((sum, { quantity }) => sum + quantity, 0);
}

/** `holds` of an area on the wire: token → ticket type → places. */
export function holdsOf(places: readonly Places[]): Record<string, Record<string, number>> {
  const holds: Record<string, Record<string, number>> = {};
  for (const { status, holdToken, ticketType, quantity } of places) {
    if (status === HELD) holds[holdToken] = { ...holds[holdToken], [ticketType]: quantity };
  }
  return holds;
}

function placesOf(row: Row): Places {
  return {
    status: String(row.status),
    holdToken: String(row.hold_token),
    ticketType: String(row.ticket_type),
    quantity: Number(row.quantity),
  };
}
