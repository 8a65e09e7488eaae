import type { Payment } from '../checkout/payment.ts';
import { findStoppable, findSurplus, findUnfinished, type PaymentBook } from './payment-book.ts';

/** What the provider can do at once about a payment that is not for the sale. */
export type StopOrRefund = { next: 'stop'; payments: Payment[] } | { next: 'refund'; payment: Payment };

/** The next step on the way to an end without a loose payment, or that there is none left. */
export type Settlement = StopOrRefund | { next: 'hand_over'; payment: Payment } | { next: 'nothing' };

export function isToDo(step: Settlement): step is StopOrRefund {
  return step.next === 'stop' || step.next === 'refund';
}

/** What was done so far. A payment is stopped once in each state: what is being processed cannot be, and stays so. */
export interface Settled {
  stopped: ReadonlySet<string>;
  handedOver: ReadonlySet<string>;
}

/**
 * First the money that may still buy the seats, once the checkout has ended, gets somebody who sees to it; then no
 * payment can be paid any more, no money stays that is not for the sale, and what the provider has not ended gets
 * somebody who waits for its end.
 *
 * @param salePaymentId the payment that the seats were sold for, if they were: it is left alone
 * @param mayBuy whether the order wants the seats still, as its next attempt, for this money
 */
export function nextSettlement(
  book: PaymentBook,
  salePaymentId: string | undefined,
  { stopped, handedOver }: Settled,
  mayBuy: (payment: Payment) => boolean = () => false,
): Settlement {
  const isMoney = ({ state }: Payment) => state === 'captured' || state === 'authorized';
  const late = salePaymentId ? [] : [...book.payments.values()].filter((one) => isMoney(one) && mayBuy(one));
  const first = late.find(({ paymentId }) => !handedOver.has(paymentId));
  if (first) return { next: 'hand_over', payment: first };

  const unfinished = findUnfinished(book, salePaymentId).filter((one) => !late.includes(one));
  const payments = findStoppable(book, salePaymentId).filter(
    (one) => !late.includes(one) && !stopped.has(stopName(one)),
  );
  if (payments.length > 0) return { next: 'stop', payments };
  const surplus = findSurplus(book, salePaymentId).find((one) => !late.includes(one));
  if (surplus) return { next: 'refund', payment: surplus };
  const payment = unfinished.find(({ paymentId }) => !handedOver.has(paymentId));
  return payment ? { next: 'hand_over', payment } : { next: 'nothing' };
}

/** A payment in its state: by this name it is known that it was stopped in it. */
export function stopName({ paymentId, state }: Payment): string {
  return `${paymentId} ${state}`;
}
