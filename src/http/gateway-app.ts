import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { GatewayConfig, Listener } from '../gateway-config.ts';
import type { SeatFunctions } from '../seat-functions/seat-functions.ts';
import { type App, addScope } from './app.ts';
import { createKeyRing } from './auth/api-keys.ts';
import { createOrderTokens } from './auth/order-tokens.ts';
import type { IdempotentHolds } from './idempotent-holds.ts';
import { addLoadShedding } from './load-shedding.ts';
import { addRateLimit, BUYER_RATE } from './rate-limit.ts';
import { assertTemporal, type TemporalIsUp } from './require-temporal.ts';
import { addHealthRoutes } from './routes/health.ts';
import { addAdminSeatFunctionRoutes, addSeatFunctionRoutes } from './routes/seat-functions.ts';
import { addSalesRoutes, type SalesDependencies } from './sales-routes.ts';
import { createServer } from './server.ts';

export interface GatewayDependencies {
  sales: SalesDependencies;
  seatFunctions: SeatFunctions;
  idempotentHolds: IdempotentHolds;
  temporalIsUp: TemporalIsUp;
  log: Logger;
}

export interface Gateway {
  public: App;
  admin: App;
  /** Opens both listeners. @returns their URLs @throws Error when an address is taken; nothing listens then */
  listen(): Promise<{ url: string; adminUrl: string }>;
  /** Takes no new request, and waits for the answers under way. */
  close(): Promise<void>;
}

/** Builds both listeners with their routes. Nothing listens yet. */
export async function createGateway(
  config: Pick<GatewayConfig, 'public' | 'admin' | 'keyHeader' | 'keys' | 'sales'>,
  { sales, seatFunctions, idempotentHolds, temporalIsUp, log }: GatewayDependencies,
): Promise<Gateway> {
  const { limits, orderTokenKeys } = config.sales;
  const orderTokens = createOrderTokens(orderTokenKeys);
  const access = { findCaller: createKeyRing(config.keys), keyHeader: config.keyHeader, orderTokens };

  const open = createServer({ title: 'Checkout gateway', log, ...access });
  addLimits(open, limits);
  addScope(open, (app) => addHealthRoutes(app, { temporalIsUp }));
  addSalesRoutes(open, config.sales, { ...sales, temporalIsUp }, orderTokens);
  const holds: IdempotentHolds = {
    hold: async (request) => {
      await assertTemporal(temporalIsUp);
      return idempotentHolds.hold(request);
    },
  };
  addScope(open, (app) => addSeatFunctionRoutes(app, seatFunctions, holds));

  const admin = createServer({ title: 'Checkout gateway, for administrators', log, ...access });
  addLimits(admin, limits);
  addScope(admin, (app) => addHealthRoutes(app, { temporalIsUp }));
  addScope(admin, (app) => addAdminSeatFunctionRoutes(app, seatFunctions));

  const close = async () => {
    await Promise.all([open.close(), admin.close()]);
  };
  await Promise.all([open.ready(), admin.ready()]);
  return {
    public: open,
    admin,
    close,
    async listen() {
      try {
        const [url, adminUrl] = [await listenOn(open, config.public), await listenOn(admin, config.admin)];
        return { url, adminUrl };
      } catch (error) {
        await close();
        throw error;
      }
    },
  };
}

function addLimits(app: App, { maxLagMs, callsPerSecond }: GatewayConfig['sales']['limits']): void {
  addLoadShedding(app, maxLagMs);
  addRateLimit(app, { keys: { perSecond: callsPerSecond, burst: 2 * callsPerSecond }, buyers: BUYER_RATE });
}

async function listenOn(app: App, { host, port }: Listener): Promise<string> {
  await app.listen({ host, port });
  const bound = app.server.address() as AddressInfo;
  // An address that stands for all of them can be listened on, but not called.
  const name = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${bound.port}`;
}
