import { createHmac, randomBytes } from 'node:crypto';
import { HttpProblem } from './problem.ts';

export interface OpenOrdersSetting {
  /** How many orders of one buyer may be open at a time. */
  most: number;
  /** Asked before a buyer is refused, of each order that was open when it was started. */
  isOpen: (order: { owner: string; orderId: string }) => Promise<boolean>;
}

export interface NewOrder {
  owner: string;
  orderId: string;
  email: string;
}

/** An order that counts. Whoever admitted it has to say how its start went, whatever happens. */
export interface Admitted {
  /** @param stillOpen false when the start showed that the order is not open; true also when nobody knows */
  settle(stillOpen: boolean): void;
}

/** More than are open at a time in one process. */
const MOST_BUYERS = 100_000;

/** A buyer's orders, each with its starts under way: Temporal may not know them yet, so they count unasked. */
type Starts = Map<string, number>;

/**
 * Keeps one buyer from holding seats in many orders. It knows the orders that were started through this process
 * since it began, so with n gateways a buyer may have n times as many; e-mails are kept as keyed digests only.
 */
export function createOpenOrders({ most, isOpen }: OpenOrdersSetting) {
  const secret = randomBytes(32);
  const buyers = new Map<string, Starts>();

  const keyOf = ({ owner, email }: NewOrder) =>
    createHmac('sha256', secret).update(`${owner}\0${email.trim().toLowerCase()}`).digest('base64url');

  return {
    /** Counts the order, unless it is counted. @throws HttpProblem when the buyer has too many */
    admit: async (order: NewOrder): Promise<Admitted> => {
      const { owner, orderId } = order;
      const key = keyOf(order);
      if (isFull(key, orderId)) await dropEnded(owner, key);
      if (isFull(key, orderId)) {
        throw new HttpProblem('too_many_open', `The buyer has ${most} orders that are not finished.`);
      }
      const open: Starts = buyers.get(key) ?? new Map();
      open.set(orderId, (open.get(orderId) ?? 0) + 1);
      buyers.delete(key);
      const [oldest] = buyers.size >= MOST_BUYERS ? buyers.keys() : [];
      if (oldest !== undefined) buyers.delete(oldest);
      buyers.set(key, open);
      return {
        settle: (stillOpen) => {
          const others = (open.get(orderId) ?? 1) - 1;
          open.set(orderId, others);
          if (!stillOpen && others === 0) drop(key, open, orderId);
        },
      };
    },
  };

  function isFull(key: string, orderId: string): boolean {
    const open = buyers.get(key);
    return open !== undefined && !open.has(orderId) && open.size >= most;
  }

  async function dropEnded(owner: string, key: string): Promise<void> {
    const open: Starts = buyers.get(key) ?? new Map();
    const settled = [...open].flatMap(([orderId, starts]) => (starts === 0 ? [orderId] : []));
    await Promise.all(
      settled.map(async (orderId) => {
        const ended = !(await isOpen({ owner, orderId }));
        // It may have been tried again meanwhile.
        if (ended && open.get(orderId) === 0) drop(key, open, orderId);
      }),
    );
  }

  function drop(key: string, open: Starts, orderId: string): void {
    open.delete(orderId);
    if (open.size === 0 && buyers.get(key) === open) buyers.delete(key);
  }
}

export type OpenOrders = ReturnType<typeof createOpenOrders>;
