import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { createAttempts } from '../attempts.ts';
import { latePaymentWorkflowId } from '../checkout/ids.ts';
import { CheckoutBrokenError } from '../checkout-errors.ts';
import type { LatePaymentResult, latePayment } from '../workflows/late-payment.ts';
import { callDeadline } from './step.ts';

/** Who gave the money back: this system, somebody else, or a run that still has it in hand will tell. */
export type RefundedBy = 'us' | 'others' | 'not_known_yet';

export function createRefundAccountActivities({ client }: { client: Client }) {
  const attempts = createAttempts(client);
  return {
    /** Reads the runs that could have refunded the payment: its late payment, and every attempt of the order. */
    async whoRefunded(refund: { orderId: string; paymentId: string }): Promise<RefundedBy> {
      const { timeoutMs } = callDeadline();
      return client.withDeadline(Date.now() + timeoutMs, async () => {
        const late = await readLate(refund.paymentId);
        if (late !== 'others') return late;
        return searchAttempts(refund);
      });
    },
  };

  async function readLate(paymentId: string): Promise<RefundedBy> {
    const handle = client.workflow.getHandle<typeof latePayment>(latePaymentWorkflowId(paymentId));
    try {
      const { status } = await handle.describe();
      if (status.name === 'RUNNING' || status.name === 'PAUSED') return 'not_known_yet';
      if (status.name !== 'COMPLETED') return 'others';
      const { became }: LatePaymentResult = await handle.result();
      return became === 'refunded' ? 'us' : 'others';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'others';
      throw error;
    }
  }

  async function searchAttempts(refund: { orderId: string; paymentId: string }): Promise<RefundedBy> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const found = await attempts.read(refund.orderId, attempt);
        if (!found) return 'others';
        if (found.state === 'open') return 'not_known_yet';
        const known = found.result.payments.find(({ paymentId }) => paymentId === refund.paymentId);
        if (known?.state === 'refunded') return 'us';
      } catch (error) {
        // What ended without a result says nothing of its money.
        if (!(error instanceof CheckoutBrokenError)) throw error;
      }
    }
  }
}
