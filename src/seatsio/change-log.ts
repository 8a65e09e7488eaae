import { z } from 'zod';
import type { CallLimit } from '../remote-call.ts';
import type { CallSeats } from './call-seats.ts';
import type { BOOKED, HELD } from './object-state.ts';
import { unreadable } from './seats-failure.ts';

const PAGE = 100;

const page = z.object({
  items: z.array(
    z.object({
      status: z.string(),
      orderId: z.string().nullish(),
      holdToken: z.string().nullish(),
      date: z.date(),
    }),
  ),
  nextPageStartsAfter: z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]).nullish(),
});

/** A change as the log would show it: a booking by its order key, a hold by its token. */
export type SoughtChange = (
  | { status: typeof BOOKED; orderKey: string }
  | { status: typeof HELD; token: string }
) & {
  /** No line older than this is looked at, in ms: the log of a large area is longer than a call. */
  since: number;
};

/** Reads the log of an object's changes, newest first, until it shows the change or is older than it can be. */
export async function isChangeLogged(
  callSeats: CallSeats,
  eventId: string,
  label: string,
  change: SoughtChange,
  { timeoutMs }: CallLimit,
): Promise<boolean> {
  const name = 'wasChanged';
  const endsAt = performance.now() + timeoutMs;
  for (let after: number | undefined; ; ) {
    const limit = { timeoutMs: endsAt - performance.now() };
    const answer: unknown = await callSeats(name, limit, ({ events }) => {
      const changes = events.statusChangesForObject(eventId, label);
      return after === undefined ? changes.firstPage(null, PAGE) : changes.pageAfter(after, null, PAGE);
    });
    const read = page.safeParse(answer);
    if (!read.success) throw unreadable(name);
    const { items, nextPageStartsAfter } = read.data;
    const isSought = (line: (typeof items)[number]) =>
      line.status === change.status &&
      ('token' in change ? line.holdToken === change.token : line.orderId === change.orderKey);
    if (items.some(isSought)) return true;
    const last = items.at(-1);
    if (typeof nextPageStartsAfter !== 'number' || (last && last.date.getTime() < change.since)) return false;
    after = nextPageStartsAfter;
  }
}
