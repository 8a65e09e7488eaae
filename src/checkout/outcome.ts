import type { Payment } from './payment.ts';
import type { Ticket } from './ticket.ts';

/** How a checkout ended. Every one of them is a result, never a failed workflow. */
export type Outcome =
  | { outcome: 'completed'; paymentId: string; tickets: Ticket[]; orderRecordId?: string }
  | {
      outcome: 'unavailable';
      reason: 'refused' | 'not_held_by_chart' | 'event_not_found' | 'no_answer';
      seats: string[];
    }
  | { outcome: 'expired' }
  | { outcome: 'payment_failed'; reason: 'failed' | 'capture_refused' }
  | { outcome: 'cancelled' }
  | {
      outcome: 'refunded';
      paymentId: string;
      reason: 'booking_refused' | 'paid_too_late' | 'seats_unavailable' | 'operator';
    };

/** The seats could not be held. */
export type Unavailable = Extract<Outcome, { outcome: 'unavailable' }>;

/**
 * The result of one attempt. `payments` tells what became of every payment that the attempt knew, so that a
 * later report of the same money is recognised and changes nothing.
 */
export type CheckoutResult = Outcome & { orderId: string; attempt: number; payments: Payment[] };

/** Whether the order may be tried again after this result. */
export function isUnsold(result: Outcome): boolean {
  return result.outcome !== 'completed';
}

/** What a buyer or an operator is told of a checkout. */
export type CheckoutStatus =
  | 'holding'
  | 'awaiting_payment'
  | 'processing'
  | 'refunding'
  | 'releasing'
  | Outcome['outcome'];

export interface CheckoutView {
  orderId: string;
  attempt: number;
  status: CheckoutStatus;
  /** ISO 8601; present once the seats are held. */
  deadline?: string;
  payments: Payment[];
  /** Why a person should look at this checkout; empty when nobody has to. */
  attention: string[];
  /** How it ended, once it has. */
  result?: CheckoutResult;
}
