import type { Money } from '../checkout/money.ts';
import type { Outcome } from '../checkout/outcome.ts';
import type { Payment } from '../checkout/payment.ts';
import { findRefunded, findSalePayment, hasPending, isLost, type PaymentBook } from './payment-book.ts';

/** Why a checkout closes without a sale. */
export type Reason = 'payment_failed' | 'cancelled' | 'expired';

/** What a checkout that holds its seats does next. */
export type Decision = { sell: Payment } | { close: Reason };

/**
 * What the messages so far decide, or undefined while the buyer may still pay. Money beats everything: when
 * a payment and a cancel, a failure or the deadline meet, the seats are sold.
 */
export function decide(book: PaymentBook, total: Money, cancelRequested: boolean): Decision | undefined {
  const payment = findSalePayment(book, total);
  if (payment) return { sell: payment };
  if (cancelRequested) return { close: 'cancelled' };
  if (isLost(book)) return { close: 'payment_failed' };
  return undefined;
}

/** Whether the seats need not wait for the provider: money came, none can come, or nobody wants them any more. */
export function isWaitOver(book: PaymentBook, total: Money, cancelRequested: boolean): boolean {
  return cancelRequested || findSalePayment(book, total) !== undefined || !hasPending(book);
}

/** What closing comes to, once the provider has said of every payment whether it was paid: it decides. */
export function decideClosed(
  book: PaymentBook,
  total: Money,
  reason: Reason,
  cancelRequested: boolean,
): { sell: Payment } | { end: Outcome } {
  const payment = findSalePayment(book, total);
  if (payment) return { sell: payment };
  if (cancelRequested) return { end: { outcome: 'cancelled' } };
  if (reason === 'payment_failed') return { end: { outcome: reason, reason: 'failed' } };
  return { end: { outcome: reason } };
}

/**
 * How a checkout has ended, when all money is settled: one whose money came in vain and went back is refunded, one
 * that was cancelled while it let its seats go is cancelled.
 */
export function endingOf(
  outcome: Outcome,
  book: PaymentBook,
  total: Money,
  cancelRequested: boolean,
): Outcome {
  if (outcome.outcome === 'completed' || outcome.outcome === 'refunded') return outcome;
  const isUnavailable = outcome.outcome === 'unavailable';
  const refunded = findRefunded(book, total);
  if (refunded) {
    const reason = isUnavailable ? 'seats_unavailable' : 'paid_too_late';
    return { outcome: 'refunded', paymentId: refunded.paymentId, reason };
  }
  return cancelRequested && !isUnavailable ? { outcome: 'cancelled' } : outcome;
}
