import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { createAttempts } from '../attempts.ts';
import type { CheckoutResult } from '../checkout/outcome.ts';
import type { Payment } from '../checkout/payment.ts';
import { CheckoutBrokenError } from '../checkout-errors.ts';
import { checkoutStartOptions } from '../checkout-start-options.ts';
import type { checkout } from '../workflows/checkout.ts';
import { mayRescue } from '../workflows/late-decision.ts';
import { inputQuery } from '../workflows/messages.ts';
import { callDeadline } from './step.ts';

/** What an attempt says of its payments. Without `result` there is none to go by: unknown, still open, or broken. */
export interface AttemptAccount {
  /** Which one it is. */
  attempt?: number;
  result?: CheckoutResult;
  open?: boolean;
}

export interface RescueStep {
  orderId: string;
  /** The attempt that the payment was made for. */
  attempt: number;
  payment: Payment;
}

export function createAttemptActivities({ client, taskQueue }: { client: Client; taskQueue: string }) {
  const attempts = createAttempts(client);
  return {
    /**
     * Reads the attempt that a payment belongs to, by its id: this one, unless a later one knows the payment, for
     * whoever reports it may have the number wrong, and a later one may have sold for it.
     */
    async readAttempt(step: {
      orderId: string;
      attempt: number;
      paymentId: string;
    }): Promise<AttemptAccount> {
      const { orderId, paymentId } = step;
      const { timeoutMs } = callDeadline();
      return client.withDeadline(Date.now() + timeoutMs, async () => {
        let owner: AttemptAccount = { attempt: step.attempt, ...(await readAccount(orderId, step.attempt)) };
        for (let attempt = step.attempt + 1; ; attempt += 1) {
          const later = await readAccount(orderId, attempt);
          if (!later) return owner;
          if (await isKnownTo(later, { orderId, attempt, paymentId })) owner = { attempt, ...later };
        }
      });
    },

    /**
     * Starts the next attempt with the late money, unless the buyer did it first, the order does not want it
     * or the money is not the order's. One chain of ids: a rescue and a buyer's retry can not both begin.
     *
     * @returns `begun` when the next attempt was started with this very money before, or ended without a result, so
     *   that nobody knows what it was started with
     */
    async startRescue(step: RescueStep): Promise<{ started: boolean; begun?: boolean }> {
      const { orderId, attempt, payment } = step;
      const { timeoutMs } = callDeadline();
      return client.withDeadline(Date.now() + timeoutMs, async () => {
        const { order, terms, owner } = await attempts.handleOf(orderId, attempt).query(inputQuery);
        if (!mayRescue(order, payment)) return { started: false };
        const next = {
          ...{ order, terms, attempt: attempt + 1, rescue: payment },
          ...(owner !== undefined && { owner }),
        };
        try {
          await client.workflow.start<typeof checkout>('checkout', {
            ...checkoutStartOptions(next, taskQueue),
            workflowIdConflictPolicy: 'FAIL',
          });
          return { started: true };
        } catch (error) {
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        }
        try {
          const other = await attempts.read(orderId, next.attempt);
          return { started: false, begun: other?.rescues === payment.paymentId };
        } catch (error) {
          if (!(error instanceof CheckoutBrokenError)) throw error;
          return { started: false, begun: true };
        }
      });
    },
  };

  /** Undefined: there is no such attempt. */
  async function readAccount(orderId: string, attempt: number): Promise<AttemptAccount | undefined> {
    try {
      const found = await attempts.read(orderId, attempt);
      return found?.state === 'ended' ? { result: found.result } : found && { open: true };
    } catch (error) {
      if (error instanceof CheckoutBrokenError) return {};
      throw error;
    }
  }

  /** Of an attempt that ended without a result it has to be assumed. */
  async function isKnownTo(
    { result, open }: AttemptAccount,
    { orderId, attempt, paymentId }: { orderId: string; attempt: number; paymentId: string },
  ): Promise<boolean> {
    if (open) return attempts.knowsPayment(orderId, attempt, paymentId);
    return !result || result.payments.some((payment) => payment.paymentId === paymentId);
  }
}
