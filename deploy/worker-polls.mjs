// Health check of a worker's container: does Temporal see this machine polling the task queue?
// Ends with status 0 if so, else with 1 and a line on standard error.
import { hostname } from 'node:os';
import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';

const WORKFLOW_QUEUE = 1;
/** Temporal remembers a poller for five minutes; one that polls is seen at least once a minute. */
const SEEN_WITHIN_MS = 120_000;

const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
const taskQueue = process.env.TASK_QUEUE || 'checkout';
const connection = await Connection.connect({ ...connectionOptions, connectTimeout: '5s' });
const { workflowService } = new Client({ connection, namespace });
const { pollers } = await connection.withDeadline(Date.now() + 5_000, () =>
  workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: WORKFLOW_QUEUE,
  }),
);
const polls = pollers.some(
  ({ identity, lastAccessTime }) =>
    identity?.includes(hostname()) && Date.now() - Number(lastAccessTime?.seconds) * 1000 < SEEN_WITHIN_MS,
);
if (!polls) process.stderr.write(`no worker of this machine polls the task queue ${taskQueue}\n`);
process.exit(polls ? 0 : 1);
