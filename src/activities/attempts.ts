import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { createAttempts } from '../attempts.ts';
import { sameMoney } from '../checkout/money.ts';
import type { CheckoutResult } from '../checkout/outcome.ts';
import type { Payment } from '../checkout/payment.ts';
import { CheckoutBrokenError } from '../checkout-errors.ts';
import { checkoutStartOptions } from '../checkout-start-options.ts';
import type { checkout } from '../workflows/checkout.ts';
import { inputQuery } from '../workflows/messages.ts';
import { callDeadline } from './step.ts';

/** What an attempt says of its payments. Without `result` there is none to go by: unknown, open or broken. */
export interface AttemptAccount {
  result?: CheckoutResult;
  /** The late payment that started the attempt: whatever becomes of it, the attempt accounts for it. */
  rescues?: string;
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
    /** Reads an attempt by its id. */
    async readAttempt(step: { orderId: string; attempt: number }): Promise<AttemptAccount> {
      try {
        const found = await attempts.read(step.orderId, step.attempt);
        return {
          ...(found?.state === 'ended' && { result: found.result }),
          ...(typeof found?.rescues === 'string' && { rescues: found.rescues }),
        };
      } catch (error) {
        if (error instanceof CheckoutBrokenError) return {};
        throw error;
      }
    },

    /**
     * Starts the next attempt with the late money, unless the buyer did it first, the order does not want it
     * or the money is not the order's. One chain of ids: a rescue and a buyer's retry can not both begin.
     */
    async startRescue({ orderId, attempt, payment }: RescueStep): Promise<{ started: boolean }> {
      const { timeoutMs } = callDeadline();
      return client.withDeadline(Date.now() + timeoutMs, async () => {
        const { order, terms } = await attempts.handleOf(orderId, attempt).query(inputQuery);
        const fits = payment.money !== undefined && sameMoney(payment.money, order.total);
        if (order.lateMoney === 'refund' || !fits) return { started: false };
        const next = { order, terms, attempt: attempt + 1, rescue: payment };
        try {
          await client.workflow.start<typeof checkout>('checkout', {
            ...checkoutStartOptions(next, taskQueue),
            workflowIdConflictPolicy: 'FAIL',
          });
          return { started: true };
        } catch (error) {
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
          // Ours, if it was started by a try whose answer was lost.
          const other = await attempts.read(orderId, next.attempt);
          return { started: other?.rescues === payment.paymentId };
        }
      });
    },
  };
}
