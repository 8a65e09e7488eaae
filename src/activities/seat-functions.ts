import { ApplicationFailure } from '@temporalio/activity';
import type { CallLimit } from '../remote-call.ts';
import { createNamedSeatFunctions, TokenMissingError } from '../seat-functions/by-name.ts';
import { LOG_IS_WRITTEN_MS, SeatFunctionError } from '../seat-functions/seat-function-error.ts';
import { createSeatFunctions } from '../seat-functions/seat-functions.ts';
import { type AnswerOf, SEAT_FUNCTIONS, type SeatFunctionName } from '../seat-functions/wire.ts';
import type { Seats } from '../seatsio/seats-api.ts';
import { callDeadline, isRefusal } from './step.ts';

/** TMT's six functions as activities of the same names: `data` in, `data` out. */
export type SeatFunctionActivities = {
  [Name in SeatFunctionName]: (data: unknown) => Promise<AnswerOf<Name>>;
};

/**
 * Each may be retried: a hold that is tried again has a token of its own, for the one of the try before was
 * expired or ends by itself; the others recognise what they did, a booking of places alone after a while. What they refuse fails for good, with the code of
 * `SeatFunctionError` as type, or `bad_request`. There is no override here: it is for the admin listener alone.
 */
export function createSeatFunctionActivities({ seats }: { seats: Seats }): SeatFunctionActivities {
  const named = createNamedSeatFunctions(createSeatFunctions({ seats }));
  const activity =
    <Name extends SeatFunctionName>(name: Name) =>
    async (data: unknown): Promise<AnswerOf<Name>> => {
      const parsed = SEAT_FUNCTIONS[name].data.safeParse(data);
      if (!parsed.success) {
        const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
        throw ApplicationFailure.nonRetryable(problems.join('; '), 'bad_request');
      }
      const call = named[name] as (data: unknown, limit: CallLimit) => Promise<AnswerOf<Name>>;
      try {
        return await call(parsed.data, callDeadline());
      } catch (error) {
        throw toFailure(error);
      }
    };
  return {
    create_event_seatsio: activity('create_event_seatsio'),
    list_event_seatsio: activity('list_event_seatsio'),
    hold_seats_seatsio: activity('hold_seats_seatsio'),
    release_seats_seatsio: activity('release_seats_seatsio'),
    expire_hold_token_seatsio: activity('expire_hold_token_seatsio'),
    book_seats_seatsio: activity('book_seats_seatsio'),
  };
}

const TRIED_AGAIN = ['hold_undone', 'hold_unknown', 'booking_unknown'];

function toFailure(error: unknown): unknown {
  if (error instanceof SeatFunctionError) {
    const { code, message, seats } = error;
    const nonRetryable = !TRIED_AGAIN.includes(code);
    return ApplicationFailure.create({
      ...{ message, type: code, nonRetryable, details: [{ seats: [...seats] }] },
      // Sooner a repeat could not be told from another booking.
      ...(code === 'booking_unknown' && { nextRetryDelay: LOG_IS_WRITTEN_MS }),
    });
  }
  if (isRefusal(error) || error instanceof TokenMissingError)
    return ApplicationFailure.nonRetryable(error.message, 'bad_request');
  return error;
}
