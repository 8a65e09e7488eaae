import { ApplicationFailure } from '@temporalio/activity';
import { isArea, objectLabel, type Seat } from '../checkout/order.ts';
import { RemoteError } from '../remote-error.ts';
import { bookedBy, freeObjects, heldBy } from '../seatsio/object-state.ts';
import type { HeldSeat, SeatsApi } from '../seatsio/seats-api.ts';
import { callDeadline, isRefusal, mayHaveHappened } from './step.ts';

/** The seats of one attempt: what is held or booked, with which token, under which name. */
export interface SeatStep {
  eventId: string;
  seats: Seat[];
  token: string;
  attemptId: string;
  resumed?: boolean;
}

export type SeatsHoldAnswer =
  | { held: true; seats: HeldSeat[] }
  | { held: false; reason: 'refused' | 'event_not_found'; seats: string[] };

export type BookingAnswer = { booked: boolean };

/**
 * The seat steps of a checkout, over Seats.io. Every one may be repeated: a step that may have happened is
 * asked for before it is done again, and a refusal is believed only after the objects were read, for an
 * earlier try whose answer was lost is refused as well (facts: Seats.io has no idempotency key).
 */
export function createSeatActivities({ seats }: { seats: SeatsApi }) {
  return {
    /** A new token; nothing is held with it yet. An unused one ends by itself. */
    async createToken({
      minutes,
    }: {
      minutes: number;
    }): Promise<{ token: string; expiresInSeconds: number }> {
      return seats.createToken(minutes, callDeadline());
    },

    /** Sets the token's end to `minutes` from now; Seats.io may grant less, and its answer counts. */
    async extendToken({
      token,
      minutes,
    }: {
      token: string;
      minutes: number;
    }): Promise<{ expiresInSeconds: number }> {
      return seats.extendToken(token, minutes, callDeadline());
    },

    /** Frees whatever the token still holds; booked seats stay. Harmless if it has ended already. */
    async expireToken({ token }: { token: string }): Promise<void> {
      await seats.expireToken(token, callDeadline());
    },

    /** Holds all seats and places in one call, or none. */
    async holdSeats(step: SeatStep): Promise<SeatsHoldAnswer> {
      if (mayHaveHappened(step)) {
        const held = await findHeld(step);
        if (held) return { held: true, seats: held };
      }
      try {
        return { held: true, seats: await seats.hold(toChange(step), callDeadline()) };
      } catch (error) {
        if (!isRefusal(error)) throw error;
        return whyNotHeld(step, error);
      }
    },

    /** The pivot: books all seats and places with the token, in one call, or none. */
    async bookSeats(step: SeatStep): Promise<BookingAnswer> {
      if (mayHaveHappened(step)) {
        await keepAlive(step.token);
        if (await isBooked(step)) return { booked: true };
      }
      try {
        await seats.book(toChange(step), callDeadline());
        return { booked: true };
      } catch (error) {
        if (!isRefusal(error)) throw error;
        return { booked: await isBooked(step) };
      }
    },

    /** Frees the seats that are booked under this attempt's name, and no others. Places have no name. */
    async releaseSeats({ eventId, seats: wanted, attemptId }: Omit<SeatStep, 'token'>): Promise<void> {
      const labels = wanted.flatMap((seat) => (isArea(seat) ? [] : [seat.label]));
      if (labels.length > 0) await seats.releaseBooked(eventId, labels, attemptId, callDeadline());
    },

    /**
     * Gives booked places of areas back. Places have no identity: only for a booking that is proven, and
     * only once, for a second release would free somebody else's.
     */
    async releasePlaces({ eventId, seats: wanted }: Pick<SeatStep, 'eventId' | 'seats'>): Promise<void> {
      await seats.releaseBookedPlaces(eventId, wanted.filter(isArea), callDeadline());
    },
  };

  async function findHeld({ eventId, seats: wanted, token }: SeatStep): Promise<HeldSeat[] | undefined> {
    const states = await seats.read(eventId, wanted, callDeadline());
    if (heldBy(states, wanted, token) !== 'all') return undefined;
    const byLabel = new Map(states.map((state) => [state.label, state]));
    return wanted.flatMap((seat) => {
      const state = byLabel.get(objectLabel(seat));
      return state ? [{ seat, categoryKey: state.categoryKey, categoryLabel: state.categoryLabel }] : [];
    });
  }

  async function whyNotHeld(step: SeatStep, refusal: RemoteError): Promise<SeatsHoldAnswer> {
    try {
      const held = await findHeld(step);
      if (held) return { held: true, seats: held };
      const free = freeObjects(await seats.read(step.eventId, step.seats, callDeadline()), step.seats);
      const missing = step.seats.map(objectLabel).filter((label) => !free.includes(label));
      return { held: false, reason: 'refused', seats: missing };
    } catch (error) {
      const unknownEvent =
        refusal.kind === 'not_found' && error instanceof RemoteError && error.kind === 'not_found';
      if (unknownEvent) return { held: false, reason: 'event_not_found', seats: step.seats.map(objectLabel) };
      throw error;
    }
  }

  /** An unknown booking of places can be decided only while the token lives, so it must not end meanwhile. */
  async function keepAlive(token: string): Promise<void> {
    try {
      await seats.extendToken(token, UNDECIDED_MINUTES, callDeadline());
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  }

  /**
   * A label tells by its order id. A general-admission place does not: a first try that was refused has
   * booked none; of a later one, the place is booked when the token is alive and no longer holds it, and once
   * the token has ended nothing can be said. Book is all-or-nothing, so one label decides for the whole order.
   */
  async function isBooked(step: SeatStep): Promise<boolean> {
    const { eventId, seats: wanted, token, attemptId } = step;
    const verdict = bookedBy(await seats.read(eventId, wanted, callDeadline()), wanted, attemptId, token);
    if (verdict !== 'token_decides') return verdict === 'booked';
    if (!mayHaveHappened(step)) return false;
    if (await seats.retrieveToken(token, callDeadline())) return true;
    throw ApplicationFailure.retryable(
      'the token ended before it was known whether the places were booked',
      'unknown',
    );
  }
}

/** Longer than the pause between two tries, and short enough not to keep seats from others. */
const UNDECIDED_MINUTES = 5;

function toChange({ eventId, seats, token, attemptId }: SeatStep) {
  return { eventId, seats, token, orderKey: attemptId };
}
