/** How long a checkout promises the seats, and what it adds for itself. All three clocks come from these. */
export interface Terms {
  /** The promise to the buyer, from the moment the hold was completed. */
  holdMs: number;
  /** What the token lives longer than the promise, so that a payment in the last second can still be booked. */
  graceMs: number;
  /** The longest that the seats are kept for a payment that the provider is still processing, in all. */
  maxHoldMs: number;
  /** After how long without an answer a step asks for attention. It goes on trying. */
  patienceMs: number;
}

/** The buyer is waiting: token and hold have so long together, else the seats are reported as not to be had. */
export const HOLD_WITHIN_MS = 30_000;

/** What a token and a hold need of it, with one repeat: with less left no other token is tried. */
export const HOLD_ROUND_MS = 12_000;

/** What must be left of the token when the seats are booked: the call, and its repeats while no answer comes. */
export const BOOKING_BUDGET_MS = 30_000;

/** Seats.io ends a token two hours after its creation; one minute is left for the clocks. */
export const MAX_TOKEN_MINUTES = 119;

/** The life of the token under which a booking is taken back: a call and its repeat. */
export const UNBOOK_TOKEN_MINUTES = 2;

/** The life of a hold token, in Seats.io's whole minutes. */
export function tokenMinutes(terms: Terms): number {
  return Math.ceil((terms.holdMs + terms.graceMs) / 60_000);
}

/** The least that must be left of the token when the hold is completed; below it the token is extended. */
export function leastTokenRestMs(terms: Terms): number {
  return terms.holdMs + terms.graceMs / 2;
}

/**
 * How long TMT may take to show what a lost `order_created` did. No second one is sent before this time has
 * passed and the buyer's orders were listed (TMT writes them in a trigger, after its answer).
 */
export const ORDER_SETTLE_MS = 5_000;
