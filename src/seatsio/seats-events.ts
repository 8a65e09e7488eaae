import { CreateEventParams, LocalDate, type SeatsioClient } from 'seatsio';
import { z } from 'zod';
import type { CallLimit } from '../remote-call.ts';
import { RemoteError } from '../remote-error.ts';
import * as check from './call-checks.ts';
import type { CallSeats } from './call-seats.ts';
import { unreadable } from './seats-failure.ts';

/** An event of the workspace, as Seats.io has it. */
export interface SeatsEvent {
  id: number;
  key: string;
  chartKey: string;
  name: string | null;
  /** `YYYY-MM-DD` */
  date: string | null;
}

export interface NewSeatsEvent {
  key: string;
  chartKey: string;
  name?: string;
  /** `YYYY-MM-DD` */
  date?: string;
}

/** The workspace's events. All of it is in Seats.io's regular lane: ten calls at a time for the whole account. */
export interface SeatsEvents {
  /** @throws RemoteError; `not_found` for an unknown chart, `refused` for a key that is taken */
  createEvent(event: NewSeatsEvent, call: CallLimit): Promise<SeatsEvent>;
  /** Undefined: no such event. */
  findEvent(key: string, call: CallLimit): Promise<SeatsEvent | undefined>;
  /** A page of events, newest first, and where the next one starts; undefined after the last. */
  listEvents(
    after: number | undefined,
    call: CallLimit,
  ): Promise<{ events: SeatsEvent[]; next: number | undefined }>;
  /** How many seats and places of the event are in each status. */
  countByStatus(key: string, call: CallLimit): Promise<Record<string, number>>;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
// The vendor's client makes a date object that prints itself.
const localDate = z.union([z.string(), z.instanceof(LocalDate)]).transform(String);

const event = z.object({
  id: z.int(),
  key: z.string(),
  chartKey: z.string(),
  name: z
    .string()
    .nullish()
    .transform((name) => name ?? null),
  date: localDate.nullish().transform((date) => date ?? null),
});
const page = z.object({
  items: z.array(event),
  nextPageStartsAfter: z.coerce.number().int().nullish(),
});
const summary = z.record(z.string(), z.object({ count: z.int().min(0) }));

export function createSeatsEvents(callSeats: CallSeats): SeatsEvents {
  const eventOf = (name: string, answer: unknown): SeatsEvent => {
    const found = event.safeParse(answer).data;
    if (found === undefined) throw unreadable(name);
    return found;
  };

  return {
    async createEvent({ key, chartKey, name: title, date }, limit) {
      const name = 'createEvent';
      check.requireEventId(key, name);
      check.requireEventId(chartKey, name);
      if (date !== undefined && !DATE.test(date)) throw badDate(name);
      const params = new CreateEventParams().withKey(key);
      if (title !== undefined) params.withName(title);
      if (date !== undefined) params.withDate(LocalDate.parse(date));
      const created = eventOf(
        name,
        await callSeats(name, limit, ({ events }) => events.create(chartKey, params)),
      );
      if (created.key !== key || created.chartKey !== chartKey) throw unreadable(name);
      return created;
    },

    async findEvent(key, limit) {
      const name = 'findEvent';
      check.requireEventId(key, name);
      try {
        return eventOf(name, await callSeats(name, limit, ({ events }) => events.retrieve(key)));
      } catch (error) {
        if (error instanceof RemoteError && error.kind === 'not_found') return undefined;
        throw error;
      }
    },

    async listEvents(after, limit) {
      const name = 'listEvents';
      const send = ({ events }: SeatsioClient) =>
        after === undefined ? events.listFirstPage() : events.listPageAfter(after);
      const listed = page.safeParse(await callSeats<unknown>(name, limit, send)).data;
      if (listed === undefined) throw unreadable(name);
      return { events: listed.items, next: listed.nextPageStartsAfter ?? undefined };
    },

    async countByStatus(key, limit) {
      const name = 'countByStatus';
      check.requireEventId(key, name);
      const answer: unknown = await callSeats(name, limit, ({ eventReports }) =>
        eventReports.summaryByStatus(key),
      );
      const counted = summary.safeParse(answer).data;
      if (counted === undefined) throw unreadable(name);
      return Object.fromEntries(Object.entries(counted).map(([status, { count }]) => [status, count]));
    },
  };
}

function badDate(call: string): RemoteError {
  return new RemoteError({ remote: 'seatsio', call, kind: 'refused', code: 'bad_date' });
}
