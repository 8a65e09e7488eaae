import { latePaymentWorkflowId } from '../checkout/ids.ts';
import type { LatePaymentInput } from './late-payment.ts';
import { NEEDS_ATTENTION } from './messages.ts';

/** How a late payment is started, by a report that came late or by the checkout that could not wait for it. */
export function latePaymentStart(input: LatePaymentInput) {
  const { orderId, attempt, paymentId } = input;
  return {
    workflowId: latePaymentWorkflowId(paymentId),
    args: [input] as [LatePaymentInput],
    typedSearchAttributes: [{ key: NEEDS_ATTENTION, value: false }],
    // By which reconcile finds the late payments of an event's orders.
    memo: { orderId, attempt },
    staticSummary: `Payment ${paymentId}, after the end of attempt ${attempt} of order ${orderId}`,
  };
}
