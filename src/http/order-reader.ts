import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { checkoutWorkflowId } from '../checkout/ids.ts';
import { CheckoutBrokenError, CheckoutNotFoundError } from '../checkout-errors.ts';
import { type CheckoutWatch, createCheckoutWatch } from '../checkout-watch.ts';
import type { CheckoutClient } from '../client.ts';
import { FAILED_PRECONDITION, grpcCodeOf, isSilence } from '../grpc-code.ts';
import type { Caller } from './auth/api-keys.ts';
import { hasEnded } from './buyer-state.ts';
import { type OrderView, toOrderView, viewOfBroken } from './order-view.ts';
import { HttpProblem } from './problem.ts';
import { createWaiters, type Waiters } from './waiters.ts';

export interface OrderReaderSetting {
  client: Client;
  checkoutsOf: (owner: string) => Pick<CheckoutClient, 'status'>;
  waiters?: Waiters;
}

export interface Wait {
  /** The version that the caller knows. */
  after: string;
  waitMs: number;
  /** Aborted when the caller has gone. */
  signal: AbortSignal;
}

/** A query waits for the step that its run has under way: a local one may take some seconds, twice. */
const READ_WITHIN_MS = 8_000;
/** A run writes several events at once; they are told as one change. */
const SETTLE_MS = 100;

/** Reads orders as their callers may see them, at once or when they have changed. */
export function createOrderReader({ client, checkoutsOf, waiters = createWaiters() }: OrderReaderSetting) {
  return {
    read: async (orderId: string, caller: Caller): Promise<OrderView> => (await look(orderId, caller)).view,

    /**
     * As `read`, but waits while the order is as the caller knows it, has not ended, and time is left.
     *
     * @throws HttpProblem when too many wait already
     */
    readChanged: async (orderId: string, caller: Caller, wait: Wait): Promise<OrderView> => {
      const leave = waiters.enter(caller, orderId);
      try {
        return await untilChanged(orderId, caller, wait);
      } finally {
        leave();
      }
    },

    /** Whether the order may still hold seats by itself: one that is broken does nothing any more. */
    isOpen: async ({ owner, orderId }: { owner: string; orderId: string }): Promise<boolean> => {
      try {
        const { view, isBroken } = await look(orderId, { name: owner, role: 'checkout' });
        return !isBroken && !hasEnded(view.state);
      } catch (error) {
        if (error instanceof CheckoutNotFoundError) return false;
        throw error;
      }
    },
  };

  async function look(orderId: string, caller: Caller): Promise<{ view: OrderView; isBroken: boolean }> {
    try {
      const status = () => checkoutsOf(caller.name).status(orderId);
      const found = await client.withDeadline(Date.now() + READ_WITHIN_MS, status);
      return { view: toOrderView(found, caller), isBroken: false };
    } catch (error) {
      if (error instanceof CheckoutBrokenError)
        return { view: viewOfBroken(orderId, error, caller), isBroken: true };
      throw isUnanswered(error) ? noWorker(error) : error;
    }
  }

  async function untilChanged(orderId: string, caller: Caller, wait: Wait): Promise<OrderView> {
    const endsAt = Date.now() + wait.waitMs;
    let watched: { attempt: number; watch: CheckoutWatch } | undefined;
    for (;;) {
      const { view, isBroken } = await look(orderId, caller);
      const timeoutMs = endsAt - Date.now();
      const isNews = view.version !== wait.after || hasEnded(view.state);
      if (isNews || timeoutMs <= 0 || wait.signal.aborted) return view;
      if (isBroken) {
        // Its run is closed and writes nothing more; an answer before the time would only be asked for again.
        await pause(timeoutMs, undefined, { signal: wait.signal }).catch(() => undefined);
        return view;
      }

      const { attempt } = view;
      if (watched?.attempt !== attempt) {
        watched = { attempt, watch: createCheckoutWatch(client, checkoutWorkflowId(orderId, attempt)) };
      } else await pause(SETTLE_MS);
      await watched.watch.next({ timeoutMs, signal: wait.signal });
    }
  }
}

export type OrderReader = ReturnType<typeof createOrderReader>;

/** No Temporal, or no worker for the query. */
function isUnanswered(error: unknown): boolean {
  return isSilence(error) || grpcCodeOf(error) === FAILED_PRECONDITION;
}

function noWorker(cause: unknown): HttpProblem {
  const headers = { 'retry-after': '2' };
  return new HttpProblem(
    'unavailable',
    'The order cannot be read for the moment; it goes on.',
    { headers },
    { cause },
  );
}
