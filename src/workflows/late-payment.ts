import {
  CancellationScope,
  condition,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { createAttemptActivities } from '../activities/attempts.ts';
import type { createPaymentActivities } from '../activities/payments.ts';
import { attemptId } from '../checkout/ids.ts';
import { NEEDS_ATTENTION, paymentSignal } from './messages.ts';
import { createSteps } from './steps.ts';

export interface LatePaymentInput {
  orderId: string;
  /** The attempt that the payment belongs to. */
  attempt: number;
  paymentId: string;
}

/** What became of the money: nothing had to, it went back, it was let go, or a person has to decide. */
export type LatePaymentResult = {
  became: 'accounted_for' | 'refunded' | 'canceled' | 'unpaid' | 'attention';
};

/** How long a payment that is not final yet is left alone before the provider is asked again. */
const ASK_AGAIN = '1 hour';

/**
 * Decides what becomes of money that was reported after its attempt had ended. It reads the provider, never
 * trusts the report alone, and stays open until the payment is final.
 */
export async function latePayment({
  orderId,
  attempt,
  paymentId,
}: LatePaymentInput): Promise<LatePaymentResult> {
  let reports = 0;
  setHandler(paymentSignal, () => {
    reports += 1;
  });
  const steps = {
    ...createSteps<Pick<ReturnType<typeof createAttemptActivities>, 'readAttempt'>>(
      { readAttempt: { summary: 'Read the attempt that the payment belongs to' } },
      askForAttention,
    ),
    ...createSteps<
      Pick<ReturnType<typeof createPaymentActivities>, 'lookUpPayment' | 'refundPayment' | 'closePayments'>
    >(
      {
        lookUpPayment: { summary: 'Ask the provider about the payment' },
        refundPayment: { summary: 'Refund the payment' },
        closePayments: { summary: 'Stop the payment' },
      },
      askForAttention,
    ),
  };
  return CancellationScope.nonCancellable(decide);

  async function decide(): Promise<LatePaymentResult> {
    for (;;) {
      const seen = reports;
      const owner = await steps.readAttempt({ orderId, attempt });
      const known = owner.payments.find((payment) => payment.paymentId === paymentId);
      if (owner.sold === paymentId || known?.state === 'refunded') return { became: 'accounted_for' };
      const payment = await steps.lookUpPayment({ paymentId });
      if (payment.state === 'refunded') return { became: 'accounted_for' };
      if (payment.state === 'canceled' || payment.state === 'failed') return { became: 'unpaid' };
      if (!owner.ended) {
        askForAttention('the order of this payment has no result that says what the money is for');
        return { became: 'attention' };
      }
      if (payment.state === 'captured') {
        await steps.refundPayment({ paymentId });
        return { became: 'refunded' };
      }
      if (payment.state === 'authorized' || payment.state === 'open') {
        const [answer] = await steps.closePayments({
          attemptId: attemptId(orderId, attempt),
          paymentIds: [paymentId],
        });
        if (answer?.state === 'canceled') return { became: 'canceled' };
        continue;
      }
      setCurrentDetails(`The provider says **${payment.state}**; waiting until the payment is final.`);
      await condition(() => reports > seen, ASK_AGAIN, { summary: 'Ask the provider again' });
    }
  }

  function askForAttention(reason: string, done = false): void {
    upsertSearchAttributes([{ key: NEEDS_ATTENTION, value: !done }]);
    setCurrentDetails(`${workflowInfo().workflowType}: ${reason}`);
  }
}
