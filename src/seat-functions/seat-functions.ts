import type { CallLimit } from '../remote-call.ts';
import type { ObjectInfos } from '../seatsio/object-info.ts';
import type { Seats } from '../seatsio/seats-api.ts';
import type { NewSeatsEvent } from '../seatsio/seats-events.ts';
import { bookSeats, type SeatsWithToken } from './book-seats.ts';
import { type CountedEvent, createEventFunctions } from './event-functions.ts';
import { holdSeats, type SeatsHold, type SeatsOfEvent } from './hold-seats.ts';
import { releaseAnybodysSeats, releaseSeats } from './release-seats.ts';

/**
 * TMT's six functions of the seat page, over Seats.io. Ids and labels are checked before anything is sent. All
 * throw `SeatFunctionError` when they did nothing, `RemoteError` when Seats.io could not be asked or gave no
 * usable answer. `call` is the time for the whole function.
 */
export interface SeatFunctions {
  /** Links a chart to a TMT event; the same again is no error, with another chart it is. */
  createEvent(event: NewSeatsEvent, call: CallLimit): Promise<CountedEvent>;
  /** Every event of the workspace. */
  listEvents(call: CallLimit): Promise<CountedEvent[]>;
  /** Holds all of the seats with a new token of ten minutes, or none. */
  holdSeats(request: SeatsOfEvent, call: CallLimit): Promise<SeatsHold>;
  /** Frees seats that the token holds. */
  releaseSeats(request: SeatsWithToken, call: CallLimit): Promise<ObjectInfos>;
  /** The administrator's form of it: frees anybody's seats, booked ones too. */
  releaseAnybodysSeats(request: SeatsOfEvent, call: CallLimit): Promise<ObjectInfos>;
  /** Frees whatever the token holds, at once. Success as well when it has ended before. */
  expireToken(token: string, call: CallLimit): Promise<void>;
  /** Books all of the seats that the token holds, or none. */
  bookSeats(request: SeatsWithToken, call: CallLimit): Promise<ObjectInfos>;
}

export function createSeatFunctions({ seats }: { seats: Seats }): SeatFunctions {
  return {
    ...createEventFunctions(seats),
    holdSeats: (request, call) => holdSeats(seats, request, call),
    releaseSeats: (request, call) => releaseSeats(seats, request, call),
    releaseAnybodysSeats: (request, call) => releaseAnybodysSeats(seats, request, call),
    expireToken: (token, call) => seats.expireToken(token, call),
    bookSeats: (request, call) => bookSeats(seats, request, call),
  };
}
