import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { ConfigError, readConfig } from './config.ts';
import { createLog } from './log.ts';
import { reachTemporal, readTemporalConfig, TemporalUnreachableError } from './temporal.ts';
import { toTemporalLogger } from './temporal-log.ts';
import { createWorkers, requireRetention, runWorkers } from './workers.ts';

const BUNDLE = fileURLToPath(new URL('./workflow-bundle.js', import.meta.url));

/** Runs until SIGTERM or SIGINT, then drains within the grace time. Any failure ends the process with 1. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  if (!existsSync(BUNDLE)) throw new ConfigError('the workflow bundle is missing: run "npm run build" first');
  Runtime.install({
    logger: toTemporalLogger(log),
    telemetryOptions: { logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } } },
  });

  const temporal = readTemporalConfig(process.env);
  const connection = await reachTemporal(temporal.connection.address, () =>
    NativeConnection.connect(temporal.connection),
  );
  try {
    await requireRetention(connection, temporal.namespace, config.retentionMinDays);
    const workers = await createWorkers(config, {
      connection,
      namespace: temporal.namespace,
      workflows: { workflowBundle: { codePath: BUNDLE } },
    });
    const done = runWorkers(workers);
    log.info({ taskQueue: config.taskQueue, namespace: temporal.namespace }, 'worker running');
    await done;
    log.info('worker drained');
  } finally {
    await connection.close();
  }
}

main().catch((error: unknown) => {
  const isPlain = error instanceof ConfigError || error instanceof TemporalUnreachableError;
  const text = isPlain ? error.message : (error as Error)?.stack;
  process.stderr.write(`${text ?? String(error)}\n`);
  process.exit(1);
});
