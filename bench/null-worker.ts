import { fileURLToPath } from 'node:url';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { SeatStep } from '../src/activities/seats.ts';
import { seatsTaskQueue } from '../src/checkout/task-queues.ts';
import { readConfig } from '../src/config.ts';
import { readTemporalConfig } from '../src/temporal.ts';
import { runWorkers } from '../src/workers.ts';

/** As long as a token of Seats.io, so that the histories are of the same size. */
const TOKEN = '00000000-0000-4000-8000-000000000000';

/** The steps of a checkout up to its cancellation, without content: their answers have the real ones' shape. */
export function createNullActivities() {
  return {
    createToken: async (_step: { minutes: number }) => ({ token: TOKEN, expiresInSeconds: 660 }),
    holdSeats: async ({ seats }: SeatStep) => ({
      held: true,
      seats: seats.map((seat) => ({ seat, categoryKey: 'STALLS', categoryLabel: 'Stalls' })),
    }),
    closePayments: async (_step: { attemptId: string; paymentIds: string[] }) => [],
    expireToken: async (_step: { token: string }) => undefined,
  };
}

/** The null worker: two workers with the options of the product's, read from the same settings. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  Runtime.install({ logger: new DefaultLogger('WARN') });
  const temporal = readTemporalConfig(process.env);
  const connection = await NativeConnection.connect(temporal.connection);
  const shared = {
    connection,
    namespace: temporal.namespace,
    activities: createNullActivities(),
    shutdownForceTime: 5_000,
  };
  try {
    const workers = [
      await Worker.create({
        ...shared,
        workflowsPath: fileURLToPath(new URL('./null-checkout.js', import.meta.url)),
        taskQueue: config.taskQueue,
        maxCachedWorkflows: config.maxCachedWorkflows,
      }),
      await Worker.create({
        ...shared,
        taskQueue: seatsTaskQueue(config.taskQueue),
        maxConcurrentActivityTaskExecutions: config.seatsio.maxInFlight,
        maxTaskQueueActivitiesPerSecond: config.seatsio.callsPerSecond,
      }),
    ];
    const done = runWorkers(workers);
    process.stdout.write('null worker running\n');
    await done;
  } finally {
    await connection.close();
  }
}

await main();
