import type { CallLimit } from '../remote-call.ts';
import { RemoteError } from '../remote-error.ts';
import type { NewSeatsEvent, SeatsEvent, SeatsEvents } from '../seatsio/seats-events.ts';
import { SeatFunctionError } from './seat-function-error.ts';
import { timeLeft, timeToLook } from './time-left.ts';

export interface CountedEvent extends SeatsEvent {
  /** Seats and places by status; null when Seats.io did not say. */
  counters: Record<string, number> | null;
}

/** Half of what Seats.io allows for the whole account in this lane. */
const LIST_CALLS = 5;

export function createEventFunctions(seats: SeatsEvents) {
  const inTurn = atMost(LIST_CALLS);

  /** Counters are a courtesy: an event without them is still an answer. */
  const withCounters = async (event: SeatsEvent, count: () => Promise<Record<string, number>>) => {
    try {
      return { ...event, counters: await count() };
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      return { ...event, counters: null };
    }
  };

  return {
    /**
     * Links a chart to a TMT event. The same event with the same chart is there already, and answered as it is.
     *
     * @throws SeatFunctionError, RemoteError
     */
    async createEvent(event: NewSeatsEvent, limit: CallLimit): Promise<CountedEvent> {
      const left = timeLeft(limit);
      const created = await createOrFind(seats, event, limit);
      return withCounters(created, () => seats.countByStatus(created.key, left()));
    },

    /**
     * Every event of the workspace, newest first. All lists of this process together have five calls in flight.
     *
     * @throws RemoteError
     */
    async listEvents(limit: CallLimit): Promise<CountedEvent[]> {
      const left = timeLeft(limit);
      const events: SeatsEvent[] = [];
      for (let after: number | undefined; ; ) {
        const from = after;
        const page = await inTurn(() => seats.listEvents(from, left()));
        events.push(...page.events);
        if (page.next === undefined) break;
        after = page.next;
      }
      return Promise.all(
        events.map((event) =>
          withCounters(event, () => inTurn(() => seats.countByStatus(event.key, left()))),
        ),
      );
    },
  };
}

async function createOrFind(seats: SeatsEvents, event: NewSeatsEvent, limit: CallLimit): Promise<SeatsEvent> {
  const left = timeLeft(limit);
  try {
    return await seats.createEvent(event, left(timeToLook(limit)));
  } catch (error) {
    if (!(error instanceof RemoteError) || !['refused', 'not_found', 'unknown'].includes(error.kind))
      throw error;
    const found = await seats.findEvent(event.key, left()).catch((failed: unknown) => {
      throw error.kind === 'unknown' ? error : failed;
    });
    if (found?.chartKey === event.chartKey) return found;
    if (found) {
      const text = 'this event exists with another chart; an event keeps its chart';
      throw new SeatFunctionError('event_has_another_chart', text, { cause: error });
    }
    if (error.kind === 'unknown') throw error;
    throw error.kind === 'not_found'
      ? new SeatFunctionError('chart_not_found', 'Seats.io has no such chart', { cause: error })
      : new SeatFunctionError('event_refused', 'Seats.io refused to create the event', { cause: error });
  }
}

/** Runs calls in the order they come, never more than so many at a time. */
function atMost(most: number): <T>(call: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (call) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await call();
    } finally {
      // The place goes straight to the next one, so that nobody slips in between.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
