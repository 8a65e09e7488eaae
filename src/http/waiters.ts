import type { Caller } from './auth/api-keys.ts';
import { HttpProblem } from './problem.ts';

export interface WaitersLimits {
  /** Of all callers together. */
  inAll: number;
  /** For each name of a key. */
  perKey: number;
  /** For the buyer of each order: a few pages that are open at a time. */
  perOrder: number;
}

const LIMITS: WaitersLimits = { inAll: 2_000, perKey: 1_000, perOrder: 5 };

/** As long as the shortest wait that spares anything: who is answered at once asks again at once. */
const RETRY_AFTER = { 'retry-after': '5' };

/** Counts the requests that wait for a change, so that no caller takes the waiting of all others. */
export function createWaiters({ inAll, perKey, perOrder }: WaitersLimits = LIMITS) {
  const counts = new Map<string, number>();
  let all = 0;

  return {
    /** @returns what ends the wait @throws HttpProblem when too many wait already */
    enter: ({ name, role }: Caller, orderId: string): (() => void) => {
      const isBuyer = role === 'buyer';
      const who = isBuyer ? `order/${orderId}` : `key/${name}`;
      const own = counts.get(who) ?? 0;
      if (all >= inAll || own >= (isBuyer ? perOrder : perKey)) {
        const detail = 'Too many requests wait for a change already.';
        throw new HttpProblem('too_many_requests', detail, { headers: RETRY_AFTER });
      }
      counts.set(who, own + 1);
      all += 1;
      return () => {
        const left = (counts.get(who) ?? 1) - 1;
        if (left > 0) counts.set(who, left);
        else counts.delete(who);
        all -= 1;
      };
    },
  };
}

export type Waiters = ReturnType<typeof createWaiters>;
