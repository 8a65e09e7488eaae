import type { Money } from '../checkout/money.ts';
import type { Payment } from '../checkout/payment.ts';
import { findSalePayment, isLost, type PaymentBook } from './payment-book.ts';

/** What a checkout that holds its seats does next. */
export type Decision = { sell: Payment } | { close: 'payment_failed' | 'cancelled' | 'expired' };

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
