import type { SeatsForSale, SeatsOnSale } from '../seatsio/seats-on-sale.ts';
import { HttpProblem } from './problem.ts';

export interface SeatReport extends SeatsOnSale {
  /** ISO 8601: of when it is. */
  readAt: string;
}

/** A report must be this old before Seats.io is asked again: its budget belongs to holds and bookings. */
const FRESH_MS = 5_000;
const MOST_EVENTS = 500;
/** Reports of different events at a time: whoever asks for many must not take what holds and bookings need. */
const MOST_UNDER_WAY = 10;
const LIMIT = { timeoutMs: 8_000 };

interface Entry {
  answer: Promise<SeatReport>;
  askedAt: number;
  /** No answer yet: it is waited for, however old the question is. */
  underWay: boolean;
}

/**
 * What can be sold of an event: one question to Seats.io for all callers of five seconds, a failed one too, so
 * that a crowd does not turn an outage into a flood.
 */
export function createSeatReports(seats: SeatsForSale, now: () => number = Date.now) {
  const reports = new Map<string, Entry>();
  let underWay = 0;

  return async (eventId: string): Promise<SeatReport> => {
    const known = reports.get(eventId);
    if (known && (known.underWay || now() - known.askedAt < FRESH_MS)) return known.answer;
    if (underWay >= MOST_UNDER_WAY) {
      const detail = 'Too many events are asked about at the moment.';
      throw new HttpProblem('unavailable', detail, { headers: { 'retry-after': '1' } });
    }
    underWay += 1;
    const askedAt = now();
    const answer = seats
      .readOnSale(eventId, LIMIT)
      .then((onSale) => ({ readAt: new Date(askedAt).toISOString(), ...onSale }))
      .finally(() => {
        entry.underWay = false;
        underWay -= 1;
      });
    const entry: Entry = { answer, askedAt, underWay: true };
    reports.delete(eventId);
    const [oldest] = reports.size >= MOST_EVENTS ? reports.keys() : [];
    if (oldest !== undefined) reports.delete(oldest);
    reports.set(eventId, entry);
    return answer;
  };
}

export type SeatReports = ReturnType<typeof createSeatReports>;
