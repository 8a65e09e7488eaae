import { Client, Connection } from '@temporalio/client';
import { pino } from 'pino';
import { afterAll, inject } from 'vitest';
import type { CheckoutClient } from '../../src/client.ts';
import { toTerms } from '../../src/config.ts';
import type { SalesConfig } from '../../src/gateway-sales-config.ts';
import type { ApiKey, Role } from '../../src/http/auth/api-keys.ts';
import { createGateway, type GatewayDependencies } from '../../src/http/gateway-app.ts';
import { createIdempotentHolds } from '../../src/http/idempotent-holds.ts';
import { createSeatFunctions } from '../../src/seat-functions/seat-functions.ts';
import { createSeatsApi } from '../../src/seatsio/seats-api.ts';
import { createPaymentProvider } from '../../src/stripe/payment-provider.ts';

/** One key per role. */
export const KEYS: Record<Role, string> = {
  checkout: 'key-of-the-shop-000000000000',
  payments: 'key-of-the-payments-00000000',
  admin: 'key-of-the-operators-0000000',
};

/** Another shop's. */
export const OTHER_SHOP = 'key-of-the-other-shop-000000';

const keys: ApiKey[] = [
  { name: 'shop', role: 'checkout', key: KEYS.checkout },
  { name: 'payment-service', role: 'payments', key: KEYS.payments },
  { name: 'operators', role: 'admin', key: KEYS.admin },
  { name: 'other-shop', role: 'checkout', key: OTHER_SHOP },
];

/** Of the payment webhooks, the live ones: each has two. */
export const WEBHOOK_SECRETS = {
  stripe: ['whsec_stripe_of_today_0000', 'whsec_stripe_of_tomorrow_00'],
  payments: ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_c2VjcmV0LW9mLXRvbW9ycm93LTAwMDAwMDAw'],
};

export const ORDER_TOKEN_KEYS = [
  { id: 'k2', secret: 'order-token-secret-of-today-0000000' },
  { id: 'k1', secret: 'order-token-secret-of-yesterday-000' },
];

export interface GatewayOptions extends Partial<GatewayDependencies> {
  /** For tests that only call the seat functions. */
  checkouts?: CheckoutClient;
  /** Another Temporal than the stack's. */
  temporal?: Client;
  /** The promise to the buyer. */
  holdMinutes?: number;
  limits?: Partial<SalesConfig['limits']>;
  keyHeader?: string;
  /** Another Seats.io than the stack's. */
  seatsioUrl?: string;
}

/** A gateway in front of the shared stack, on ports of its own. It ends with the test file. */
export async function useGateway(options: GatewayOptions = {}) {
  const { keyHeader = 'x-api-key', seatsioUrl, holdMinutes = 10, limits, ...given } = options;
  const { env } = inject('stack');
  const log: string[] = [];
  const endpoint = {
    baseUrl: seatsioUrl ?? String(env.SEATSIO_BASE_URL),
    secretKey: String(env.SEATSIO_SECRET_KEY),
    maxInFlight: 50,
  };
  const connection = await Connection.connect({ address: String(env.TEMPORAL_ADDRESS) });
  const client = options.temporal ?? new Client({ connection, namespace: String(env.TEMPORAL_NAMESPACE) });
  const stripe = { apiKey: String(env.STRIPE_API_KEY), baseUrl: String(env.STRIPE_BASE_URL) };
  const seats = createSeatsApi(endpoint);
  const sales: SalesConfig = {
    orderTokenKeys: ORDER_TOKEN_KEYS,
    stripeWebhookSecrets: WEBHOOK_SECRETS.stripe,
    paymentWebhookSecrets: WEBHOOK_SECRETS.payments,
    pollMs: 0,
    // The machine of a test may lag; what sheds load has tests of its own.
    limits: {
      ...{ seatsPerOrder: 20, openPerBuyer: 5, callsPerSecond: 10_000, maxLagMs: 60_000 },
      ...limits,
    },
  };
  const local = { host: '127.0.0.1', port: 0 };
  const gateway = await createGateway(
    { public: local, admin: local, keyHeader, keys, sales },
    {
      seatFunctions: createSeatFunctions({ seats }),
      sales: {
        ...{ client, seats, provider: createPaymentProvider(stripe) },
        ...{ taskQueue: 'checkout', terms: toTerms(holdMinutes, 1) },
      },
      idempotentHolds: createIdempotentHolds({ client, taskQueue: 'checkout' }),
      temporalIsUp: async () => true,
      log: pino({ level: 'trace' }, { write: (line: string) => void log.push(line) }),
      ...given,
    },
  );
  afterAll(async () => {
    await gateway.close();
    await connection.close();
  });
  const urls = await gateway.listen();

  return {
    ...urls,
    gateway,
    /** Every line that it has logged. */
    log,
    /** Calls one of the six; with the key of a shop, on the public listener, unless told otherwise. */
    call: async (
      name: string,
      data: unknown,
      how: { key?: string; admin?: boolean; headers?: Record<string, string> } = {},
    ) => {
      const response = await fetch(`${how.admin ? urls.adminUrl : urls.url}/${name}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...how.headers,
          [keyHeader]: how.key ?? (how.admin ? KEYS.admin : KEYS.checkout),
        },
        body: JSON.stringify({ data }),
      });
      return { http: response.status, ...((await response.json()) as Envelope) };
    },
  };
}

export interface Envelope {
  message: string;
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came
  data: any;
}

export type TestGateway = Awaited<ReturnType<typeof useGateway>>;
