import { isArea } from '../checkout/order.ts';
import type { CallLimit } from '../remote-call.ts';
import { RemoteError } from '../remote-error.ts';
import * as check from '../seatsio/call-checks.ts';
import type { ObjectInfos } from '../seatsio/object-info.ts';
import { notHeldBy } from '../seatsio/object-state.ts';
import type { Seats } from '../seatsio/seats-api.ts';
import { notHeld, type SeatsWithToken } from './book-seats.ts';
import type { SeatsOfEvent } from './hold-seats.ts';
import { requireKnown } from './known-seats.ts';
import { eventNotFound, SeatFunctionError } from './seat-function-error.ts';
import { timeLeft } from './time-left.ts';

/**
 * Frees the seats, all of which the token has to hold. They are read first: that Seats.io refuses a token that
 * is not the holder's is its practice, and promised nowhere.
 *
 * @returns the objects afterwards
 * @throws SeatFunctionError, RemoteError
 */
export async function releaseSeats(
  seats: Seats,
  { eventId, seats: wanted, token }: SeatsWithToken,
  limit: CallLimit,
): Promise<ObjectInfos> {
  check.requireToken(token, 'release');
  check.requireEventId(eventId, 'release');
  check.requireSeats(wanted, 'release');
  const left = timeLeft(limit);
  return refusedAs(notHeld([]), async () => {
    const { states } = await seats.look(eventId, wanted, token, left());
    requireKnown(states, wanted);
    const others = notHeldBy(states, wanted, token);
    if (others.length > 0) throw notHeld(others);
    return await seats.releaseHeld({ eventId, seats: wanted, token }, left()).catch((error: unknown) => {
      const isUnknown = error instanceof RemoteError && error.kind === 'unknown';
      throw isUnknown && wanted.some(isArea) ? releaseUnknown(error) : error;
    });
  });
}

/** Places have no names: a repeat would free as many again. */
function releaseUnknown(cause: unknown): SeatFunctionError {
  const text = 'no answer came, and nothing tells whether the places are free';
  return new SeatFunctionError('release_unknown', text, { cause });
}

/**
 * Frees the seats whoever holds them, and booked ones too: another buyer's ticket may lose its seat. For
 * administrators only, and never to clean up after a hold.
 *
 * @returns the objects afterwards
 * @throws SeatFunctionError, RemoteError
 */
export async function releaseAnybodysSeats(
  seats: Seats,
  { eventId, seats: wanted }: SeatsOfEvent,
  limit: CallLimit,
): Promise<ObjectInfos> {
  const refusal = new SeatFunctionError('release_refused', 'Seats.io refused to free the seats');
  return refusedAs(refusal, () => seats.releaseAnybodys({ eventId, seats: wanted }, limit));
}

async function refusedAs<T>(refusal: SeatFunctionError, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    if (error.kind === 'not_found') throw eventNotFound(error);
    if (error.kind === 'refused') throw refusal;
    throw error;
  }
}
