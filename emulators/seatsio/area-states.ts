import type { Row, Store } from '../stand-in/store.ts';
import { createHeldByToken } from './held-by-token.ts';
import { HELD } from './statuses.ts';

export const NO_TICKET_TYPE = 'NO_TICKET_TYPE';

/** Places of a general-admission area that have the same status, token, ticket type and channel. */
export interface Places {
  status: string;
  /** Empty unless the places are held. */
  holdToken: string;
  ticketType: string;
  /** Empty: in no channel. */
  channel: string;
  quantity: number;
}

export interface HeldPlaces {
  eventId: number;
  label: string;
  places: Places;
}

/** The counters of areas, by event id and label. Places have no identity: two bookings of five are ten places. */
export interface AreaStates {
  /** All places that are not free, in the order of status, token, ticket type and channel. */
  get(eventId: number, label: string): readonly Places[];
  /** Adds `quantity` places to those of the same kind; a negative one takes them away. Inside a transaction. */
  add(eventId: number, label: string, places: Places): void;
  heldBy(token: string): HeldPlaces[];
  /** Of all events, by event id and label. */
  all(): ReadonlyMap<number, ReadonlyMap<string, readonly Places[]>>;
  /** Inside a transaction that removes the event. */
  forget(eventId: number): void;
}

/** The counters are in memory; the table, which needs that of the events, is what a restart reads. */
export function createAreaStates(store: Store): AreaStates {
  store.exec(
    `CREATE TABLE IF NOT EXISTS places (
       event_id INTEGER NOT NULL, label TEXT NOT NULL, status TEXT NOT NULL, hold_token TEXT NOT NULL,
       ticket_type TEXT NOT NULL, channel TEXT NOT NULL, quantity INTEGER NOT NULL,
       PRIMARY KEY (event_id, label, status, hold_token, ticket_type, channel)) WITHOUT ROWID;`,
  );
  const columns = ['event_id', 'label', 'status', 'hold_token', 'ticket_type', 'channel', 'quantity'];
  const table = store.bulkTable({ name: 'places', columns });
  const byEvent = new Map<number, Map<string, Places[]>>();
  const held = createHeldByToken<HeldPlaces>();

  /** Gives how many places of the kind there are then. */
  const put = (eventId: number, label: string, added: Places): number => {
    const areas = byEvent.get(eventId) ?? new Map<string, Places[]>();
    const kinds = areas.get(label) ?? [];
    byEvent.set(eventId, areas.set(label, kinds));
    const at = kinds.findIndex((kind) => compare(kind, added) >= 0);
    const same = kinds[at] !== undefined && compare(kinds[at], added) === 0 ? kinds[at] : undefined;
    const places = { ...added, quantity: (same?.quantity ?? 0) + added.quantity };
    kinds.splice(at < 0 ? kinds.length : at, same ? 1 : 0, ...(places.quantity === 0 ? [] : [places]));
    if (added.holdToken !== '') {
      // No name of a caller has a NUL.
      const name = `${eventId}\u0000${label}\u0000${added.ticketType}\u0000${added.channel}`;
      if (places.quantity === 0) held.remove(added.holdToken, name);
      else held.set(added.holdToken, name, { eventId, label, places });
    }
    return places.quantity;
  };
  const add = (eventId: number, label: string, places: Places) => {
    store.onUndo(() => put(eventId, label, { ...places, quantity: -places.quantity }));
    const quantity = put(eventId, label, places);
    const { status, holdToken, ticketType, channel } = places;
    table.add([eventId, label, status, holdToken, ticketType, channel, quantity]);
  };

  table.settle();
  // What is left of deleted events, and of kinds that no place has any more, goes at the next start.
  store.exec('DELETE FROM places WHERE quantity = 0 OR event_id NOT IN (SELECT id FROM events)');
  for (const row of store.prepare('SELECT * FROM places').all()) {
    put(Number(row.event_id), String(row.label), placesOf(row));
  }

  return {
    get: (eventId, label) => byEvent.get(eventId)?.get(label) ?? [],
    add,
    heldBy: (token) => held.of(token),
    all: () => byEvent,
    forget: (eventId) => {
      for (const [label, kinds] of byEvent.get(eventId) ?? []) {
        for (const kind of [...kinds]) add(eventId, label, { ...kind, quantity: -kind.quantity });
      }
    },
  };
}

/** The order of the table's key, so that a restart changes nothing. */
function compare(a: Places, b: Places): number {
  return (
    order(a.status, b.status) ||
    order(a.holdToken, b.holdToken) ||
    order(a.ticketType, b.ticketType) ||
    order(a.channel, b.channel)
  );
}

function order(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** How many of the places are so; of a held kind, optionally by one token only. */
export function count(places: readonly Places[], status: string, holdToken?: string): number {
  return places
    .filter((kind) => kind.status === status && (holdToken === undefined || kind.holdToken === holdToken))
    .reduce((sum, { quantity }) => sum + quantity, 0);
}

/** `holds` of an area on the wire: token → ticket type → places. */
export function holdsOf(places: readonly Places[]): Record<string, Record<string, number>> {
  const holds = new Map<string, Map<string, number>>();
  for (const { status, holdToken, ticketType, quantity } of places) {
    if (status !== HELD) continue;
    const byType = holds.get(holdToken) ?? new Map<string, number>();
    holds.set(holdToken, byType.set(ticketType, (byType.get(ticketType) ?? 0) + quantity));
  }
  return Object.fromEntries([...holds].map(([token, byType]) => [token, Object.fromEntries(byType)]));
}

function placesOf(row: Row): Places {
  return {
    status: String(row.status),
    holdToken: String(row.hold_token),
    ticketType: String(row.ticket_type),
    channel: String(row.channel),
    quantity: Number(row.quantity),
  };
}
