import { isArea, objectLabel, type Seat } from '../checkout/order.ts';
import type { ObjectState } from '../seatsio/object-state.ts';
import { SeatFunctionError } from './seat-function-error.ts';

/**
 * Every seat is one that the event has, and an area is asked for as an area: Seats.io would take its bare label
 * for one place of it.
 *
 * @throws SeatFunctionError `unknown_seat` or `not_a_seat`, with the labels
 */
export function requireKnown(states: readonly ObjectState[], seats: readonly Seat[]): void {
  const byLabel = new Map(states.map((state) => [state.label, state]));
  const labelsWhere = (is: (state: ObjectState | undefined, seat: Seat) => boolean) =>
    seats.filter((seat) => is(byLabel.get(objectLabel(seat)), seat)).map(objectLabel);

  const unknown = labelsWhere((state) => state === undefined);
  if (unknown.length > 0) throw unknownSeats(unknown);
  const otherKind = labelsWhere((state, seat) => isArea(seat) !== (state?.area !== undefined));
  if (otherKind.length > 0) {
    throw failure('not_a_seat', 'a seat is a label, an area {objectId, quantity}:', otherKind);
  }
}

/** Also of seats none of which could be read: Seats.io may refuse to read what an event does not have. */
export function unknownSeats(labels: string[]): SeatFunctionError {
  return failure('unknown_seat', 'the event does not have', labels);
}

function failure(code: 'unknown_seat' | 'not_a_seat', text: string, seats: string[]): SeatFunctionError {
  return new SeatFunctionError(code, `${text} ${seats.join(', ')}`, { seats });
}
