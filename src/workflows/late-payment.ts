import {
  CancellationScope,
  condition,
  makeContinueAsNewFunc,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { createAttemptActivities } from '../activities/attempts.ts';
import type { createPaymentActivities } from '../activities/payments.ts';
import { attemptId } from '../checkout/ids.ts';
import type { PaymentEvent } from '../checkout/payment.ts';
import { decideLate, decideUnwanted, hasToName, isAccountedFor } from './late-decision.ts';
import { latePaymentStart } from './late-payment-start.ts';
import { NEEDS_ATTENTION, paymentSignal } from './messages.ts';
import { isMoneyProven, isPaymentEvent } from './payment-book.ts';
import { createSteps } from './steps.ts';

export interface LatePaymentInput {
  orderId: string;
  /** The attempt that the payment belongs to. */
  attempt: number;
  paymentId: string;
  /** How long a step tries before it asks for attention. */
  patienceMs: number;
  /** What an earlier run of it has learned. */
  known?: LatePaymentKnown;
}

interface LatePaymentKnown {
  /** A proven report said that there is money. */
  moneyReported: boolean;
  /** The money has started the attempt that is read now. */
  rescued: boolean;
  /** The same payment, reported for another order. The provider will say whose it is. */
  elsewhere?: Pick<LatePaymentInput, 'orderId' | 'attempt' | 'known'>;
}

/** What became of the money: nothing had to, it bought the seats after all, it went back, it was let go, or a person has to decide. */
export type LatePaymentResult = {
  became: 'accounted_for' | 'rescued' | 'refunded' | 'canceled' | 'unpaid' | 'attention';
};

const orderOf = ({ orderId, attempt = 1 }: PaymentEvent) => ({ orderId, attempt });

/** How long a payment that is not final yet is left alone before the provider is asked again. */
const ASK_AGAIN = '1 hour';

/** A checkout hands a payment over when it is about to end; a buyer's next attempt may take its time. */
const READ_AGAIN_MS = { first: 1_000, most: 60_000 };

/**
 * Decides what becomes of money that was reported after its attempt had ended. It reads the provider, never
 * trusts the report alone, and stays open until the payment is final.
 */
export async function latePayment(input: LatePaymentInput): Promise<LatePaymentResult> {
  const { orderId, paymentId, patienceMs } = input;
  const known: LatePaymentKnown = { moneyReported: false, rescued: false, ...input.known };
  let reports = 0;
  setHandler(paymentSignal, (report) => {
    reports += 1;
    if (!isPaymentEvent(report)) return;
    const moneyReported = isMoneyProven(report);
    if (report.orderId === orderId) known.moneyReported ||= moneyReported;
    else known.elsewhere = { ...orderOf(report), known: { moneyReported, rescued: false } };
  });
  const patience = { patienceMs, onDelay: askForAttention };
  const steps = {
    ...createSteps<ReturnType<typeof createAttemptActivities>>(
      {
        readAttempt: { summary: 'Read the attempt that the payment belongs to' },
        startRescue: { summary: 'Start the next attempt with the money' },
      },
      patience,
    ),
    ...createSteps<
      Pick<ReturnType<typeof createPaymentActivities>, 'lookUpPayment' | 'refundPayment' | 'closePayments'>
    >(
      {
        lookUpPayment: { summary: 'Ask the provider about the payment' },
        refundPayment: { summary: 'Refund the payment' },
        closePayments: { summary: 'Stop the payment' },
      },
      patience,
    ),
  };
  return CancellationScope.nonCancellable(untilFinal);

  async function untilFinal(): Promise<LatePaymentResult> {
    let readAgainMs = READ_AGAIN_MS.first;
    let { attempt } = input;
    for (;;) {
      if (workflowInfo().continueAsNewSuggested) return goOn({ ...input, attempt, known });
      const seen = reports;
      const account = await steps.readAttempt({ orderId, attempt, paymentId });
      attempt = account.attempt ?? attempt;
      if (isAccountedFor(account, paymentId)) return { became: known.rescued ? 'rescued' : 'accounted_for' };
      const { moneyReported } = known;
      const payment = await steps.lookUpPayment({
        ...{ paymentId, orderId },
        hasToName: hasToName(account, paymentId, moneyReported),
      });
      // It was asked about as a claim, and is proven now.
      if (known.moneyReported && !moneyReported) continue;
      if (payment.state === 'failed' && known.elsewhere) return goOn({ ...input, ...known.elsewhere });
      let move = decideLate(account, payment, moneyReported);
      if (move === 'rescue') {
        const { started, begun } = await steps.startRescue({ orderId, attempt, payment });
        if (started) return { became: 'rescued' };
        if (begun) {
          // From now on it is that attempt's money; it may have ended without an end to the payment.
          known.rescued = true;
          attempt += 1;
          continue;
        }
        move = decideUnwanted(payment);
      }
      if (move === 'accounted_for' || move === 'unpaid') return { became: move };
      if (move === 'attention') {
        askForAttention(
          payment.state === 'failed'
            ? 'the provider does not know this payment, and money was reported: look at its account and key'
            : 'the order of this payment has no result that says what the money is for',
        );
        return { became: move };
      }
      if (move === 'refund') {
        await steps.refundPayment({ paymentId });
        return { became: 'refunded' };
      }
      if (move === 'stop') {
        const stop = { attemptId: attemptId(orderId, attempt), paymentIds: [paymentId] };
        const [answer] = await steps.closePayments(stop);
        if (answer?.state === 'canceled') return { became: 'canceled' };
        continue;
      }
      if (move === 'read_again') {
        await condition(() => reports > seen, readAgainMs, { summary: 'Read the attempt again' });
        readAgainMs = Math.min(2 * readAgainMs, READ_AGAIN_MS.most);
        continue;
      }
      setCurrentDetails(`The provider says **${payment.state}**; waiting until the payment is final.`);
      await condition(() => reports > seen, ASK_AGAIN, { summary: 'Ask the provider again' });
    }
  }

  function goOn(next: LatePaymentInput): Promise<never> {
    const { memo } = latePaymentStart(next);
    return makeContinueAsNewFunc<typeof latePayment>({ memo })(next);
  }

  function askForAttention(reason: string, done = false): void {
    upsertSearchAttributes([{ key: NEEDS_ATTENTION, value: !done }]);
    setCurrentDetails(`${workflowInfo().workflowType}: ${reason}`);
  }
}
