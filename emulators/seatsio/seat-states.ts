import type { Store } from '../stand-in/store.ts';
import { createHeldByToken } from './held-by-token.ts';
import { FREE } from './statuses.ts';

/** The state of an object that is sold as one: a seat, a whole table, a booth. Never changed, only replaced. */
export interface SeatState {
  status: string;
  orderId?: string | undefined;
  holdToken?: string | undefined;
  ticketType?: string | undefined;
  extraData?: unknown;
  /** It was put up for resale, and goes back to that when it is released. */
  isForResale?: true | undefined;
  resaleListingId?: string | undefined;
}

export interface HeldSeat {
  eventId: number;
  label: string;
  state: SeatState;
}

/** States by event id and label. What was never touched is free and has no row. */
export interface SeatStates {
  get(eventId: number, label: string): SeatState;
  /** Inside a transaction. */
  set(eventId: number, label: string, state: SeatState): void;
  /** All touched objects of an event. */
  ofEvent(eventId: number): ReadonlyMap<string, SeatState>;
  heldBy(token: string): HeldSeat[];
  /** Of all events, by event id. */
  all(): ReadonlyMap<number, ReadonlyMap<string, SeatState>>;
  /** Inside a transaction that removes the event. */
  forget(eventId: number): void;
}

const UNTOUCHED: SeatState = { status: FREE };

/** The states are in memory; the table, which needs that of the events, is what a restart reads. */
export function createSeatStates(store: Store): SeatStates {
  store.exec(
    `CREATE TABLE IF NOT EXISTS seats (
       event_id INTEGER NOT NULL, label TEXT NOT NULL, state TEXT NOT NULL,
       PRIMARY KEY (event_id, label)) WITHOUT ROWID`,
  );
  const table = store.bulkTable({ name: 'seats', columns: ['event_id', 'label', 'state'] });
  const byEvent = new Map<number, Map<string, SeatState>>();
  const held = createHeldByToken<HeldSeat>();

  const find = (eventId: number, label: string) => byEvent.get(eventId)?.get(label);
  const put = (eventId: number, label: string, state: SeatState | undefined) => {
    const states = byEvent.get(eventId) ?? new Map<string, SeatState>();
    byEvent.set(eventId, states);
    const holder = states.get(label)?.holdToken;
    if (holder !== undefined) held.remove(holder, `${eventId} ${label}`);
    if (state?.holdToken !== undefined) {
      held.set(state.holdToken, `${eventId} ${label}`, { eventId, label, state });
    }
    if (state === undefined) states.delete(label);
    else states.set(label, state);
  };
  const change = (eventId: number, label: string, state: SeatState | undefined) => {
    const before = find(eventId, label);
    store.onUndo(() => put(eventId, label, before));
    put(eventId, label, state);
  };

  table.settle();
  // A deleted event leaves its rows to the next start.
  store.exec('DELETE FROM seats WHERE event_id NOT IN (SELECT id FROM events)');
  for (const row of store.prepare('SELECT * FROM seats').all()) {
    put(Number(row.event_id), String(row.label), JSON.parse(String(row.state)) as SeatState);
  }

  return {
    get: (eventId, label) => find(eventId, label) ?? UNTOUCHED,
    set: (eventId, label, state) => {
      change(eventId, label, state);
      table.add([eventId, label, state.extraData === undefined ? state : JSON.stringify(state)]);
    },
    ofEvent: (eventId) => byEvent.get(eventId) ?? new Map(),
    heldBy: (token) => held.of(token),
    all: () => byEvent,
    forget: (eventId) => {
      for (const label of [...(byEvent.get(eventId)?.keys() ?? [])]) change(eventId, label, undefined);
    },
  };
}
