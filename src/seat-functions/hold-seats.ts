import { setTimeout as sleep } from 'node:timers/promises';
import { objectLabel, type Seat } from '../checkout/order.ts';
import type { CallLimit } from '../remote-call.ts';
import { RemoteError } from '../remote-error.ts';
import * as check from '../seatsio/call-checks.ts';
import type { ObjectInfos } from '../seatsio/object-info.ts';
import { freeObjects } from '../seatsio/object-state.ts';
import type { Seats } from '../seatsio/seats-api.ts';
import { requireKnown, unknownSeats } from './known-seats.ts';
import { orderKeyOf } from './order-key.ts';
import { eventNotFound, SeatFunctionError } from './seat-function-error.ts';
import { timeLeft } from './time-left.ts';

export interface SeatsOfEvent {
  eventId: string;
  seats: Seat[];
}

export interface SeatsHold {
  token: string;
  /** ISO 8601, by the clock of Seats.io. */
  expiresAt: string;
  objects: ObjectInfos;
}

/** What TMT's contract promises of `hold_seats_seatsio`; a checkout has terms of its own. */
const TOKEN_MINUTES = 10;

/**
 * Holds all of the seats with a new token, or none. Whatever goes wrong, the new token is expired before this
 * throws: nobody else would, for nobody else knows it.
 *
 * @throws SeatFunctionError, RemoteError
 */
export async function holdSeats(seats: Seats, request: SeatsOfEvent, limit: CallLimit): Promise<SeatsHold> {
  const { eventId, seats: wanted } = request;
  check.requireEventId(eventId, 'hold');
  check.requireSeats(wanted, 'hold');
  const left = timeLeft(limit);
  const forTheEnd = Math.min(limit.timeoutMs / 3, 5_000);
  const { token, expiresAt } = await seats.newToken(TOKEN_MINUTES, left(forTheEnd));
  try {
    const orderKey = orderKeyOf(eventId, wanted, token);
    const objects = await seats.holdShown({ eventId, seats: wanted, token, orderKey }, left(forTheEnd));
    return { token, expiresAt, objects };
  } catch (error) {
    const freed = await expire(seats, token, left);
    throw await whyNotHeld(seats, request, { token, error, freed, left });
  }
}

const TRIES = 3;

/** Whether the token has ended. It ends by itself after its ten minutes, so there is a last try. */
async function expire(seats: Seats, token: string, left: ReturnType<typeof timeLeft>): Promise<boolean> {
  for (let tries = TRIES; tries > 0; tries -= 1) {
    try {
      await seats.expireToken(token, { timeoutMs: left().timeoutMs / tries });
      return true;
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      if (tries > 1) await sleep(100);
    }
  }
  return false;
}

interface Failed {
  token: string;
  error: unknown;
  freed: boolean;
  left: ReturnType<typeof timeLeft>;
}

async function whyNotHeld(
  seats: Seats,
  { eventId, seats: wanted }: SeatsOfEvent,
  { token, error: cause, freed, left }: Failed,
): Promise<unknown> {
  if (!(cause instanceof RemoteError)) return cause;
  if (cause.kind === 'not_found') return eventNotFound(cause);
  if (cause.kind === 'unknown') {
    return freed
      ? new SeatFunctionError('hold_undone', 'Seats.io gave no usable answer; nothing is held', { cause })
      : new SeatFunctionError('hold_unknown', 'Seats.io gave no answer; what is held ends in ten minutes', {
          cause,
        });
  }
  if (cause.kind !== 'refused') return cause;
  try {
    const { states } = await seats.look(eventId, wanted, token, left());
    requireKnown(states, wanted);
    const free = freeObjects(states, wanted);
    const taken = wanted.map(objectLabel).filter((label) => !free.includes(label));
    return unavailable(taken, cause);
  } catch (error) {
    if (error instanceof SeatFunctionError) return error;
    const isRefused = error instanceof RemoteError && error.kind === 'refused';
    return isRefused ? unknownSeats(wanted.map(objectLabel)) : unavailable([], cause);
  }
}

function unavailable(taken: string[], cause: unknown): SeatFunctionError {
  const which =
    taken.length > 0 ? `these seats cannot be held: ${taken.join(', ')}` : 'Seats.io refused the hold';
  return new SeatFunctionError('seats_unavailable', which, { cause, seats: taken });
}
