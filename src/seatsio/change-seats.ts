import { isArea, objectLabel, type Seat } from '../checkout/order.ts';
import type { CallLimit } from '../remote-call.ts';
import { RemoteError } from '../remote-error.ts';
import * as check from './call-checks.ts';
import type { CallSeats } from './call-seats.ts';
import { type BOOKED, HELD, type ObjectState } from './object-state.ts';
import { unreadable } from './seats-failure.ts';
import { isDone, readObjects, toObjects } from './seats-wire.ts';

/** Seats of one event that are to be held or booked with a token. */
export interface SeatChange {
  eventId: string;
  seats: Seat[];
  token: string;
  /** What Seats.io stores as order id: the name of the attempt. It is a label, not an idempotency key. */
  orderKey: string;
}

export interface HeldSeat {
  seat: Seat;
  categoryKey: string;
  categoryLabel: string;
}

/**
 * Holds or books all seats of the change, or none, in one call.
 *
 * @returns the seats, and the objects as the answer has them
 * @throws RemoteError; `unknown` when the answer does not show every seat as asked
 */
export async function changeSeats(
  callSeats: CallSeats,
  status: typeof HELD | typeof BOOKED,
  change: SeatChange,
  limit: CallLimit,
): Promise<{ held: HeldSeat[]; objects: unknown }> {
  const name = status === HELD ? 'hold' : 'book';
  requireChange(change, name);
  const { eventId, seats, token, orderKey } = change;
  const { objects }: { objects: unknown } = await callSeats(name, limit, ({ events }) =>
    events[name](eventId, toObjects(seats), token, orderKey),
  );
  return { held: seatsAfter(readObjects(objects), status, change, name), objects };
}

/** What the vendor's client could not carry is refused before it is sent. */
export function requireChange({ eventId, seats, token, orderKey }: SeatChange, name: string): void {
  check.requireEventId(eventId, name);
  check.requireToken(token, name);
  check.requireOrderKey(orderKey, name);
  check.requireSeats(seats, name);
}

/** Every seat as it was asked for, in the answer itself; a call whose answer shows less is `unknown`. */
export function seatsAfter(
  states: Map<string, ObjectState> | undefined,
  status: typeof HELD | typeof BOOKED,
  { seats, token, orderKey }: SeatChange,
  name: string,
): HeldSeat[] {
  // Seats.io takes the label of an area for one place of it, and a seat for an area of one: neither is what was
  // meant, and asking again changes nothing.
  const isOther = (seat: Seat) => {
    const state = states?.get(objectLabel(seat));
    return state !== undefined && isArea(seat) !== (state.area !== undefined);
  };
  if (seats.some(isOther)) {
    throw new RemoteError({ remote: 'seatsio', call: name, kind: 'refused', code: 'not_a_seat' });
  }
  return seats.map((seat) => {
    const state = states?.get(objectLabel(seat));
    if (state === undefined || !isDone(state, seat, { status, token, orderKey })) throw unreadable(name);
    return { seat, categoryKey: state.categoryKey, categoryLabel: state.categoryLabel };
  });
}
