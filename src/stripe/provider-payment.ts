import { z } from 'zod';
import type { Money } from '../checkout/money.ts';

/**
 * A payment as the provider has it now.
 *
 * | state | Stripe | meaning |
 * | --- | --- | --- |
 * | `open` | `requires_…` | the buyer can still pay |
 * | `pending` | `processing` | the buyer has acted, the bank has not; it can no longer be stopped |
 * | `authorized` | `requires_capture` | money is reserved |
 * | `captured` | `succeeded` | money is taken, if it was not refunded since |
 * | `canceled` | `canceled` | final, no money |
 */
export interface ProviderPayment {
  paymentId: string;
  state: 'open' | 'pending' | 'authorized' | 'captured' | 'canceled';
  /** What the buyer was asked for. */
  money: Money;
  /** Minor units taken so far, refunds not subtracted. */
  captured: number;
  /** Minor units given back, refunds under way included. */
  refunded: number;
  /** The order that the payment was opened for, from its metadata. */
  orderId?: string;
}

const STATES = {
  requires_payment_method: 'open',
  requires_confirmation: 'open',
  requires_action: 'open',
  processing: 'pending',
  requires_capture: 'authorized',
  succeeded: 'captured',
  canceled: 'canceled',
} as const satisfies Record<string, ProviderPayment['state']>;

const minorUnits = z.number().int().nonnegative();

const intent = z.object({
  object: z.literal('payment_intent'),
  id: z.string().min(1),
  status: z.enum(Object.keys(STATES) as (keyof typeof STATES)[]),
  amount: minorUnits,
  amount_received: minorUnits,
  currency: z.string().regex(/^[a-z]{3}$/i),
  metadata: z.object({ order_id: z.string().optional() }).nullish(),
  latest_charge: z
    .object({ amount: minorUnits, amount_captured: minorUnits, amount_refunded: minorUnits })
    .nullish(),
});

/** The part of an intent that has to be asked for: without it, what was refunded is not in the answer. */
export const EXPAND_CHARGE = 'latest_charge';

/** Reads a payment intent whose charge is expanded; throws a ZodError for anything else. */
export function readIntent(answer: unknown): ProviderPayment {
  const read = intent.parse(answer);
  const orderId = read.metadata?.order_id;
  return {
    paymentId: read.id,
    state: STATES[read.status],
    money: { amount: read.amount, currency: read.currency.toUpperCase() },
    captured: read.amount_received,
    refunded: read.amount_received > 0 ? refundedOf(read.latest_charge) : 0,
    ...(orderId && { orderId }),
  };
}

/** Stripe counts a part that was authorised and never taken as refunded; that is no money given back. */
function refundedOf(charge: z.infer<typeof intent>['latest_charge']): number {
  if (!charge) return 0;
  return Math.max(0, charge.amount_refunded - (charge.amount - charge.amount_captured));
}
