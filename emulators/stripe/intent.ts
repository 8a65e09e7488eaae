import { z } from 'zod';
import { newId } from './stripe-refusal.ts';

const charge = z.object({
  id: z.string(),
  object: z.literal('charge'),
  amount: z.number(),
  amount_captured: z.number(),
  amount_refunded: z.number(),
  captured: z.boolean(),
  refunded: z.boolean(),
  currency: z.string(),
  paid: z.boolean(),
  payment_intent: z.string(),
  status: z.enum(['succeeded', 'failed']),
});

export const intent = z.object({
  id: z.string(),
  object: z.literal('payment_intent'),
  amount: z.number(),
  amount_capturable: z.number(),
  amount_received: z.number(),
  capture_method: z.enum(['automatic', 'manual']),
  canceled_at: z.number().nullable(),
  cancellation_reason: z.string().nullable(),
  client_secret: z.string(),
  created: z.number(),
  currency: z.string(),
  last_payment_error: z.record(z.string(), z.unknown()).nullable(),
  latest_charge: charge.nullable(),
  livemode: z.literal(false),
  metadata: z.record(z.string(), z.string()),
  payment_method: z.string().nullable(),
  payment_method_types: z.array(z.string()),
  status: z.enum([
    'requires_payment_method',
    'requires_confirmation',
    'processing',
    'requires_capture',
    'succeeded',
    'canceled',
  ]),
});

type Charge = z.output<typeof charge>;

/** A payment intent as it is kept: with its charge in full. On the wire that is only an id, if not expanded. */
export type Intent = z.output<typeof intent>;

/** The charge of a try to pay. One that is only authorised has `captured` 0. */
export function newCharge(of: Intent, captured: number, status: 'succeeded' | 'failed'): Charge {
  const { amount, currency, id } = of;
  return {
    id: newId('ch'),
    object: 'charge',
    amount,
    amount_captured: captured,
    amount_refunded: 0,
    captured: captured > 0,
    refunded: false,
    currency,
    paid: status === 'succeeded',
    payment_intent: id,
    status,
  };
}

/** The intent as Stripe answers it; `latest_charge` is in full only if it was asked to be expanded. */
export function toWire(from: Intent, expand: readonly string[] = []) {
  const { latest_charge } = from;
  return {
    ...from,
    latest_charge: expand.includes('latest_charge') ? latest_charge : (latest_charge?.id ?? null),
  };
}
