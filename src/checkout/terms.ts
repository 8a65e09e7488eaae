/** How long a checkout promises the seats, and what it adds for itself. All three clocks come from these. */
export interface Terms {
  /** The promise to the buyer, from the moment the hold was completed. */
  holdMs: number;
  /** What the token lives longer than the promise, so that a payment in the last second can still be booked. */
  graceMs: number;
}

/** Seats.io ends a token two hours after its creation; one minute is left for the clocks. */
export const MAX_TOKEN_MINUTES = 119;

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
