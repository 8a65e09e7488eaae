import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { freePort, onFreePorts } from './free-port.ts';
import { SEARCH_ATTRIBUTES } from './search-attributes.ts';
import type { Child, Supervisor } from './supervisor.ts';
import { ATTEMPTS, type Attempt, cachedBinary, findTemporalBinary } from './temporal-binary.ts';
import { checkGivenServer, waitForOwnServer } from './temporal-ready.ts';
import { withoutTemporalChoice, writeTemporalToml } from './temporal-settings.ts';
import { ready } from './wait-for-child.ts';

export interface TemporalServer {
  /** `host:port` of the gRPC front end. */
  address: string;
  namespace: string;
  /** The base URL of its web interface; unknown for a given server unless `TEMPORAL_UI_URL` tells. */
  ui: string | undefined;
  /** What the processes that use it need in their environment, choice of server included. */
  env: NodeJS.ProcessEnv;
  /** Our own server's process; none for a given one. */
  child: Child | undefined;
}

export interface TemporalServerOptions {
  env: NodeJS.ProcessEnv;
  /** Where its database, log and `temporal.toml` go. */
  dataDir: string;
  /** Keeps the database in memory: faster, and forgotten at the end. */
  inMemory: boolean;
  supervisor: Supervisor;
  progress: (line: string) => void;
  signal: AbortSignal;
  attempts?: readonly Attempt[];
}

const USUAL_PORT = 7233;
const USUAL_UI_PORT = 8233;

/**
 * A development server has one history shard and reads its queues 20 times a second: every hand-over to a
 * worker would wait some 40 ms, five times as long as the work. A cluster of many shards needs none of this.
 */
const FAST_QUEUES = ['transfer', 'timer', 'visibility', 'outbound'].map(
  (queue) => `history.${queue}ProcessorMaxPollRPS=10000`,
);

/**
 * Gives a Temporal server that is ready for checkouts: the one whose address `temporal.toml` or `TEMPORAL_*`
 * gives, else one of our own, for which the program is found or got.
 *
 * @throws NoTemporalServerError when there is no program; Error when a given server is not usable or our own
 *   does not start, with its last lines
 */
export async function startTemporalServer(options: TemporalServerOptions): Promise<TemporalServer> {
  const { env, supervisor, progress, signal } = options;
  const given = givenServer(env);
  if (given) {
    progress(`using the Temporal server ${given.connection.address}, given by ${given.by}`);
    await checkGivenServer(given.connection, given.namespace, given.by);
    const address = given.connection.address ?? '';
    return { address, namespace: given.namespace, ui: env.TEMPORAL_UI_URL, env, child: undefined };
  }

  const plainEnv = withoutTemporalChoice(env);
  const binary = await findTemporalBinary(
    { env: plainEnv, supervisor, cached: cachedBinary(env), progress, signal },
    options.attempts ?? ATTEMPTS,
  );
  progress(`starting the Temporal server (${binary})`);
  mkdirSync(options.dataDir, { recursive: true });
  return onFreePorts(async () => {
    const port = await freePort(USUAL_PORT);
    const uiPort = await freePort(USUAL_UI_PORT, [port]);
    return startOwn(binary, port, uiPort, plainEnv, options);
  }, progress);
}

async function startOwn(
  binary: string,
  port: number,
  uiPort: number,
  plainEnv: NodeJS.ProcessEnv,
  { dataDir, inMemory, supervisor, signal }: TemporalServerOptions,
): Promise<TemporalServer> {
  const server = { address: `127.0.0.1:${port}`, namespace: 'default' };
  const child = supervisor.start({
    name: 'Temporal server',
    command: binary,
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)],
      ...['--namespace', server.namespace, '--log-level', 'error'],
      ...(inMemory ? [] : ['--db-filename', join(dataDir, 'temporal.db')]),
      ...Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => [
        '--search-attribute',
        `${name}=${type}`,
      ]),
      ...FAST_QUEUES.flatMap((setting) => ['--dynamic-config-value', setting]),
    ],
    env: plainEnv,
    logFile: join(dataDir, 'temporal.log'),
  });
  await ready(child, (aborted) => waitForOwnServer(server, aborted), signal);

  const toml = join(dataDir, 'temporal.toml');
  writeTemporalToml(toml, server);
  return {
    ...server,
    ui: `http://127.0.0.1:${uiPort}`,
    env: {
      ...plainEnv,
      TEMPORAL_CONFIG_FILE: toml,
      TEMPORAL_ADDRESS: server.address,
      TEMPORAL_NAMESPACE: server.namespace,
    },
    child,
  };
}

/** The server that the person chose, by the file or by the environment, as every Temporal tool reads them. */
function givenServer(env: NodeJS.ProcessEnv) {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined) variables[name] = value;
  const { connectionOptions, namespace } = loadClientConnectConfig({ overrideEnvVars: variables });
  if (!connectionOptions.address) return undefined;
  const connection: ConnectionOptions = connectionOptions;
  const by = env.TEMPORAL_ADDRESS ? 'TEMPORAL_ADDRESS' : (env.TEMPORAL_CONFIG_FILE ?? 'temporal.toml');
  return { connection, namespace: namespace ?? 'default', by };
}
