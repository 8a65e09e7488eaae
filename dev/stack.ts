import { join, resolve } from 'node:path';
import { onFreePorts } from './free-port.ts';
import { type GatewayAccess, startGateway } from './gateway.ts';
import { builtProgram, type Program } from './program.ts';
import { projectRoot } from './project-root.ts';
import { acquireStackLock } from './stack-lock.ts';
import { DEMO_KEYS, type StandInUrls, startStandIns } from './stand-ins.ts';
import { type Child, createSupervisor, type Supervisor } from './supervisor.ts';
import type { Attempt } from './temporal-binary.ts';
import { startTemporalServer, type TemporalServer } from './temporal-server.ts';
import { diedEarly, firstLine, ready } from './wait-for-child.ts';

export interface StackOptions {
  /** Databases, logs and the lock; `.data` of the project unless given. Two stacks cannot share one. */
  dataDir?: string;
  /** Temporal's database in memory instead of in the data folder. */
  inMemory?: boolean;
  /** The environment to start from, `process.env` unless given. The worker's settings may be in it. */
  env?: NodeJS.ProcessEnv;
  /** More settings for the worker only, such as `HOLD_MINUTES`. */
  workerEnv?: NodeJS.ProcessEnv;
  /** Another worker program, or none. */
  worker?: Program | false;
  /** The HTTP gateway as well. */
  gateway?: boolean;
  /** Another stand-ins program. */
  standIns?: Program;
  /** Other ways to get the Temporal program. */
  attempts?: readonly Attempt[];
  /** Told what is going on, a line at a time. */
  progress?: (line: string) => void;
  /** Breaks the start off; what was started until then is stopped before the start rejects. */
  signal?: AbortSignal;
}

export interface Stack extends StandInUrls {
  /** `owned`: started by the stack, and ended with it. */
  temporal: { address: string; namespace: string; ui: string | undefined; owned: boolean };
  /** If it was asked for. */
  gateway: GatewayAccess | undefined;
  dataDir: string;
  /** The environment for processes that use this stack: Temporal, the remote systems and their keys. */
  env: NodeJS.ProcessEnv;
  /** Settles with the reason when a process of the stack ends on its own; stays open otherwise. */
  failed: Promise<Error>;
  /** Stops the worker, which may finish what it does, then the rest. May be called again. */
  close(): Promise<void>;
}

const WORKER_START_MS = 60_000;
/** Nobody waits half a minute for a demo to end; the kill comes only if the worker's own limits fail. */
const SHUTDOWN_GRACE_SECONDS = 5;
const WORKER_GRACE_MS = (SHUTDOWN_GRACE_SECONDS + 15) * 1000;

/**
 * Starts the whole system on this machine: Temporal server, stand-ins, worker and, if asked for, the gateway, each
 * a process of its own, and waits until every one of them works.
 *
 * @throws StackRunningError when the data folder is in use; NoTemporalServerError; Error when a part does not
 *   start. Nothing is left running then, nor after `close`, nor when this process is killed.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const progress = options.progress ?? (() => {});
  const dataDir = resolve(options.dataDir ?? join(projectRoot, '.data'));
  options.signal?.throwIfAborted();
  const lock = await acquireStackLock(dataDir, progress);
  const supervisor = createSupervisor((running) => lock.record(running));
  const broken = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, broken.signal]) : broken.signal;
  const stopChildren = () => void supervisor.close();
  signal.addEventListener('abort', stopChildren, { once: true });

  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= supervisor.close().then(() => lock.release());
    return closing;
  };

  const parts = { options, dataDir, supervisor, progress, signal };
  const starting: Promise<unknown>[] = [];
  try {
    const server = startServer(parts);
    const remotes = startRemotes(parts);
    starting.push(server, remotes);
    const [temporal, standIns] = await Promise.all([server, remotes]);
    const env = { ...temporal.env, ...remoteSettings(standIns.urls), ...queueSettings(temporal) };
    const working = options.worker === false ? undefined : startWorker(parts, env);
    const serving = options.gateway ? startHttp(parts, env) : undefined;
    starting.push(...[working, serving].filter((start) => start !== undefined));
    const [worker, gateway] = await Promise.all([working, serving]);
    signal.throwIfAborted();
    signal.removeEventListener('abort', stopChildren);

    const children = [temporal.child, standIns.child, worker, gateway?.child].filter(
      (child) => child !== undefined,
    );
    const { address, namespace, ui } = temporal;
    return {
      temporal: { address, namespace, ui, owned: temporal.child !== undefined },
      ...standIns.urls,
      gateway: gateway?.access,
      dataDir,
      env,
      failed: firstDeath(children),
      close,
    };
  } catch (error) {
    broken.abort();
    await Promise.allSettled(starting);
    await close();
    throw options.signal?.aborted ? options.signal.reason : error;
  }
}

interface Parts {
  options: StackOptions;
  dataDir: string;
  supervisor: Supervisor;
  progress: (line: string) => void;
  signal: AbortSignal;
}

function startServer({ options, ...parts }: Parts): Promise<TemporalServer> {
  return startTemporalServer({
    ...parts,
    env: options.env ?? process.env,
    inMemory: options.inMemory ?? false,
    ...(options.attempts ? { attempts: options.attempts } : {}),
  });
}

async function startRemotes({ options, ...parts }: Parts) {
  parts.progress('starting the stand-ins for Seats.io, TMT and the payment provider');
  const program = options.standIns ?? builtProgram('emulators/main.js');
  const env = options.env ?? process.env;
  return onFreePorts(() => startStandIns({ ...parts, program, env }), parts.progress);
}

async function startWorker(
  { options, dataDir, supervisor, progress, signal }: Parts,
  env: NodeJS.ProcessEnv,
): Promise<Child> {
  progress('starting the worker');
  const program = options.worker || builtProgram('src/worker.js');
  const running = firstLine((line) => line.includes('"msg":"worker running"'));
  const child = supervisor.start({
    name: 'worker',
    command: program.command,
    args: program.args,
    env: { SHUTDOWN_GRACE_SECONDS: String(SHUTDOWN_GRACE_SECONDS), ...env, ...options.workerEnv },
    logFile: join(dataDir, 'worker.log'),
    onLine: running.onLine,
    graceMs: WORKER_GRACE_MS,
  });
  await ready(child, (aborted) => running.within(WORKER_START_MS, 'worker', aborted), signal);
  return child;
}

async function startHttp({ progress, ...parts }: Parts, env: NodeJS.ProcessEnv) {
  progress('starting the gateway');
  const program = builtProgram('src/gateway.js');
  return onFreePorts(() => startGateway({ ...parts, program, env }), progress);
}

function remoteSettings(urls: StandInUrls): NodeJS.ProcessEnv {
  return {
    SEATSIO_BASE_URL: urls.seatsio,
    SEATSIO_SECRET_KEY: DEMO_KEYS.seatsio,
    TMT_BASE_URL: urls.tmt,
    STRIPE_BASE_URL: urls.stripe,
    STRIPE_API_KEY: DEMO_KEYS.stripe,
  };
}

/**
 * On a server that others use as well, their workers, bound to other remote systems, must not get our
 * checkouts, nor ours theirs.
 */
function queueSettings({ child, env }: TemporalServer): NodeJS.ProcessEnv {
  return child ? {} : { TASK_QUEUE: env.TASK_QUEUE ?? 'checkout-embedded' };
}

function firstDeath(children: readonly Child[]): Promise<Error> {
  return new Promise((resolve) => {
    for (const child of children) {
      void child.exited.then((exit) => {
        if (!child.stopping()) resolve(diedEarly(child, exit));
      });
    }
  });
}
