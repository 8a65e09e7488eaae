import { type Terms, tokenMinutes } from '../checkout/terms.ts';

export interface TokenLife {
  /** When the token ends, and until when it may be extended: ms of the workflow's clock, on the safe side. */
  endsAt: number;
  keepUntil: number;
}

/**
 * How far to extend a token of which less than so much is left; never beyond what the terms allow in all.
 *
 * @returns whole minutes from now, as Seats.io counts them; 0 to leave the token as it is
 */
export function minutesToExtend(
  { endsAt, keepUntil }: TokenLife,
  { now, leastRestMs, terms }: { now: number; leastRestMs: number; terms: Terms },
): number {
  if (endsAt - now >= leastRestMs) return 0;
  return Math.max(0, Math.min(tokenMinutes(terms), Math.floor((keepUntil - now) / 60_000)));
}
