import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { startGuard } from './guard.ts';
import { endGroup } from './process-group.ts';
import { type ProcessRecord, processIdentity } from './process-identity.ts';

export interface ChildSpec {
  /** What people call it: `Temporal server`, `worker`. */
  name: string;
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd?: string;
  /** Everything it prints goes here as well, appended. */
  logFile?: string;
  onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Time between SIGTERM and SIGKILL, 5 s unless given. */
  graceMs?: number;
}

export interface ChildExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** It could not even be started. */
  error?: Error;
}

export interface Child {
  name: string;
  pid: number | undefined;
  /** Settles when the process is gone and its output was read; never rejects. */
  exited: Promise<ChildExit>;
  /** Whether `stop` was called: an exit after that is no surprise. */
  stopping(): boolean;
  /** The last lines it printed. */
  tail(): string[];
  stop(): Promise<void>;
}

export interface Supervisor {
  start(spec: ChildSpec): Child;
  /** Stops everything, the youngest first, and refuses to start more. May be called again. */
  close(): Promise<void>;
}

const TAIL_LINES = 15;

/**
 * Starts child processes so that none outlives this one.
 *
 * Every child leads a process group of its own: Ctrl-C at a terminal then reaches only us, and the children
 * are stopped in an order that lets them finish, each with all its descendants.
 *
 * @param onChange called with the running children whenever one starts or ends
 */
export function createSupervisor(onChange: (running: ProcessRecord[]) => void = () => {}): Supervisor {
  const guard = startGuard();
  const running = new Map<Child, ProcessRecord>();
  let closed: Promise<void> | undefined;

  function start(spec: ChildSpec): Child {
    if (closed) throw new Error(`${spec.name}: not started, everything is being stopped`);
    const spawned = spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      env: spec.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { pid } = spawned;
    if (pid !== undefined) guard.add(pid);
    const child = watch(spawned, spec);
    if (pid !== undefined) {
      running.set(child, { name: spec.name, pid, identity: processIdentity(pid) ?? 'ended' });
      onChange([...running.values()]);
      void child.exited.then(() => {
        guard.gone(pid);
        running.delete(child);
        if (!closed) onChange([...running.values()]);
      });
    }
    return child;
  }

  async function stopAll(): Promise<void> {
    for (const child of [...running.keys()].reverse()) await child.stop();
    await guard.dismiss();
  }

  return {
    start,
    close() {
      closed ??= stopAll();
      return closed;
    },
  };
}

function watch(spawned: ChildProcess, spec: ChildSpec): Child {
  const lines: string[] = [];
  let stopping = false;
  if (spec.logFile) mkdirSync(dirname(spec.logFile), { recursive: true });
  const log = spec.logFile ? createWriteStream(spec.logFile, { flags: 'a' }) : undefined;
  // A full disk must not end the stack: the log is a convenience.
  log?.on('error', () => undefined);

  for (const stream of ['stdout', 'stderr'] as const) {
    const input = spawned[stream];
    if (!input) continue;
    createInterface({ input }).on('line', (line) => {
      lines.push(line);
      if (lines.length > TAIL_LINES) lines.shift();
      log?.write(`${line}\n`);
      spec.onLine?.(line, stream);
    });
  }

  const exited = new Promise<ChildExit>((resolve) => {
    spawned.once('error', (error) => {
      if (spawned.pid === undefined) resolve({ code: null, signal: null, error });
    });
    // `exit`, not `close`: a descendant that keeps the pipe open must not hide the death of the leader.
    spawned.once('exit', (code, signal) => setImmediate(resolve, { code, signal }));
  });
  void exited.then(() => log?.end());

  return {
    name: spec.name,
    pid: spawned.pid,
    exited,
    stopping: () => stopping,
    tail: () => [...lines],
    async stop() {
      stopping = true;
      if (spawned.pid === undefined) return;
      await endGroup(spawned.pid, spec.graceMs ?? 5_000);
      await exited;
    },
  };
}
