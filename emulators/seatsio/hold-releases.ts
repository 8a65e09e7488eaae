import type { Ledger } from '../stand-in/ledger.ts';
import type { Store } from '../stand-in/store.ts';
import type { AreaStates } from './area-states.ts';
import type { ChangeLog } from './change-log.ts';
import type { SeatStates } from './seat-states.ts';
import { released } from './seat-transition.ts';
import { FREE, HELD } from './statuses.ts';

/** Gives the function that frees everything a token holds, in all events, as its expiry does. */
export function createHoldReleases(
  store: Store,
  { seats, areas, ledger, log }: { seats: SeatStates; areas: AreaStates; ledger: Ledger; log: ChangeLog },
): (token: string) => void {
  const eventKey = store.prepare('SELECT key FROM events WHERE id = ?');

  return (holdToken) => {
    const record = (eventId: number, label: string, quantity: number, to: string, orderId?: string) => {
      ledger.append('released', {
        event: eventKey.get(eventId)?.key,
        label,
        quantity,
        ...(orderId === undefined ? {} : { orderId }),
        from: HELD,
        to,
        holdToken,
        origin: 'HOLD_EXPIRED',
      });
      log.append({ eventId, label, status: to, quantity, holdToken, origin: { type: 'HOLD_EXPIRED' } });
    };
    for (const { eventId, label, state } of seats.heldBy(holdToken)) {
      const next = released(state);
      seats.set(eventId, label, next);
      record(eventId, label, 1, next.status, state.orderId);
    }
    for (const { eventId, label, places } of areas.heldBy(holdToken)) {
      areas.add(eventId, label, { ...places, quantity: -places.quantity });
      // An area's own row keeps nothing but its extra data.
      if (seats.get(eventId, label).extraData !== undefined) seats.set(eventId, label, { status: FREE });
      record(eventId, label, places.quantity, FREE);
    }
  };
}
