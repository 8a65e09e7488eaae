import type { CallLimit } from '../remote-call.ts';
import { byKind } from './book-seats.ts';
import type { CountedEvent } from './event-functions.ts';
import type { SeatFunctions } from './seat-functions.ts';
import { type AnswerOf, type DataOf, type OverrideData, type SeatFunctionName, toSeats } from './wire.ts';

/** A function as TMT's clients know it: its `data` in, its `data` out. */
export type NamedSeatFunctions = {
  [Name in SeatFunctionName]: (data: DataOf<Name>, call: CallLimit) => Promise<AnswerOf<Name>>;
} & {
  /** `release_seats_seatsio` without a token. Whoever calls it has checked that an administrator asks. */
  releaseOverride: (data: OverrideData, call: CallLimit) => Promise<AnswerOf<'release_seats_seatsio'>>;
};

/** A release without a token reached the function that is for everybody. Nothing was sent. */
export class TokenMissingError extends Error {
  override readonly name = 'TokenMissingError';
}

/** The functions between the wire and the library; the endpoints and the activities are both made of these. */
export function createNamedSeatFunctions(functions: SeatFunctions): NamedSeatFunctions {
  return {
    async create_event_seatsio({ event_id, chart_id, name_event, date_event }, call) {
      const event = await functions.createEvent(
        {
          key: event_id,
          chartKey: chart_id,
          ...(name_event != null && { name: name_event }),
          ...(date_event != null && { date: date_event }),
        },
        call,
      );
      return { event: toEvent(event) };
    },

    async list_event_seatsio(_data, call) {
      return { events: (await functions.listEvents(call)).map(toEvent) };
    },

    async hold_seats_seatsio({ event_id, seats }, call) {
      const request = { eventId: event_id, seats: toSeats(seats) };
      const { token, expiresAt, objects } = await functions.holdSeats(request, call);
      return { hold: { objects, holdToken: { token, expiresAt } } };
    },

    async release_seats_seatsio({ event_id, seats, hold_token }, call) {
      if (hold_token === undefined)
        throw new TokenMissingError('a release without a hold token is the override');
      const request = { eventId: event_id, seats: toSeats(seats), token: hold_token };
      return { release: { objects: await functions.releaseSeats(request, call) } };
    },

    async releaseOverride({ event_id, seats }, call) {
      const request = { eventId: event_id, seats: toSeats(seats) };
      return { release: { objects: await functions.releaseAnybodysSeats(request, call) } };
    },

    async expire_hold_token_seatsio({ hold_token }, call) {
      await functions.expireToken(hold_token.token, call);
      return { hold_token, expired: true };
    },

    async book_seats_seatsio({ event_id, seats, hold_token }, call) {
      const wanted = toSeats(seats);
      const shown = await functions.bookSeats(
        { eventId: event_id, seats: wanted, token: hold_token.token },
        call,
      );
      const { labels, areas } = byKind(wanted);
      const only = (some: readonly string[]) => ({
        objects: Object.fromEntries(Object.entries(shown).filter(([label]) => some.includes(label))),
      });
      return {
        results: {
          assigned: labels.length > 0 ? only(labels) : null,
          ga: areas.map(({ area, quantity }) => ({ objectId: area, quantity, result: only([area]) })),
        },
        event_id,
        hold_token,
        counts: { assigned: labels.length, ga: areas.length, total: seats.length },
      };
    },
  };
}

function toEvent({ id, key, chartKey, name, date, counters }: CountedEvent) {
  return { id, key, chartKey, name, date, statusSummary: counters };
}
