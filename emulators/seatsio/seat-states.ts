import type { Row, Store } from '../stand-in/store.ts';
import { FREE } from './statuses.ts';

/** The state of an object that is sold as one: a seat, a whole table, a booth. */
export interface SeatState {
  status: string;
  orderId?: string;
  holdToken?: string;
  ticketType?: string;
  extraData?: unknown;
}

/** States by event id and label. What was never touched is free and has no row. */
export interface SeatStates {
  get(eventId: number, label: string): SeatState;
  set(eventId: number, label: string, state: SeatState): void;
  /** All touched objects of an event. */
  ofEvent(eventId: number): Map<string, SeatState>;
  heldBy(token: string): { eventId: number; label: string; orderId?: string }[];
}

export function createSeatStates(store: Store): SeatStates {
  store.exec(
    `CREATE TABLE IF NOT EXISTS seats (
       event_id INTEGER NOT NULL, label TEXT NOT NULL, status TEXT NOT NULL, order_id TEXT, hold_token TEXT,
       ticket_type TEXT, extra_data TEXT, PRIMARY KEY (event_id, label)) WITHOUT ROWID;
     CREATE INDEX IF NOT EXISTS seats_by_token ON seats (hold_token) WHERE hold_token IS NOT NULL;`,
  );
  const select = store.prepare('SELECT * FROM seats WHERE event_id = ? AND label = ?');
  const upsert = store.prepare('INSERT OR REPLACE INTO seats VALUES (?, ?, ?, ?, ?, ?, ?)');
  const selectAll = store.prepare('SELECT * FROM seats WHERE event_id = ?');
  const selectHeld = store.prepare('SELECT event_id, label, order_id FROM seats WHERE hold_token = ?');

  return {
    get: (eventId, label) => {
      const row = select.get(eventId, label);
      return row === undefined ? { status: FREE } : stateOf(row);
    },
    set: (eventId, label, { status, orderId, holdToken, ticketType, extraData }) => {
      const extra = extraData === undefined ? null : JSON.stringify(extraData);
      upsert.run(eventId, label, status, orderId ?? null, holdToken ?? null, ticketType ?? null, extra);
    },
    ofEvent: (eventId) => new Map(selectAll.all(eventId).map((row) => [String(row.label), stateOf(row)])),
    heldBy: (token) =>
      selectHeld.all(token).map((row) => ({
        eventId: Number(row.event_id),
        label: String(row.label),
        ...(row.order_id === null ? {} : { orderId: String(row.order_id) }),
      })),
  };
}

function stateOf(row: Row): SeatState {
  return {
    status: String(row.status),
    ...(row.order_id === null ? {} : { orderId: String(row.order_id) }),
    ...(row.hold_token === null ? {} : { holdToken: String(row.hold_token) }),
    ...(row.ticket_type === null ? {} : { ticketType: String(row.ticket_type) }),
    ...(row.extra_data === null ? {} : { extraData: JSON.parse(String(row.extra_data)) as unknown }),
  };
}
