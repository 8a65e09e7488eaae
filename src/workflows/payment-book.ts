import { type Money, sameMoney } from '../checkout/money.ts';
import type { Payment, PaymentEvent, PaymentState } from '../checkout/payment.ts';

/**
 * The payments of one attempt: what was opened, what was reported. Recording never throws and duplicates
 * change nothing, so a signal handler may call it with anything that passed the edge.
 */
export interface PaymentBook {
  payments: Map<string, Payment>;
  seenEvents: Set<string>;
  /** Payments that wait for the provider's word: an unproven report says that they are paid, or are this order's. */
  claims: Set<string>;
}

/** @param rescue the payment with which a rescue begins */
export function createPaymentBook(rescue?: Payment): PaymentBook {
  const payments = new Map(rescue ? [[rescue.paymentId, rescue]] : []);
  return { payments, seenEvents: new Set(), claims: new Set() };
}

export function openPayment(book: PaymentBook, paymentId: string): void {
  if (!book.payments.has(paymentId)) book.payments.set(paymentId, { paymentId, state: 'open' });
}

/**
 * Events arrive doubled and out of order, so a payment only moves to a state of higher rank: money that was
 * captured stays captured whatever comes after it; an `authorized` that overtook its own `failed` is void.
 */
const RANK: Record<PaymentState, number> = {
  open: 0,
  pending: 0,
  authorized: 1,
  failed: 2,
  canceled: 2,
  captured: 3,
  refunded: 4,
};

const STATE_AFTER: Record<PaymentEvent['type'], PaymentState> = {
  authorized: 'authorized',
  captured: 'captured',
  pending: 'pending',
  declined: 'open',
  failed: 'failed',
};

/** Whether a signal's argument can be recorded. Whoever can reach the server can send a signal. */
export function isPaymentEvent(event: unknown): event is PaymentEvent {
  if (typeof event !== 'object' || event === null) return false;
  const { eventId, orderId, paymentId, type } = event as Record<string, unknown>;
  if ([eventId, orderId, paymentId].some((id) => typeof id !== 'string')) return false;
  // An id that no provider can be asked about would keep the closing from its answer for ever.
  return /^[A-Za-z0-9_-]{1,128}$/.test(String(paymentId)) && Object.hasOwn(STATE_AFTER, String(type));
}

/** Whether the report says that there is money, and may be believed. */
export function isMoneyProven(event: PaymentEvent): boolean {
  return saysMoney(event) && !event.unproven;
}

function saysMoney({ type }: PaymentEvent): boolean {
  return type === 'authorized' || type === 'captured';
}

export function recordEvent(book: PaymentBook, event: PaymentEvent): void {
  if (book.seenEvents.has(event.eventId)) return;
  book.seenEvents.add(event.eventId);
  const { paymentId, money, unproven } = event;
  const known = book.payments.get(paymentId);
  // A payment in the book is stopped when the checkout closes, and sells when it is paid: it must be this order's.
  if (unproven && (saysMoney(event) || !known)) {
    book.claims.add(paymentId);
    return;
  }
  const state = STATE_AFTER[event.type];
  if (known && RANK[state] < RANK[known.state]) return;
  book.payments.set(paymentId, { ...known, paymentId, state, ...(money && { money }) });
}

/** Takes over what the provider says of a claimed payment, unless more is known by now. */
export function answerClaim(book: PaymentBook, answer: Payment): void {
  const known = book.payments.get(answer.paymentId);
  if (known && RANK[answer.state] < RANK[known.state]) return;
  book.payments.set(answer.paymentId, { ...known, ...answer });
}

/**
 * Takes over what the provider answered to our own call. It knows better than the reports so far, but for
 * one: money that was reported while the call was under way is gone only when it was given back or let go.
 */
export function settle(book: PaymentBook, answer: Payment): void {
  const known = book.payments.get(answer.paymentId);
  if (known?.state === 'captured' && answer.state !== 'refunded') return;
  if (known?.state === 'authorized' && (answer.state === 'pending' || answer.state === 'open')) return;
  if (known?.state === 'failed' && answer.state === 'canceled') return;
  book.payments.set(answer.paymentId, { ...known, ...answer });
}

/** The payment that pays for the order: the right amount in the right currency, captured before authorised. */
export function findSalePayment(book: PaymentBook, total: Money): Payment | undefined {
  const fitting = [...book.payments.values()].filter(({ money }) => money && sameMoney(money, total));
  return (
    fitting.find(({ state }) => state === 'captured') ?? fitting.find(({ state }) => state === 'authorized')
  );
}

/** Captured money that the sale, if there is one, does not use. */
export function findSurplus(book: PaymentBook, salePaymentId?: string): Payment[] {
  return [...book.payments.values()].filter(
    ({ paymentId, state }) => paymentId !== salePaymentId && state === 'captured',
  );
}

/** The money that would have paid for the order, and was given back. */
export function findRefunded(book: PaymentBook, total: Money): Payment | undefined {
  return [...book.payments.values()].find(
    ({ state, money }) => state === 'refunded' && money && sameMoney(money, total),
  );
}

/** Payments that the buyer could still pay: all but the sale's, if there is one. */
export function findUnfinished(book: PaymentBook, salePaymentId?: string): Payment[] {
  return [...book.payments.values()].filter(
    ({ paymentId, state }) =>
      paymentId !== salePaymentId && (state === 'open' || state === 'pending' || state === 'authorized'),
  );
}

/**
 * Payments that closing has to stop: besides the unfinished ones those that were reported as failed. The report may
 * be wrong, or have overtaken that of the money; the provider's answer decides.
 */
export function findStoppable(book: PaymentBook, salePaymentId?: string): Payment[] {
  const failed = [...book.payments.values()].filter(
    ({ paymentId, state }) => paymentId !== salePaymentId && state === 'failed',
  );
  return [...findUnfinished(book, salePaymentId), ...failed];
}

/** True while the provider is processing a payment: nobody can stop it, and it may still be paid. */
export function hasPending(book: PaymentBook): boolean {
  return [...book.payments.values()].some(({ state }) => state === 'pending');
}

/** True when a payment failed for good and no other one of the attempt can still succeed. */
export function isLost(book: PaymentBook): boolean {
  const states = [...book.payments.values()].map(({ state }) => state);
  return (
    states.includes('failed') &&
    !states.some((state) => state === 'open' || state === 'pending' || state === 'authorized')
  );
}
