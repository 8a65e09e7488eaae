import type { CheckoutResult, CheckoutStatus, CheckoutView } from '../checkout/outcome.ts';
import type { Payment } from '../checkout/payment.ts';

/** What each status means for the buyer and the money. */
const MEANING: Record<CheckoutStatus, string> = {
  holding: 'its seats are being held',
  awaiting_payment: 'the seats are held, the buyer has not paid yet',
  processing: 'the payment was accepted, the order is being completed',
  refunding: 'it cannot be sold, the money is going back',
  releasing: 'it is closing: payments are stopped, then the seats are freed',
  completed: 'sold',
  unavailable: 'not sold: the seats could not be had',
  expired: 'not sold: the buyer did not pay in time, the seats are free',
  payment_failed: 'not sold: the payment failed, the seats are free',
  cancelled: 'not sold: it was cancelled, the seats are free',
  refunded: 'not sold: the money was given back',
};

/** A checkout as an operator reads it. Neither buyer nor token is in it. */
export function describeView({
  orderId,
  attempt,
  status,
  deadline,
  payments,
  attention,
}: CheckoutView): string {
  return [
    `order ${orderId}, attempt ${attempt}: ${MEANING[status]} (${status})`,
    ...(deadline ? [`  promised to the buyer until ${deadline}`] : []),
    ...payments.map(describePayment),
    ...attention.map((reason) => `  needs attention: ${reason}`),
  ].join('\n');
}

export function describeResult({ orderId, attempt, outcome, payments }: CheckoutResult): string {
  return describeView({ orderId, attempt, status: outcome, payments, attention: [] });
}

function describePayment({ paymentId, state, money }: Payment): string {
  const amount = money ? `, ${money.amount} minor units of ${money.currency}` : '';
  return `  payment ${paymentId}: ${state}${amount}`;
}
