/**
 * Why a seat function did nothing:
 *
 * | code | what follows |
 * | --- | --- |
 * | `event_not_found` | create the event first; the id is the event's, not the chart's |
 * | `chart_not_found`, `event_has_another_chart`, `event_refused` | another chart or event id |
 * | `unknown_seat`, `not_a_seat` | ask for what the event has, an area with its quantity |
 * | `seats_unavailable` | choose other seats |
 * | `not_held` | the token does not hold them, or has ended: hold them again |
 * | `release_refused` | Seats.io refused it; look at the seats |
 * | `booking_unknown` | no answer came to a booking of places alone: ask again once Seats.io has written its log |
 * | `release_unknown` | no answer came to a release with places: a repeat could free as many again |
 * | `hold_undone` | no answer came, what may have been held was freed: ask again |
 * | `hold_unknown` | no answer came, also to the attempt to free: held at most until the token's ten minutes end |
 */
export type SeatFunctionCode =
  | 'event_not_found'
  | 'chart_not_found'
  | 'event_has_another_chart'
  | 'event_refused'
  | 'unknown_seat'
  | 'not_a_seat'
  | 'seats_unavailable'
  | 'not_held'
  | 'release_refused'
  | 'booking_unknown'
  | 'release_unknown'
  | 'hold_undone'
  | 'hold_unknown';

/** A seat function that was refused, or given up. Nothing is booked or held by it, but see those ending in `_unknown`. */
export class SeatFunctionError extends Error {
  override readonly name = 'SeatFunctionError';
  readonly code: SeatFunctionCode;
  /** The labels that it is about. */
  readonly seats: readonly string[];

  constructor(
    code: SeatFunctionCode,
    message: string,
    options: ErrorOptions & { seats?: readonly string[] } = {},
  ) {
    super(message, options);
    this.code = code;
    this.seats = options.seats ?? [];
  }
}

/** What everybody is told who names an event that Seats.io does not have. */
export function eventNotFound(cause: unknown): SeatFunctionError {
  const text =
    'Seats.io has no such event: call create_event_seatsio first, and give the event id, not the chart id';
  return new SeatFunctionError('event_not_found', text, { cause });
}

/** By then Seats.io's log of changes has a booking; it is seconds late as a rule. */
export const LOG_IS_WRITTEN_MS = 2 * 60_000;
