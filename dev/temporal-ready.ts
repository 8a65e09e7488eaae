import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, type ConnectionOptions, isGrpcServiceError, ServiceError } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { PROBE_QUERY, REGISTER_COMMANDS } from './search-attributes.ts';

/**
 * An order id is sold once only as long as the namespace remembers its closed checkout, so closed runs are
 * kept for 30 days instead of the one day of a development server.
 */
export const RETENTION_DAYS = 30;

const CALL_MS = 2_000;
const POLL_MS = 100;
const START_MS = 60_000;
const GRPC_NOT_FOUND = 5;

/**
 * Waits until our own server really serves the namespace, sets its retention, and waits until it answers a
 * query with the search attributes. An open port proves nothing of this.
 *
 * @throws Error after 60 s, with the server's last answer; the signal's reason when it is aborted
 */
export async function waitForOwnServer(
  server: { address: string; namespace: string },
  signal: AbortSignal,
): Promise<void> {
  const connection = lazyConnection({ address: server.address });
  const end = Date.now() + START_MS;
  try {
    await until(end, signal, () => describe(connection, server.namespace));
    await until(end, signal, () => setRetention(connection, server.namespace));
    await until(end, signal, () => probeSearchAttributes(connection, server.namespace));
  } finally {
    await connection.close();
  }
}

/**
 * Checks a server that somebody else runs: it answers, knows the namespace and our search attributes.
 * It is not changed.
 *
 * @throws Error that says what is missing and what to do about it
 */
export async function checkGivenServer(
  options: ConnectionOptions,
  namespace: string,
  givenBy: string,
): Promise<void> {
  const connection = lazyConnection(options);
  const server = `the Temporal server ${options.address} (given by ${givenBy})`;
  try {
    await describe(connection, namespace).catch((error: unknown) => {
      if (isGrpcServiceError(error) && error.code === GRPC_NOT_FOUND) {
        throw new Error(
          `${server} has no namespace ${namespace}; make it with: temporal operator namespace create ` +
            `--namespace ${namespace} --retention ${RETENTION_DAYS}d`,
        );
      }
      throw new Error(
        `${server} does not answer: ${shortReason(error)}. ` +
          'Start it, correct the address, or take the address away to have a server started here.',
      );
    });
    await probeSearchAttributes(connection, namespace).catch((error: unknown) => {
      throw new Error(
        `${server} cannot search by our attributes: ${shortReason(error)}. Register them:\n` +
          REGISTER_COMMANDS.map((command) => `  ${command} --namespace ${namespace}`).join('\n'),
      );
    });
  } finally {
    await connection.close();
  }
}

function lazyConnection(options: ConnectionOptions): Connection {
  return Connection.lazy({
    ...options,
    // The usual first pause between two tries to connect, 1 s, is as long as the whole start.
    channelArgs: { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 200 },
    interceptors: [],
  });
}

async function describe(connection: Connection, namespace: string): Promise<void> {
  await connection.withDeadline(Date.now() + CALL_MS, () =>
    connection.workflowService.describeNamespace({ namespace }),
  );
}

async function setRetention(connection: Connection, namespace: string): Promise<void> {
  await connection.withDeadline(Date.now() + CALL_MS, () =>
    connection.workflowService.updateNamespace({
      namespace,
      config: { workflowExecutionRetentionTtl: msToTs(`${RETENTION_DAYS}d`) },
    }),
  );
}

async function probeSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  await connection.withDeadline(Date.now() + CALL_MS, () =>
    connection.workflowService.countWorkflowExecutions({ namespace, query: PROBE_QUERY }),
  );
}

async function until(end: number, signal: AbortSignal, call: () => Promise<void>): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await call();
    } catch (error) {
      if (Date.now() > end) throw new Error(`the Temporal server is not ready: ${shortReason(error)}`);
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** What gRPC says, without the stack and the metadata, which may carry a key. */
function shortReason(error: unknown): string {
  const cause = error instanceof ServiceError && error.cause ? error.cause : error;
  if (isGrpcServiceError(cause)) return cause.details || `gRPC status ${cause.code}`;
  return cause instanceof Error ? cause.message : String(cause);
}
