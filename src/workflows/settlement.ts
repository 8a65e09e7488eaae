import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { condition, getExternalWorkflowHandle, ParentClosePolicy, startChild } from '@temporalio/workflow';
import type { Outcome } from '../checkout/outcome.ts';
import type { Payment, PaymentEvent } from '../checkout/payment.ts';
import type { CheckoutRun } from './checkout-run.ts';
import type { CheckoutSteps } from './checkout-steps.ts';
import type { ClaimCheck } from './claim-check.ts';
import { mayBuyAgain } from './late-decision.ts';
import type { latePayment } from './late-payment.ts';
import { latePaymentStart } from './late-payment-start.ts';
import { paymentSignal } from './messages.ts';
import { isToDo, nextSettlement, type StopOrRefund, stopName } from './next-settlement.ts';
import { findStoppable, findUnfinished, settle } from './payment-book.ts';

/** What becomes of the payments that no seat was sold for: stopped, given back, or handed over. */
export function createSettlement(
  run: CheckoutRun,
  steps: CheckoutSteps,
  { checkClaims }: Pick<ClaimCheck, 'checkClaims'>,
) {
  const { attempt, attemptId, payments, terms } = run;
  const { orderId } = run.order;
  const stopped = new Set<string>();
  const handedOver = new Set<string>();
  const settled = { stopped, handedOver };
  return { stopPayments, askProvider, stopReopened, settleBeside, settleMoney };

  /**
   * Stops every payment that could still be paid. The provider's answer decides: one may have been paid by now.
   * The step is taken though there is none: that it was scheduled is the durable record of the closing.
   */
  async function stopPayments(some?: Payment[]): Promise<void> {
    await checkClaims();
    const stoppable = some ?? findStoppable(payments);
    for (const payment of stoppable) stopped.add(stopName(payment));
    const paymentIds = stoppable.map(({ paymentId }) => paymentId);
    for (const answer of await steps.closePayments({ attemptId, paymentIds })) {
      settle(payments, answer);
      // It was not stopped: if the bank declines it, the buyer may pay it anew, and it has to be stopped then.
      if (answer.state === 'pending') stopped.delete(stopName({ ...answer, state: 'open' }));
      stopped.add(stopName(answer));
    }
  }

  /** Looks what became of the payments in process. To stop them would cancel the very money that is waited for. */
  async function askProvider(): Promise<void> {
    for (const { paymentId, state } of findUnfinished(payments))
      if (state === 'pending') settle(payments, await steps.lookUpPayment({ paymentId, orderId }));
  }

  /** A payment that was in process and was declined can be paid again: not any more. */
  async function stopReopened(): Promise<void> {
    const reopened = findUnfinished(payments).filter(({ state }) => state === 'open');
    if (reopened.length > 0) await stopPayments(reopened);
  }

  /**
   * Until nothing is left: no payment can be paid but the sale's, no money stays that is not for the sale. Money
   * that comes while an unpaid checkout ends has come late like money after its end: it may buy the seats again.
   */
  async function settleMoney(outcome: Outcome): Promise<void> {
    const salePaymentId = outcome.outcome === 'completed' ? outcome.paymentId : undefined;
    // Who cancels while the checkout ends does not want the seats any more either.
    const mayBuy = (payment: Payment) => !run.cancelRequested && mayBuyAgain(outcome, run.order, payment);
    for (;;) {
      await checkClaims();
      const step = nextSettlement(payments, salePaymentId, settled, mayBuy);
      if (step.next === 'nothing') return;
      if (step.next === 'hand_over') await handOver(step.payment);
      else await stopOrRefund(step);
    }
  }

  /** The same beside a sale that may wait for TMT for hours. What has no end yet is left to the end of the sale. */
  async function settleBeside(salePaymentId: string, isOver: () => boolean): Promise<void> {
    const next = () => nextSettlement(payments, salePaymentId, settled);
    while (!isOver()) {
      const step = next();
      if (isToDo(step)) await stopOrRefund(step);
      else await condition(() => isOver() || isToDo(next()));
    }
  }

  async function stopOrRefund(step: StopOrRefund): Promise<void> {
    if (step.next === 'stop') await stopPayments(step.payments);
    else settle(payments, await steps.refundPayment({ paymentId: step.payment.paymentId }));
  }

  /** What outlives the checkout: the late payment waits for its end, and for the payment's, and decides. */
  async function handOver(payment: Payment): Promise<void> {
    const { paymentId } = payment;
    handedOver.add(paymentId);
    const late = latePaymentStart({ orderId, attempt, paymentId, patienceMs: terms.patienceMs });
    for (let isTaken = false; !isTaken; ) {
      try {
        const parentClosePolicy = ParentClosePolicy.ABANDON;
        await startChild<typeof latePayment>('latePayment', { ...late, parentClosePolicy });
        isTaken = true;
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        isTaken = await tell(late.workflowId, payment);
      }
    }
  }

  /** A report had started it, perhaps for another order: it has to know whose payment it is. False when it has just ended. */
  async function tell(workflowId: string, { paymentId, state, money }: Payment): Promise<boolean> {
    const report: PaymentEvent = {
      ...{ eventId: `${attemptId}/handed-over`, orderId, attempt, paymentId },
      type: state === 'captured' || state === 'authorized' ? state : 'pending',
      ...(money && { money }),
    };
    try {
      await getExternalWorkflowHandle(workflowId).signal(paymentSignal, report);
      return true;
    } catch {
      return false;
    }
  }
}
