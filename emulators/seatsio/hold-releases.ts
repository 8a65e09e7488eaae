import type { Ledger } from '../stand-in/ledger.ts';
import type { Store } from '../stand-in/store.ts';
import type { AreaStates } from './area-states.ts';
import type { SeatStates } from './seat-states.ts';
import { FREE, HELD } from './statuses.ts';

/** Gives the function that frees everything a token holds, in all events, as its expiry does. */
export function createHoldReleases(
  store: Store,
  seats: SeatStates,
  areas: AreaStates,
  ledger: Ledger,
): (token: string) => void {
  const eventKey = store.prepare('SELECT key FROM events WHERE id = ?');

  return (token) => {
    const record = (eventId: number, facts: { label: string; quantity: number; orderId?: string }) =>
      ledger.append('released', {
        event: eventKey.get(eventId)?.key,
        ...facts,
        from: HELD,
        to: FREE,
        holdToken: token,
        origin: 'HOLD_EXPIRED',
      });
    for (const { eventId, label, orderId } of seats.heldBy(token)) {
      seats.set(eventId, label, { status: FREE });
      record(eventId, { label, quantity: 1, ...(orderId === undefined ? {} : { orderId }) });
    }
    for (const { eventId, label, ticketType, quantity } of areas.heldBy(token)) {
      areas.add(eventId, label, { status: HELD, holdToken: token, ticketType, quantity: -quantity });
      record(eventId, { label, quantity });
    }
  };
}
