import { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { createAttemptActivities } from './activities/attempts.ts';
import { createPaymentActivities } from './activities/payments.ts';
import { createReconcileActivities } from './activities/reconcile.ts';
import { createRefundAccountActivities } from './activities/refund-account.ts';
import { createSeatFunctionActivities } from './activities/seat-functions.ts';
import { createSeatActivities } from './activities/seats.ts';
import { createStepInterceptor } from './activities/step.ts';
import { createTicketActivities } from './activities/tickets.ts';
import { seatsTaskQueue } from './checkout/task-queues.ts';
import { type Config, ConfigError } from './config.ts';
import { createSeatsApi } from './seatsio/seats-api.ts';
import { createPaymentProvider } from './stripe/payment-provider.ts';
import { createTmtApi } from './tmt/tmt-api.ts';

export interface WorkerSetting {
  connection: NativeConnection;
  namespace: string;
  /** The prebuilt workflow bundle, or where to find the workflows (slow: it is bundled at every start). */
  workflows: Pick<WorkerOptions, 'workflowBundle'> | Pick<WorkerOptions, 'workflowsPath'>;
  /** How payloads are written, if not in clear; the clients need the same. */
  dataConverter?: DataConverter;
}

/**
 * Builds the workers of one process: one for workflows and all steps that are not Seats.io's, one for the
 * regular seat calls, which have a rate and a ceiling of their own. Neither polls yet.
 */
export async function createWorkers(config: Config, setting: WorkerSetting): Promise<Worker[]> {
  const { workflows, ...temporal } = setting;
  const client = new Client(temporal);
  const remotes = {
    seats: createSeatsApi(config.seatsio),
    tmt: createTmtApi(config.tmt),
    provider: createPaymentProvider(config.stripe),
  };
  const seats = createSeatActivities(remotes);
  const seatFunctions = createSeatFunctionActivities(remotes);
  const graceMs = config.shutdownGraceSeconds * 1000;
  const shared = {
    ...temporal,
    interceptors: { activity: [createStepInterceptor] },
    shutdownGraceTime: graceMs,
    // Without it a worker whose activity never returns would never stop.
    shutdownForceTime: graceMs + 5_000,
  };
  const main = await Worker.create({
    ...shared,
    ...workflows,
    taskQueue: config.taskQueue,
    maxCachedWorkflows: config.maxCachedWorkflows,
    activities: {
      ...seats,
      ...seatFunctions,
      ...createPaymentActivities(remotes),
      ...createTicketActivities({
        tmt: remotes.tmt,
        client,
        taskQueue: config.taskQueue,
        mode: config.tmt.tickets,
        seller: config.tmt.seller,
      }),
      ...createAttemptActivities({ client, taskQueue: config.taskQueue }),
      ...createRefundAccountActivities({ client }),
      ...createReconcileActivities({ ...remotes, client }),
    },
  });
  const seatCalls = await Worker.create({
    ...shared,
    taskQueue: seatsTaskQueue(config.taskQueue),
    activities: { ...seats, ...seatFunctions },
    maxConcurrentActivityTaskExecutions: config.seatsio.maxInFlight,
    maxTaskQueueActivitiesPerSecond: config.seatsio.callsPerSecond,
  });
  return [main, seatCalls];
}

/**
 * Runs the workers until they are shut down. One that fails takes the others with it, for half a process
 * would look healthy and leave orders lying.
 */
export async function runWorkers(workers: Worker[]): Promise<void> {
  const runs = workers.map((worker) => worker.run());
  try {
    await Promise.all(runs);
  } catch (error) {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    await Promise.allSettled(runs);
    throw error;
  }
}

/**
 * An order id is sold at most once only for as long as Temporal keeps the closed run.
 *
 * @throws ConfigError when the namespace forgets sooner than the setting allows
 */
export async function requireRetention(
  connection: NativeConnection,
  namespace: string,
  minDays: number,
): Promise<void> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  const keptSeconds = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  if (keptSeconds >= minDays * 86_400) return;
  throw new ConfigError(
    `namespace ${namespace} keeps closed runs for ${keptSeconds / 86_400} days, RETENTION_MIN_DAYS is ${minDays}: ` +
      `after that an order id could be sold again. Raise it with "temporal operator namespace update --retention ${minDays}d"`,
  );
}
