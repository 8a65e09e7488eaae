import { z } from 'zod';
import { parseAttemptId } from '../../checkout/ids.ts';
import type { PaymentEvent } from '../../checkout/payment.ts';
import { isPlainId } from '../../remote-call.ts';

/** What an event of Stripe comes to here. `ignored`: it is none of ours, or our own doing; else it says why. */
export type StripeNotice =
  | { kind: 'payment'; event: PaymentEvent }
  | { kind: 'refund'; eventId: string; paymentId: string; orderId?: string; failed?: true }
  | { kind: 'ignored'; because?: string };

const metadata = z
  .looseObject({ order_id: z.string().optional(), attempt: z.string().optional() })
  .nullish()
  .transform((value) => value ?? {});
const minorUnits = z.int().nonnegative();
const plainId = z.string().refine(isPlainId);

const intentEvent = z.object({
  id: plainId,
  type: z.string(),
  request: z.object({ idempotency_key: z.string().nullish() }).nullish(),
  data: z.object({
    object: z.object({
      object: z.literal('payment_intent'),
      id: plainId,
      amount_received: minorUnits.default(0),
      amount_capturable: minorUnits.default(0),
      currency: z.string().regex(/^[a-z]{3}$/i),
      metadata,
    }),
  }),
});
type Intent = z.output<typeof intentEvent>['data']['object'];

const refundEvent = z.object({
  id: plainId,
  request: z.object({ idempotency_key: z.string().nullish() }).nullish(),
  data: z.object({
    object: z.object({
      object: z.enum(['charge', 'refund']),
      payment_intent: z.union([plainId, z.object({ id: plainId }).transform(({ id }) => id)]).nullish(),
      metadata,
    }),
  }),
});

const MEANING: Record<string, (intent: Intent) => Pick<PaymentEvent, 'type' | 'money'>> = {
  'payment_intent.succeeded': (intent) => ({ type: 'captured', money: moneyOf(intent, 'amount_received') }),
  'payment_intent.amount_capturable_updated': (intent) => ({
    type: 'authorized',
    money: moneyOf(intent, 'amount_capturable'),
  }),
  'payment_intent.processing': () => ({ type: 'pending' }),
  'payment_intent.payment_failed': () => ({ type: 'declined' }),
  'payment_intent.canceled': () => ({ type: 'failed' }),
};

/** What the webhook's endpoint at Stripe should be sent. */
export const USED_TYPES: readonly string[] = [...Object.keys(MEANING), 'charge.refunded', 'refund.failed'];

/**
 * Reads an event whose signature was proven. The order is the one in the intent's `metadata.order_id`.
 *
 * @throws ZodError for an event of a type that is of use here, but not of Stripe's form
 */
export function readStripeNotice(event: unknown): StripeNotice {
  const { type } = z.object({ type: z.string() }).parse(event);
  if (type === 'charge.refunded' || type === 'refund.failed') return readRefund(event, type);
  const meaning = Object.hasOwn(MEANING, type) ? MEANING[type] : undefined;
  if (!meaning) return { kind: 'ignored' };

  const { id: eventId, request, data } = intentEvent.parse(event);
  const { id: paymentId, metadata } = data.object;
  const { order_id: orderId } = metadata;
  // Other systems may take payments of the same account.
  if (orderId === undefined || !/^[\w-]{1,100}$/.test(orderId)) return { kind: 'ignored' };
  if (isOurCancel(request?.idempotency_key, orderId, paymentId)) return { kind: 'ignored' };
  const attempt = /^[1-9]\d{0,2}$/.test(metadata.attempt ?? '') ? { attempt: Number(metadata.attempt) } : {};
  const meant = meaning(data.object);
  // Of a total of nothing, or of a capture that took nothing: no order costs nothing.
  if (meant.money?.amount === 0) return { kind: 'ignored', because: `${type} without money` };
  return { kind: 'payment', event: { eventId, orderId, paymentId, ...attempt, ...meant } };
}

function readRefund(event: unknown, type: 'charge.refunded' | 'refund.failed'): StripeNotice {
  const { id: eventId, request, data } = refundEvent.parse(event);
  const { payment_intent: paymentId, metadata } = data.object;
  const failed = type === 'refund.failed';
  if (!paymentId) return { kind: 'ignored' };
  // A refund that fails, fails for the buyer, whoever asked for it.
  if (!failed && isOurRefund(request?.idempotency_key, paymentId)) return { kind: 'ignored' };
  const { order_id: orderId } = metadata;
  const order = orderId !== undefined && /^[\w-]{1,100}$/.test(orderId) ? { orderId } : {};
  return { kind: 'refund', eventId, paymentId, ...order, ...(failed && { failed }) };
}

/** Stripe names the request that an event came from; a write of ours has a key that says whose it is. */
function isOurCancel(key: string | null | undefined, orderId: string, paymentId: string): boolean {
  const [attempt = '', step, payment] = withoutRow(key).split('/');
  return step === 'cancel' && payment === paymentId && parseAttemptId(attempt)?.orderId === orderId;
}

function isOurRefund(key: string | null | undefined, paymentId: string): boolean {
  return withoutRow(key) === `refund/${paymentId}`;
}

/** A write whose key had a stored failure went out under the next key of its row: `key.2`, `key.3`. */
function withoutRow(key: string | null | undefined): string {
  return (key ?? '').replace(/\.\d{1,2}$/, '');
}

function moneyOf(intent: Intent, amount: 'amount_received' | 'amount_capturable') {
  return { amount: intent[amount], currency: intent.currency.toUpperCase() };
}
