import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Order, Seat } from '../checkout/order.ts';
import type { CheckoutResult, CheckoutView } from '../checkout/outcome.ts';
import type { Payment, PaymentEvent } from '../checkout/payment.ts';
import type { Terms } from '../checkout/terms.ts';
import type { Ticket } from '../checkout/ticket.ts';

/** The argument of the `checkout` workflow. */
export interface CheckoutInput {
  order: Order;
  attempt: number;
  terms: Terms;
  /** Money that came late for the attempt before, and starts this one. */
  rescue?: Payment;
  /** The hold token of the buyer's seat chart, whose seats are taken over. */
  chartToken?: string;
  /** Whose order it is, at a gateway with many callers. It stays with every attempt. */
  owner?: string;
}

export interface SeatsHeld {
  held: true;
  attempt: number;
  /** Bearer right to the seats until they are booked or freed: for the buyer's chart, never for a log. */
  token: string;
  /** ISO 8601: until when the buyer may pay. */
  deadline: string;
}
/** What the seats came to: held until a deadline, or the result of a checkout that could not hold them. */
export type HoldAnswer = SeatsHeld | { held: false; result: CheckoutResult };

export interface PaymentOpened {
  attempt: number;
  deadline: string;
}

/** Waits for the hold, or for its refusal. Refused with `OrderConflict` when the content is another. */
export const holdUpdate = defineUpdate<HoldAnswer, [Order]>('hold');
/** Registers a payment before the buyer sees its form. Refused with `CheckoutClosing`. */
export const openPaymentUpdate = defineUpdate<PaymentOpened, [paymentId: string]>('openPayment');
/** Ends the checkout and answers with its result. Refused with `TooLateToCancel` once money was accepted. */
export const cancelUpdate = defineUpdate<CheckoutResult>('cancel');
/** An operator's word: give the money back instead of trying on. Refused with `CannotRefundInstead`. */
export const refundInsteadUpdate = defineUpdate<CheckoutResult, [reason: string]>('refundInstead');
export const paymentSignal = defineSignal<[PaymentEvent]>('payment');
/** With what the attempt was started, for whoever starts the next one. */
export const inputQuery = defineQuery<CheckoutInput>('input');
export const statusQuery = defineQuery<CheckoutView>('status');

/** The failure type of a `tickets_generate` that TMT refused by its own flag: proof that it did nothing. */
export const TMT_SAID_NO = 'TmtSaidNo';

/** The failure type of a list of more tickets than one desk can hand out. */
export const TOO_MANY_TICKETS = 'TooManyTickets';

/** A booked seat or GA place as the ticket desk needs it: with the category that TMT calls a zone. */
export interface SeatInCategory {
  seat: Seat;
  categoryKey: string;
  categoryLabel: string;
}

export interface AllotRequest {
  /** The same order always gets the same tickets: this is what it is known by. */
  attemptId: string;
  seats: SeatInCategory[];
}

export const allotTicketsUpdate = defineUpdate<Ticket[], [AllotRequest]>('allotTickets');
/** Takes the tickets of a refunded order back, and gives it none any more. */
export const returnTicketsSignal = defineSignal<[attemptId: string]>('returnTickets');

/** Types of the failures with which an update refuses; the client branches on them. */
export const REFUSAL = {
  otherContent: 'OrderConflict',
  closing: 'CheckoutClosing',
  tooLate: 'TooLateToCancel',
  cannotRefund: 'CannotRefundInstead',
  noTicketLeft: 'NoTicketLeft',
  givenBack: 'TicketsGivenBack',
} as const;

/** Search attributes are never encrypted: nothing personal. The event is set at the start and stays. */
export const EVENT_ID = defineSearchAttributeKey('EventId', SearchAttributeType.KEYWORD);
/** `open`, then how the checkout ended: two values and not more, for each change is a billed action. */
export const CHECKOUT_STATUS = defineSearchAttributeKey('CheckoutStatus', SearchAttributeType.KEYWORD);
/** True while a person should look at the run. */
export const NEEDS_ATTENTION = defineSearchAttributeKey('NeedsAttention', SearchAttributeType.BOOL);
