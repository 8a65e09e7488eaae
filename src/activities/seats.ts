import { sleep } from '@temporalio/activity';
import { type Area, isArea, objectLabel, type Seat } from '../checkout/order.ts';
import { RemoteError } from '../remote-error.ts';
import type { SoughtChange } from '../seatsio/change-log.ts';
import type { HeldSeat } from '../seatsio/change-seats.ts';
import {
  BOOKED,
  bookedBy,
  freeObjects,
  HELD,
  holdsAll,
  isBookedFor,
  notHeldBy,
} from '../seatsio/object-state.ts';
import type { SeatsApi } from '../seatsio/seats-api.ts';
import { callDeadline, isPassing, isRefusal, mayHaveHappened, msLeft, RETRY_AFTER_MS } from './step.ts';

/** The seats of one attempt: what is held or booked, with which token, under which name. */
export interface SeatStep {
  eventId: string;
  seats: Seat[];
  token: string;
  attemptId: string;
  resumed?: boolean;
}

export interface HoldStep extends SeatStep {
  /** The token of the buyer's chart that holds the seats now. */
  chartToken?: string;
}

export type SeatsHoldAnswer =
  | { held: true; seats: HeldSeat[] }
  | { held: false; reason: 'refused' | 'not_held_by_chart' | 'event_not_found'; seats: string[] }
  /** An earlier call may have taken places, or take them yet: they come to nothing when the token ends. */
  | { held: false; reason: 'uncertain' };

interface UnbookStep extends SeatStep {
  /** It is certain that the places were booked. */
  proven: boolean;
}

interface UnbookingSought {
  eventId: string;
  areas: Area[];
  token: string;
  since: number;
}

/**
 * `ask_the_log`: places were refused, and nothing but the log tells whether an earlier try had booked them. End the
 * token before: while it lives, that try may yet arrive.
 */
