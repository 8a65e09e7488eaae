import { Client, Connection } from '@temporalio/client';
import { pino } from 'pino';
import { toTerms } from '../../src/config.ts';
import type { SalesConfig } from '../../src/gateway-sales-config.ts';
import type { Role } from '../../src/http/auth/api-keys.ts';
import { createGateway } from '../../src/http/gateway-app.ts';
import { createIdempotentHolds } from '../../src/http/idempotent-holds.ts';
import type { TemporalIsUp } from '../../src/http/require-temporal.ts';
import { createSeatFunctions } from '../../src/seat-functions/seat-functions.ts';
import { createSeatsApi } from '../../src/seatsio/seats-api.ts';
import { createTemporalProbe } from '../../src/temporal-probe.ts';

export const LONE_KEYS: Record<Role, string> = {
  checkout: 'key-of-the-shop-000000000000',
  payments: 'key-of-the-payments-00000000',
  admin: 'key-of-the-operators-0000000',
};

export const LONE_SECRETS = {
  stripe: 'whsec_stripe_of_today_0000',
  payments: 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
};

export interface LoneGatewayOptions {
  /** Of a Temporal; nobody answers there. */
  address?: string;
  temporalIsUp?: TemporalIsUp;
  limits?: Partial<SalesConfig['limits']>;
  logLevel?: string;
}

/** A gateway with nothing behind it: neither Temporal nor Seats.io. Close it. */
export async function createLoneGateway(options: LoneGatewayOptions = {}) {
  const connection = Connection.lazy({ address: options.address ?? '127.0.0.1:1' });
  const client = new Client({ connection });
  const seats = createSeatsApi({ baseUrl: 'http://127.0.0.1:1', secretKey: 'x', maxInFlight: 5 });
  const provider = { lookUp: async () => ({ orderId: 'o1' }) } as never;
  const setting = { client, taskQueue: 'x', terms: toTerms(10, 1) };
  const local = { host: '127.0.0.1', port: 0 };
  const limits = {
    ...{ seatsPerOrder: 20, openPerBuyer: 5, callsPerSecond: 1_000, maxLagMs: 60_000 },
    ...options.limits,
  };
  const log: string[] = [];
  const gateway = await createGateway(
    {
      ...{ public: local, admin: local, keyHeader: 'x-api-key' },
      keys: (['checkout', 'payments', 'admin'] as const).map((role) => ({
        ...{ name: role, role, key: LONE_KEYS[role] },
      })),
      sales: {
        ...{ orderTokenKeys: [], pollMs: 0, limits },
        ...{ stripeWebhookSecrets: [LONE_SECRETS.stripe], paymentWebhookSecrets: [LONE_SECRETS.payments] },
      },
    },
    {
      sales: { ...setting, seats, provider },
      seatFunctions: createSeatFunctions({ seats }),
      idempotentHolds: createIdempotentHolds(setting),
      temporalIsUp: options.temporalIsUp ?? createTemporalProbe(connection, 'default'),
      log: pino({ level: options.logLevel ?? 'trace' }, { write: (line: string) => void log.push(line) }),
    },
  );
  return {
    gateway,
    log,
    close: async () => {
      await gateway.close();
      await connection.close();
    },
  };
}
