import { z } from 'zod';

const refuseOrAccept = z.enum(['refuse', 'accept']);
const milliseconds = z.number().int().min(0);

/**
 * What the vendor documents nowhere and nobody has tested. Each has one place in the code; the defaults are the
 * answers that give a caller the most trouble, so that one that copes with them relies on nothing unproven.
 */
const settings = z.strictObject({
  /** A seat held by a token is held by it again. (Places of an area are counters: holding again adds.) */
  holdAgain: refuseOrAccept.default('refuse'),
  /** The status of a hold or book whose token is unknown or expired. */
  deadTokenStatus: z.literal([400, 404]).default(400),
  /** An object that is free is released. */
  releaseFree: refuseOrAccept.default('refuse'),
  /** A booked object is released and a token is passed. */
  releaseBookedWithToken: refuseOrAccept.default('refuse'),
  /** A token is to live longer than two hours from its creation. */
  beyondCap: z.enum(['clamp', 'refuse']).default('clamp'),
  /** A token is created with zero minutes. */
  createWithZero: refuseOrAccept.default('refuse'),
  /** Minutes below zero: refused, or as if they were zero. */
  negativeMinutes: refuseOrAccept.default('refuse'),
  /** Parts of a minute. Accepted by default, though nobody knows: demos and tests hold for seconds. */
  partsOfMinutes: refuseOrAccept.default('accept'),
  /** From a token's expiry to the release of what it holds, in ms. */
  releaseDelayMs: milliseconds.default(0),
  /** Order id and ticket type of a hold are still there after a booking that does not repeat them. */
  detailsSurviveBooking: z.boolean().default(false),
  /** A token books fewer places of an area than it holds. */
  bookFewerPlaces: refuseOrAccept.default('accept'),
  /** A token books more places of an area than it holds: the others are free ones. */
  bookMorePlaces: refuseOrAccept.default('refuse'),
  /** Labels that the event has not are left out of what is read, or refused. */
  readUnknown: z.enum(['omit', 'refuse']).default('omit'),
  /** An event is to follow its season again for an object that somebody has taken in the event meanwhile. */
  useTakenSeasonStatus: refuseOrAccept.default('refuse'),
  /** Seconds that a 429 tells to wait; 0 = it tells nothing, as the documentation does. */
  retryAfterSeconds: z.number().int().min(0).default(0),
  /** From a status change to its line in the list of status changes, in ms. (That it takes time is known.) */
  changeListDelayMs: milliseconds.default(250),
});

export type OpenQuestions = z.output<typeof settings>;

/** The answers to all questions: the given ones and the cautious ones. Throws a ZodError. */
export function answers(given: unknown = {}): OpenQuestions {
  return settings.parse(given);
}

/** Answers that replace others. Throws a ZodError. */
export function changedAnswers(open: OpenQuestions, given: unknown): OpenQuestions {
  return settings.parse({ ...open, ...z.looseObject({}).parse(given) });
}
