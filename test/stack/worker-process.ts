import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const WORKER = fileURLToPath(new URL('../../dist/src/worker.js', import.meta.url));

const running: ChildProcess[] = [];
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Starts the built worker as a process of its own, for tests that kill it. It ends with the test file.
 *
 * @returns once the worker polls; `lines` is what it printed
 */
export async function startWorkerProcess(env: NodeJS.ProcessEnv): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [WORKER], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const errors: string[] = [];
  child.stderr.on('data', (chunk) => errors.push(String(chunk)));
  running.push(child);
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      if (line.includes('"worker running"')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`the worker ended with ${code}: ${errors.join('')}`)));
  });
  return { child, lines, errors, exit: (signal) => end(child, signal) };
}

export interface WorkerProcess {
  child: ChildProcess;
  lines: string[];
  errors: string[];
  /** Sends the signal and resolves with the exit code, or the signal that ended it. */
  exit: (signal: NodeJS.Signals) => Promise<number | NodeJS.Signals>;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | NodeJS.Signals> {
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  child.kill(signal);
  const [code, killedBy] = await exited;
  return code ?? killedBy ?? -1;
}
