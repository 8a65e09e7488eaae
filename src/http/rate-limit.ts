import type { App } from './app.ts';
import { HttpProblem } from './problem.ts';

export interface RateLimit {
  /** Requests a second that each caller may make, for long. */
  perSecond: number;
  /** How many it may make at once, after a rest. */
  burst: number;
}

export interface RateLimits {
  /** For each name of a key. */
  keys: RateLimit;
  /** For each order's buyer. */
  buyers: RateLimit;
}

export const BUYER_RATE: RateLimit = { perSecond: 2, burst: 20 };

/** More callers than have a key; buyers come and go. */
const MOST_CALLERS = 50_000;

/** Holds each caller to its rate. Whoever is not let in by a key or a token costs next to nothing, and is not counted. */
export function addRateLimit(app: App, limits: RateLimits, now: () => number = Date.now): void {
  const ofKeys = createBuckets(limits.keys, now);
  const ofBuyers = createBuckets(limits.buyers, now);
  app.addHook('onRequest', async ({ caller, params }) => {
    if (caller === undefined) return;
    const waitMs =
      caller.role === 'buyer'
        ? ofBuyers.take(String((params as { orderId?: string }).orderId))
        : ofKeys.take(caller.name);
    if (waitMs === 0) return;
    const headers = { 'retry-after': String(Math.ceil(waitMs / 1000)) };
    throw new HttpProblem('too_many_requests', 'The caller makes more requests than it may.', { headers });
  });
}

/** Token buckets. `take` gives how long to wait until the next one is there: 0, and one is taken. */
export function createBuckets({ perSecond, burst }: RateLimit, now: () => number) {
  const buckets = new Map<string, { left: number; at: number }>();
  return {
    take: (name: string): number => {
      const at = now();
      const known = buckets.get(name);
      const left = known ? Math.min(burst, known.left + ((at - known.at) / 1000) * perSecond) : burst;
      // The map is in the order of the last request, so the first is the longest at rest.
      buckets.delete(name);
      const [oldest] = buckets.size >= MOST_CALLERS ? buckets.keys() : [];
      if (oldest !== undefined) buckets.delete(oldest);
      buckets.set(name, { left: left >= 1 ? left - 1 : left, at });
      return left >= 1 ? 0 : Math.max(1, ((1 - left) / perSecond) * 1000);
    },
  };
}
