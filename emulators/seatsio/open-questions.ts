/**
 * What the vendor documents nowhere and nobody has tested. Each has one place in the code; the defaults are the
 * answers that give a caller the most trouble, so that one that copes with them relies on nothing unproven.
 */
export interface OpenQuestions {
  /** A seat held by a token is held by it again. (Places of an area are counters: holding again adds.) */
  holdAgain: 'refuse' | 'accept';
  /** The status of a hold or book whose token is unknown or expired. */
  deadTokenStatus: 400 | 404;
  /** An object that is free is released. */
  releaseFree: 'refuse' | 'accept';
  /** A booked object is released and a token is passed. */
  releaseBookedWithToken: 'refuse' | 'accept';
  /** A token is to live longer than two hours from its creation. */
  beyondCap: 'clamp' | 'refuse';
  /** A token is created with zero minutes. */
  createWithZero: 'refuse' | 'accept';
  /** From a token's expiry to the release of what it holds, in ms. */
  releaseDelayMs: number;
  /** Order id and ticket type of a hold are still there after a booking that does not repeat them. */
  detailsSurviveBooking: boolean;
  /** A token books fewer places of an area than it holds. (More than it holds is always refused.) */
  bookFewerPlaces: 'accept' | 'refuse';
}

export const cautious: OpenQuestions = {
  holdAgain: 'refuse',
  deadTokenStatus: 400,
  releaseFree: 'refuse',
  releaseBookedWithToken: 'refuse',
  beyondCap: 'clamp',
  createWithZero: 'refuse',
  releaseDelayMs: 0,
  detailsSurviveBooking: false,
  bookFewerPlaces: 'accept',
};