export type BookingAnswer = { booked: boolean } | 'ask_the_log';

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

    /**
     * Sets the token's end to `minutes` from now; Seats.io may grant less, and its answer counts. Nothing is
     * left of a token that has ended already.
     */
    async extendToken({
      token,
      minutes,
    }: {
      token: string;
      minutes: number;
    }): Promise<{ expiresInSeconds: number }> {
      try {
        return await seats.extendToken(token, minutes, callDeadline());
      } catch (error) {
        if (!isRefusal(error)) throw error;
        return { expiresInSeconds: 0 };
      }
    },

    /** Frees whatever the token still holds; booked seats stay. Harmless if it has ended already. */
    async expireToken({ token }: { token: string }): Promise<void> {
      await seats.expireToken(token, callDeadline());
    },

    /**
     * Holds all seats and places in one call, or none. A seat can be held only once with a token, places any
     * number of times: a hold of places is not repeated under the token of a call that was given up. What the
     * buyer's chart holds is moved to our own token: with its own it can neither free nor add to it any more.
     */
    async holdSeats(step: HoldStep): Promise<SeatsHoldAnswer> {
      if (mayHaveHappened(step)) {
        const held = await findHeld(step);
        if (held) return { held: true, seats: held };
        if (step.seats.some(isArea)) return { held: false, reason: 'uncertain' };
      }
      try {
        const { chartToken } = step;
        const change = toChange(step);
        const sent = step.seats.some(isArea) ? untilSent : once;
        if (chartToken === undefined)
          return { held: true, seats: await sent(() => seats.hold(change, callDeadline())) };
        const missing = await notHeldByChart(step, chartToken);
        if (missing.length > 0) return { held: false, reason: 'not_held_by_chart', seats: missing };
        const move = { ...change, from: chartToken };
        return { held: true, seats: await sent(() => seats.takeOver(move, callDeadline())) };
      } catch (error) {
        if (!isRefusal(error)) throw error;
        return whyNotHeld(step, error);
      }
    },

    /** The pivot: books all seats and places with the token, in one call, or none. */
    async bookSeats(step: SeatStep): Promise<BookingAnswer> {
      if (mayHaveHappened(step)) {
        if (step.seats.every(isArea)) await keepAlive(step.token);
        const booked = await isBooked(step);
        if (booked !== false) return booked ? { booked } : 'ask_the_log';
      }
      try {
        await seats.book(toChange(step), callDeadline());
        return { booked: true };
      } catch (error) {
        if (!isRefusal(error)) throw error;
        const booked = await isBooked(step);
        const mayYet = step.seats.every(isArea) && mayHaveHappened(step);
        return booked === undefined || (!booked && mayYet) ? 'ask_the_log' : { booked };
      }
    },

    /**
     * Whether places were booked under this attempt's name, as the log of changes has it.
     *
     * @param step since: when the attempt began, in ms; an earlier line of the log is not of it
     */
    async findBooking({
      eventId,
      seats: wanted,
      attemptId,
      since,
    }: Omit<SeatStep, 'token'> & { since: number }): Promise<{ booked: boolean }> {
      const booking = { status: BOOKED, orderKey: attemptId, since } as const;
      return { booked: await isLogged(eventId, wanted.filter(isArea), booking) };
    },

    /**
     * Turns what is booked under this attempt's name into a hold of the token. Places have no name: they are taken
     * back of a booking that is proven, or if a label beside them is booked, for a book is all or nothing. That the
     * token holds them tells that they were taken back.
     *
     * @returns not unbooked: a call that was given up may have done it, or do it yet, or the token ended too early
     */
    async unbookSeats({ proven, ...step }: UnbookStep): Promise<{ unbooked: boolean }> {
      const { eventId, seats: wanted, token, attemptId } = step;
      const states = await seats.read(eventId, wanted, callDeadline());
      const booked = states.filter((state) => isBookedFor(state, attemptId)).map(({ label }) => ({ label }));
      const places = proven || booked.length > 0 ? wanted.filter(isArea) : [];
      if (places.length > 0 && mayHaveHappened(step)) return { unbooked: holdsAll(states, places, token) };

      const ours = [...booked, ...places];
      if (ours.length === 0) return { unbooked: true };
      const change = { eventId, seats: ours, token, orderKey: attemptId };
      const sent = places.length > 0 ? untilSent : once;
      try {
        await sent(() => seats.unbook(change, callDeadline()));
        return { unbooked: true };
      } catch (error) {
        if (!isRefusal(error)) throw error;
        if (holdsAll(await seats.read(eventId, ours, callDeadline()), ours, token)) return { unbooked: true };
        if (await seats.retrieveToken(token, callDeadline())) throw error;
        return { unbooked: false };
      }
    },

    /**
     * Whether places were taken back under the token, which has ended, as the log of changes has it.
     *
     * @param step since: when that was tried first, in ms
     */
    async findUnbooking({ eventId, areas, token, since }: UnbookingSought): Promise<{ unbooked: boolean }> {
      return { unbooked: await isLogged(eventId, areas, { status: HELD, token, since }) };
    },
  };

  /** The log is written after the change: a record is proof, and its absence is believed once it has had time. */
  async function isLogged(eventId: string, areas: Area[], change: SoughtChange): Promise<boolean> {
    const sought = { ...change, since: change.since - CLOCKS_DIFFER_MS };
    for (const endsAt = performance.now() + LOG_SETTLE_MS; ; await sleep(LOG_POLL_MS)) {
      if (await seats.wasChanged(eventId, areas, sought, callDeadline())) return true;
      if (performance.now() >= endsAt) return false;
    }
  }

  async function findHeld({ eventId, seats: wanted, token }: SeatStep): Promise<HeldSeat[] | undefined> {
    const states = await seats.read(eventId, wanted, callDeadline());
    if (!holdsAll(states, wanted, token)) return undefined;
    const byLabel = new Map(states.map((state) => [state.label, state]));
    return wanted.flatMap((seat) => {
      const state = byLabel.get(objectLabel(seat));
      return state ? [{ seat, categoryKey: state.categoryKey, categoryLabel: state.categoryLabel }] : [];
    });
  }

  /** All of the seats, when the chart's token has ended or is of another workspace than ours. */
  async function notHeldByChart(step: SeatStep, chartToken: string): Promise<string[]> {
    const theirs = await seats.retrieveToken(chartToken, callDeadline());
    const ours = theirs && (await seats.retrieveToken(step.token, callDeadline()));
    if (!ours || theirs.workspaceKey !== ours.workspaceKey) return step.seats.map(objectLabel);
    return notHeldBy(await seats.read(step.eventId, step.seats, callDeadline()), step.seats, chartToken);
  }

  async function whyNotHeld(step: HoldStep, refusal: RemoteError): Promise<SeatsHoldAnswer> {
    try {
      const held = await findHeld(step);
      if (held) return { held: true, seats: held };
      const { chartToken } = step;
      if (chartToken !== undefined) {
        const notHeld = await notHeldByChart(step, chartToken);
        return { held: false, reason: 'not_held_by_chart', seats: notHeld };
      }
      const free = freeObjects(await seats.read(step.eventId, step.seats, callDeadline()), step.seats);
      const missing = step.seats.map(objectLabel).filter((label) => !free.includes(label));
      return { held: false, reason: 'refused', seats: missing };
    } catch (error) {
      const unknownEvent =
        refusal.kind === 'not_found' && error instanceof RemoteError && error.kind === 'not_found';
      if (unknownEvent) return { held: false, reason: 'event_not_found', seats: step.seats.map(objectLabel) };
      // None of them can be read: the event has none of them. What an earlier try holds all the same ends with the token.
      if (error instanceof RemoteError && error.kind === 'refused')
        return { held: false, reason: 'refused', seats: step.seats.map(objectLabel) };
      throw error;
    }
  }

  /** Places that were not booked after all are booked with the token that holds them: it must not end meanwhile. */
  async function keepAlive(token: string): Promise<void> {
    try {
      const left = await seats.retrieveToken(token, callDeadline());
      // An extension sets the end: of a token that lives longer it would shorten the life.
      if (left && left.expiresInSeconds < UNDECIDED_MINUTES * 60)
        await seats.extendToken(token, UNDECIDED_MINUTES, callDeadline());
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  }

  /**
   * A label tells by its order id. A general-admission place does not: it is not booked while the token holds it.
   * Book is all-or-nothing, so one label decides for the whole order.
   *
   * @returns undefined when only the log can tell
   */
  async function isBooked({
    eventId,
    seats: wanted,
    token,
    attemptId,
  }: SeatStep): Promise<boolean | undefined> {
    const verdict = bookedBy(await seats.read(eventId, wanted, callDeadline()), wanted, attemptId, token);
    return verdict === 'log_decides' ? undefined : verdict === 'booked';
  }
}

/** How long Seats.io may take to write a change into its log; its own client's tests wait for so long. */
const LOG_SETTLE_MS = 10_000;
const LOG_POLL_MS = 500;
/** How far the clocks of Temporal and Seats.io may be apart. */
const CLOCKS_DIFFER_MS = 5 * 60_000;

/** Longer than the pause between two tries, and short enough not to keep seats from others. */
const UNDECIDED_MINUTES = 5;

const once = <T>(call: () => Promise<T>): Promise<T> => call();

/**
 * Sends a call again inside the same try while it is turned away: the next try of the step could not know any more
 * that nothing had happened.
 */
async function untilSent<T>(call: () => Promise<T>): Promise<T> {
  for (let pauseMs = RETRY_AFTER_MS.least; ; pauseMs *= 2) {
    try {
      return await call();
    } catch (error) {
      if (!isPassing(error)) throw error;
      const waitMs = Math.max(pauseMs, error.facts.retryAfterMs ?? 0);
      if (waitMs >= msLeft()) throw error;
      await sleep(waitMs);
    }
  }
}

function toChange({ eventId, seats, token, attemptId }: SeatStep) {
  return { eventId, seats, token, orderKey: attemptId };
}
