import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { builtProgram } from '../../dev/program.ts';

/** A worker of its own, for tests and proofs that kill it. */
export interface WorkerProcess {
  child: ChildProcess;
  lines: string[];
  errors: string[];
  /** Sends the signal and resolves with the exit code, or the signal that ended it. */
  exit: (signal: NodeJS.Signals) => Promise<number | NodeJS.Signals>;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Starts the built worker as a process of its own. Whoever starts it ends it; it does not outlive this process
 * when that ends in good order.
 *
 * @param onSpawn told of the process as soon as there is one, before it works
 * @returns once the worker polls; `lines` is what it printed
 * @throws Error with what it wrote to stderr when it ends before
 */
export async function startWorker(env: NodeJS.ProcessEnv, onSpawn?: OnSpawn): Promise<WorkerProcess> {
  const { worker, says } = spawnWorker('src/worker.js', env, onSpawn);
  await says('worker running');
  return worker;
}

/**
 * Starts a worker that has loaded everything and waits.
 *
 * @returns what lets it work: resolves once it polls
 */
export async function startStandby(
  env: NodeJS.ProcessEnv,
  onSpawn?: OnSpawn,
): Promise<() => Promise<WorkerProcess>> {
  const { worker, says } = spawnWorker('proofs/stage/standby-worker.js', env, onSpawn);
  await says('standing by');
  return async () => {
    worker.child.stdin?.write('go\n');
    await says('worker running');
    return worker;
  };
}

type OnSpawn = (child: ChildProcess) => void;

function spawnWorker(path: string, env: NodeJS.ProcessEnv, onSpawn: OnSpawn = () => {}) {
  const { command, args } = builtProgram(path);
  const child = spawn(command, [...args], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  onSpawn(child);
  const lines: string[] = [];
  const errors: string[] = [];
  child.stderr.on('data', (chunk) => errors.push(String(chunk)));
  const output = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const says = (message: string) =>
    new Promise<void>((resolve, reject) => {
      const isSaid = (line: string) => line.includes(`"${message}"`);
      if (lines.some(isSaid)) resolve();
      output.on('line', (line) => isSaid(line) && resolve());
      child.once('exit', (code) => reject(new Error(`the worker ended with ${code}: ${errors.join('')}`)));
    });
  const worker: WorkerProcess = { child, lines, errors, exit: (signal) => end(child, signal) };
  return { worker, says };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | NodeJS.Signals> {
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  child.kill(signal);
  const [code, killedBy] = await exited;
  return code ?? killedBy ?? -1;
}
