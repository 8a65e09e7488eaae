import { type Area, isArea, objectLabel, type Seat } from '../checkout/order.ts';
import type { CallLimit } from '../remote-call.ts';
import { RemoteError } from '../remote-error.ts';
import * as check from '../seatsio/call-checks.ts';
import type { ObjectInfos } from '../seatsio/object-info.ts';
import { BOOKED, bookedBy, holdsAll, notHeldBy, type ObjectState } from '../seatsio/object-state.ts';
import type { Seats } from '../seatsio/seats-api.ts';
import type { SeatsOfEvent } from './hold-seats.ts';
import { requireKnown, unknownSeats } from './known-seats.ts';
import { orderKeyOf } from './order-key.ts';
import { eventNotFound, SeatFunctionError } from './seat-function-error.ts';
import { timeLeft, timeToLook } from './time-left.ts';

export interface SeatsWithToken extends SeatsOfEvent {
  token: string;
}

/**
 * Books all seats and places that the token holds, or none, in one call. A booking is recognised, when its answer was
 * lost and when the same call comes again: of labels by their order id; of places alone, which have no name, by
 * what went off the token, and later by the log of changes, which Seats.io writes after a while. Until then a repeat
 * is taken for a new call: it books again when the token holds more, and is refused when it does not.
 *
 * @returns the objects that were booked
 * @throws SeatFunctionError, of which `booking_unknown` may be sent again after a while; RemoteError, of which
 *   `unknown` may be sent again at once
 */
export async function bookSeats(
  seats: Seats,
  { eventId, seats: wanted, token }: SeatsWithToken,
  limit: CallLimit,
): Promise<ObjectInfos> {
  check.requireToken(token, 'book');
  check.requireEventId(eventId, 'book');
  check.requireSeats(wanted, 'book');
  const left = timeLeft(limit);
  const orderKey = orderKeyOf(eventId, wanted, token);
  const places = wanted.every(isArea) ? wanted : undefined;
  const look = () => seats.look(eventId, wanted, token, left());

  const before = await look().catch((error: unknown) => {
    if (!(error instanceof RemoteError)) throw error;
    if (error.kind === 'refused') throw unknownSeats(wanted.map(objectLabel));
    throw error.kind === 'not_found' ? eventNotFound(error) : error;
  });
  requireKnown(before.states, wanted);
  if (await isRepeated()) return before.shown;
  // With more places than the token holds, Seats.io might book free ones beside them.
  const missing = notHeldBy(before.states, wanted, token);
  if (missing.length > 0) throw notHeld(missing);
  try {
    return await seats.bookShown({ eventId, seats: wanted, token, orderKey }, left(timeToLook(limit)));
  } catch (error) {
    // A no may be the answer to the repeat of a yes; after no answer, only the seats can tell.
    if (!(error instanceof RemoteError) || !['refused', 'not_found', 'unknown'].includes(error.kind))
      throw error;
    const unknown = error.kind === 'unknown';
    const noAnswer = places ? bookingUnknown(error) : error;
    const after = await look().catch((failed: unknown) => {
      throw unknown ? noAnswer : failed;
    });
    if (await isBooked(after.states, unknown)) return after.shown;
    if (unknown) throw noAnswer;
    throw notHeld(notHeldBy(after.states, wanted, token), error);
  }

  /** A token that holds just these places has not booked them; with more, a repeat would take from the rest. */
  async function isRepeated(): Promise<boolean> {
    if (places) return !holdsAll(before.states, places, token) && wasLogged(places);
    return bookedBy(before.states, wanted, orderKey, token) === 'booked';
  }

  async function isBooked(after: ObjectState[], unknown: boolean): Promise<boolean> {
    if (!places) return bookedBy(after, wanted, orderKey, token) === 'booked';
    try {
      const gone = unknown && wentOff(token, places, before.states, after);
      // They also go off a token that ends.
      if (gone && (await seats.retrieveToken(token, left()))) return true;
      return await wasLogged(places);
    } catch (failed) {
      if (unknown && failed instanceof RemoteError) return false;
      throw failed;
    }
  }

  async function wasLogged(areas: readonly Area[]): Promise<boolean> {
    const booking = { status: BOOKED, orderKey, since: Date.now() - TOKEN_LIFE_MS } as const;
    return seats.wasChanged(eventId, areas, booking, left());
  }
}

/** No token lives longer than two hours, so no booking with it is older; an hour is left for the clocks. */
const TOKEN_LIFE_MS = 3 * 3_600_000;

/** Whether just so many places of each area went off the token from one look to the next. */
function wentOff(
  token: string,
  areas: readonly Area[],
  before: readonly ObjectState[],
  after: readonly ObjectState[],
): boolean {
  const heldIn = (states: readonly ObjectState[], area: string) =>
    states.find(({ label }) => label === area)?.area?.heldByToken.get(token) ?? 0;
  return areas.every(({ area, quantity }) => heldIn(before, area) - heldIn(after, area) === quantity);
}

function bookingUnknown(cause: unknown): SeatFunctionError {
  const text = 'no answer came, and nothing tells yet whether the places are booked';
  return new SeatFunctionError('booking_unknown', text, { cause });
}

export function notHeld(labels: readonly string[], cause?: unknown): SeatFunctionError {
  const which =
    labels.length > 0 ? `the token does not hold ${labels.join(', ')}` : 'the token does not hold them';
  return new SeatFunctionError('not_held', which, { cause, seats: labels });
}

/** What was booked, by kind: the labels together, each area for itself. */
export function byKind(seats: readonly Seat[]): {
  labels: string[];
  areas: Area[];
} {
  return {
    labels: seats.flatMap((seat) => (isArea(seat) ? [] : [seat.label])),
    areas: seats.filter(isArea),
  };
}
