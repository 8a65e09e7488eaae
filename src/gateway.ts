import { Client, Connection } from '@temporalio/client';
import { CheckoutClient } from './client.ts';
import { ConfigError } from './config.ts';
import { readGatewayConfig } from './gateway-config.ts';
import { createGateway } from './http/gateway-app.ts';
import { createIdempotentHolds } from './http/idempotent-holds.ts';
import { createLog } from './log.ts';
import { startPolling } from './payment-poller.ts';
import { createSeatFunctions } from './seat-functions/seat-functions.ts';
import { createSeatsApi } from './seatsio/seats-api.ts';
import { createPaymentProvider } from './stripe/payment-provider.ts';
import { reachTemporal, readTemporalConfig, TemporalUnreachableError } from './temporal.ts';
import { createTemporalProbe } from './temporal-probe.ts';

/** Serves until SIGTERM or SIGINT, then finishes the answers under way. Any failure ends the process with 1. */
async function main(): Promise<void> {
  const config = readGatewayConfig(process.env);
  const log = createLog(config.logLevel);
  const temporal = readTemporalConfig(process.env);
  const connection = await reachTemporal(temporal.connection.address, () =>
    Connection.connect(temporal.connection),
  );
  const client = new Client({ connection, namespace: temporal.namespace });
  const seats = createSeatsApi(config.seatsio);
  const provider = createPaymentProvider(config.stripe);
  const setting = { client, taskQueue: config.taskQueue, terms: config.terms };
  const gateway = await createGateway(config, {
    sales: { ...setting, seats, provider },
    seatFunctions: createSeatFunctions({ seats }),
    idempotentHolds: createIdempotentHolds(setting),
    temporalIsUp: createTemporalProbe(connection, temporal.namespace),
    log,
  });

  let closing: Promise<void> | undefined;
  const { pollMs } = config.sales;
  const checkouts = new CheckoutClient(setting);
  const polling = pollMs > 0 && startPolling({ ...setting, checkouts, provider, log, everyMs: pollMs });
  const close = () => {
    if (polling) polling.stop();
    closing ??= gateway.close().then(() => connection.close());
    return closing;
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      log.info('gateway closing');
      close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
  const urls = await gateway.listen();
  log.info(urls, 'gateway running');
}

main().catch((error: unknown) => {
  const isPlain = error instanceof ConfigError || error instanceof TemporalUnreachableError;
  const text = isPlain ? error.message : (error as Error)?.stack;
  process.stderr.write(`${text ?? String(error)}\n`);
  process.exit(1);
});
