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
import type { CheckoutResult, Outcome } from '../checkout/outcome.ts';
import { NEEDS_ATTENTION, paymentSignal } from './messages.ts';
import { createSteps } from './steps.ts';

export interface LatePaymentInput {
  orderId: string;
  /** The attempt that the payment belongs to. */
  attempt: number;
  paymentId: string;
}

/** What became of the money: nothing had to, it bought the seats after all, it went back, it was let go, or a person has to decide. */
export type LatePaymentResult = {
  became: 'accounted_for' | 'rescued' | 'refunded' | 'canceled' | 'unpaid' | 'attention';
};

/** How long a payment that is not final yet is left alone before the provider is asked again. */
const ASK_AGAIN = '1 hour';

/** Outcomes after which the buyer still wants the seats: who cancelled does not. */
const RESCUED = new Set<Outcome['outcome']>(['expired', 'payment_failed']);

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
    ...createSteps<ReturnType<typeof createAttemptActivities>>(
      {
        readAttempt: { summary: 'Read the attempt that the payment belongs to' },
        startRescue: { summary: 'Start the next attempt with the money' },
      },
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
      const { result, rescues } = await steps.readAttempt({ orderId, attempt });
      if (rescues === paymentId || (result && accountsFor(result, paymentId)))
        return { became: 'accounted_for' };

      const payment = await steps.lookUpPayment({ paymentId });
      if (payment.state === 'refunded') return { became: 'accounted_for' };
      if (payment.state === 'canceled' || payment.state === 'failed') return { became: 'unpaid' };
      if (!result) {
        askForAttention('the order of this payment has no result that says what the money is for');
        return { became: 'attention' };
      }
      const isMoney = payment.state === 'captured' || payment.state === 'authorized';
      if (isMoney && RESCUED.has(result.outcome)) {
        const { started } = await steps.startRescue({ orderId, attempt, payment });
        if (started) return { became: 'rescued' };
      }
      if (payment.state === 'captured') {
        await steps.refundPayment({ paymentId });
        return { became: 'refunded' };
      }
      if (payment.state === 'authorized' || payment.state === 'open') {
        const stop = { attemptId: attemptId(orderId, attempt), paymentIds: [paymentId] };
        const [answer] = await steps.closePayments(stop);
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

/** A valid sale is never refunded by a repeated report, nor is money that was given back already. */
function accountsFor(result: CheckoutResult, paymentId: string): boolean {
  if (result.outcome === 'completed' && result.paymentId === paymentId) return true;
  return result.payments.some((payment) => payment.paymentId === paymentId && payment.state === 'refunded');
}
