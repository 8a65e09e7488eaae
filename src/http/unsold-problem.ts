import type { CheckoutResult } from '../checkout/outcome.ts';
import { HttpProblem } from './problem.ts';

/** Why a start was answered without a hold: what the buyer can be told, and what the shop can do. */
export function problemOfEnd(result: Exclude<CheckoutResult, { outcome: 'completed' }>): HttpProblem {
  const { attempt, outcome } = result;
  const about = { attempt, outcome };
  if (outcome !== 'unavailable') {
    return new HttpProblem('retry_wanted', `Attempt ${attempt} of the order ended as ${outcome}.`, about);
  }
  switch (result.reason) {
    case 'refused':
      return new HttpProblem('seats_unavailable', 'Seats of the order are held or sold.', {
        ...about,
        seats: result.seats,
      });
    case 'not_held_by_chart':
      return new HttpProblem('seats_unavailable', 'The chart’s token does not hold these seats.', {
        ...about,
        seats: result.seats,
      });
    case 'event_not_found':
      return new HttpProblem('invalid', 'Seats.io has no such event.', {
        problems: ['order.eventId is the key of no event'],
      });
    case 'no_answer':
      return new HttpProblem('retry_wanted', `Seats.io gave no answer to attempt ${attempt} in time.`, about);
  }
}
