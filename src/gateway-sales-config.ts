import { z } from 'zod';
import { count } from './config.ts';
import type { OrderTokenKey } from './http/auth/order-tokens.ts';

/** One, or two while they are exchanged; empty means that the webhook is not served. */
const secrets = (form: RegExp, what: string) =>
  z
    .string()
    .default('')
    .transform((value) => value.split(/[\s,]+/).filter(Boolean))
    .refine((list) => list.length <= 2, 'must be one or two')
    .refine((list) => list.every((secret) => form.test(secret)), `must each be ${what}`);

const ORDER_TOKEN_KEY = /^([a-z0-9-]{1,20}):([\w.~+/=-]{32,200})$/;

/** The settings of the checkout API and the payment webhooks. */
export const salesSettings = {
  ORDER_TOKEN_KEYS: secrets(ORDER_TOKEN_KEY, 'id:secret, a secret of 32 to 200 characters').transform(
    (list, context): OrderTokenKey[] => {
      const keys = list.flatMap((entry) => {
        const [, id, secret] = ORDER_TOKEN_KEY.exec(entry) ?? [];
        return id && secret ? [{ id, secret }] : [];
      });
      // A token names the key by its id: of two with one id, one would never be tried.
      if (new Set(keys.map(({ id }) => id)).size < keys.length)
        context.addIssue({ code: 'custom', message: 'must have two ids' });
      return keys;
    },
  ),
  STRIPE_WEBHOOK_SECRETS: secrets(/^whsec_[\w+/=-]{16,200}$/, 'whsec_ and what Stripe shows behind it'),
  PAYMENT_WEBHOOK_SECRETS: secrets(/^(whsec_)?[A-Za-z0-9+/]{32,}={0,2}$/, 'base64 of at least 24 bytes'),
  PAYMENT_POLL_SECONDS: z.coerce
    .number('must be a number of seconds')
    .min(0, 'must not be negative')
    .default(60),
  GATEWAY_MAX_SEATS: count.default(20),
  GATEWAY_MAX_OPEN_PER_BUYER: count.default(5),
  GATEWAY_CALLS_PER_SECOND: count.default(500),
  GATEWAY_MAX_LAG_MS: count.default(500),
};

export interface SalesConfig {
  /** The first one signs the buyers' tokens, all are accepted. */
  orderTokenKeys: readonly OrderTokenKey[];
  stripeWebhookSecrets: readonly string[];
  paymentWebhookSecrets: readonly string[];
  /** How often the provider is asked about payments without an end; 0: never, another gateway does. */
  pollMs: number;
  limits: {
    seatsPerOrder: number;
    openPerBuyer: number;
    /** For each name of a key. */
    callsPerSecond: number;
    /** The lag of the event loop above which requests are sent away. */
    maxLagMs: number;
  };
}

export function toSalesConfig(values: z.output<z.ZodObject<typeof salesSettings>>): SalesConfig {
  return {
    orderTokenKeys: values.ORDER_TOKEN_KEYS,
    stripeWebhookSecrets: values.STRIPE_WEBHOOK_SECRETS,
    paymentWebhookSecrets: values.PAYMENT_WEBHOOK_SECRETS,
    pollMs: values.PAYMENT_POLL_SECONDS * 1000,
    limits: {
      seatsPerOrder: values.GATEWAY_MAX_SEATS,
      openPerBuyer: values.GATEWAY_MAX_OPEN_PER_BUYER,
      callsPerSecond: values.GATEWAY_CALLS_PER_SECOND,
      maxLagMs: values.GATEWAY_MAX_LAG_MS,
    },
  };
}
