import type { ChildProcess } from 'node:child_process';
import { afterAll } from 'vitest';
import { startStandby, startWorker, type WorkerProcess } from '../../proofs/stage/worker-process.ts';

export type { WorkerProcess } from '../../proofs/stage/worker-process.ts';

const running: ChildProcess[] = [];
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts the built worker as a process of its own, for tests that kill it. It ends with the test file. */
export function startWorkerProcess(env: NodeJS.ProcessEnv): Promise<WorkerProcess> {
  return startWorker(env, (child) => running.push(child));
}

/** Starts a worker that has loaded everything, and works when the function is called that comes back. */
export function startStandbyProcess(env: NodeJS.ProcessEnv): Promise<() => Promise<WorkerProcess>> {
  return startStandby(env, (child) => running.push(child));
}
