import type { Client } from '@temporalio/client';
import type { Terms } from '../checkout/terms.ts';
import { CheckoutClient } from '../client.ts';
import type { SalesConfig } from '../gateway-sales-config.ts';
import type { SeatsForSale } from '../seatsio/seats-on-sale.ts';
import type { PaymentProvider } from '../stripe/payment-provider.ts';
import { type App, addScope } from './app.ts';
import type { OrderTokens } from './auth/order-tokens.ts';
import { createDurableReport } from './durable-report.ts';
import { createOrderReader } from './order-reader.ts';
import { requireTemporal, type TemporalIsUp } from './require-temporal.ts';
import { addCheckoutRoutes } from './routes/checkouts.ts';
import { addEventSeatRoutes } from './routes/event-seats.ts';
import { addPaymentRoutes } from './routes/payments.ts';
import { createSeatReports } from './seat-reports.ts';
import { addPaymentWebhook } from './webhooks/payments.ts';
import { addStripeWebhook } from './webhooks/stripe.ts';

export interface SalesDependencies {
  /** Of the namespace that the workers poll. */
  client: Client;
  taskQueue: string;
  terms: Terms;
  seats: SeatsForSale;
  provider: PaymentProvider;
}

/** The checkout API and the webhooks. A webhook without a secret is not there. */
export function addSalesRoutes(
  app: App,
  config: Pick<SalesConfig, 'limits' | 'stripeWebhookSecrets' | 'paymentWebhookSecrets'>,
  { seats, provider, temporalIsUp, ...setting }: SalesDependencies & { temporalIsUp: TemporalIsUp },
  orderTokens: OrderTokens,
): void {
  const { limits, stripeWebhookSecrets, paymentWebhookSecrets } = config;
  const byOwner = new Map<string, CheckoutClient>();
  const checkoutsOf = (owner: string) => {
    const known = byOwner.get(owner) ?? new CheckoutClient({ ...setting, owner });
    byOwner.set(owner, known);
    return known;
  };
  const checkouts = new CheckoutClient(setting);
  const durably = createDurableReport(setting.client);
  const reader = createOrderReader({ client: setting.client, checkoutsOf });

  const addDurable = (add: (scope: App) => void) =>
    addScope(app, (scope) => {
      requireTemporal(scope, temporalIsUp);
      add(scope);
    });
  addDurable((scope) => addCheckoutRoutes(scope, { checkoutsOf, reader, orderTokens, limits }));
  addDurable((scope) => addPaymentRoutes(scope, { checkouts, provider, durably }));
  addScope(app, (scope) => addEventSeatRoutes(scope, { readSeats: createSeatReports(seats) }));
  if (stripeWebhookSecrets.length > 0) {
    const secrets = stripeWebhookSecrets;
    addDurable((scope) => addStripeWebhook(scope, { checkouts, provider, secrets, durably }));
  }
  if (paymentWebhookSecrets.length > 0) {
    const secrets = paymentWebhookSecrets;
    addDurable((scope) => addPaymentWebhook(scope, { checkouts, secrets, durably }));
  }
}
