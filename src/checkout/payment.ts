import type { Money } from './money.ts';

/**
 * What the payment service reports of one payment. `eventId` is unique per report, `paymentId` is the
 * provider's. `declined` is one try, the buyer may try again inside the hold; `failed` is final.
 */
export interface PaymentEvent {
  eventId: string;
  orderId: string;
  /** The attempt that the payment was opened for. Absent: the newest attempt of the order. */
  attempt?: number;
  paymentId: string;
  type: 'authorized' | 'captured' | 'pending' | 'declined' | 'failed';
  /** What was authorised or captured. */
  money?: Money;
  /**
   * Set when the report carries no proof of its own, such as a signature. One of money, or of a payment that the
   * checkout does not know, is then only a hint: the provider is asked, and what it says counts.
   */
  unproven?: true;
}

/**
 * A payment as one attempt knows it. `open`: the buyer may still pay. `canceled`: stopped at the provider
 * by us. `refunded`: given back, whole.
 */
export type PaymentState =
  | 'open'
  | 'pending'
  | 'authorized'
  | 'captured'
  | 'failed'
  | 'canceled'
  | 'refunded';

export interface Payment {
  paymentId: string;
  state: PaymentState;
  money?: Money;
}
