import type { ChildProcess } from 'node:child_process';
import type { Stage } from '../stage/stage.ts';
import { startStandby, startWorker } from '../stage/worker-process.ts';
import type { FaultCell } from './cell.ts';
import { runFault } from './run-fault.ts';
import { UnbuiltError, type Verdict, verdictOfError } from './verdict.ts';
import type { WriteSpec } from './writes.ts';

let groups = 0;

/**
 * Plays cells whose worker is killed while the remote has their call. They share a worker: all go up to their
 * call, all call at the same moment, the worker is killed, another one takes over its queue.
 */
export async function runKillGroup(
  stage: Stage,
  cells: FaultCell[],
  env: NodeJS.ProcessEnv,
): Promise<Verdict[]> {
  groups += 1;
  const taskQueue = `kill-${process.pid}-${groups}-${Date.now().toString(36)}`;
  const children = new Set<ChildProcess>();
  const settings = { ...stage.env, ...env, TASK_QUEUE: taskQueue };
  const onSpawn = (child: ChildProcess) => void children.add(child);
  const ready = meeting(cells.length);
  const calls = meeting(cells.length);
  try {
    const [first, startNext] = await Promise.all([
      startWorker(settings, onSpawn),
      startStandby(settings, onSpawn),
    ]);
    let killedAt = 0;
    const restarted = calls.complete.then(async () => {
      killedAt = Date.now();
      await first.exit('SIGKILL');
      await startNext();
    });
    restarted.catch(() => undefined);

    const run = async (cell: FaultCell): Promise<Verdict> => {
      const crash = {
        aboutToCall: ready.come,
        called: async ({ windowMs, nextWithinMs }: WriteSpec) => {
          const calledAt = Date.now();
          await calls.come();
          await restarted;
          if (killedAt - calledAt > windowMs)
            throw new UnbuiltError('the kill came after the call had ended');
          if (nextWithinMs !== undefined && Date.now() - calledAt > nextWithinMs)
            throw new UnbuiltError('the next worker came when the time of the step was nearly over');
        },
      };
      try {
        return await runFault(stage, cell, { taskQueue, crash });
      } catch (error) {
        // The others need not wait for one that will not come.
        ready.stayAway(error);
        calls.stayAway(error);
        return verdictOfError(cell, error);
      }
    };
    return await Promise.all(cells.map(run));
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
}

/** A place where so many meet: each waits until all have come, or one has said that it will not. */
function meeting(size: number) {
  let came = 0;
  let open: () => void = () => {};
  let call: (reason: Error) => void = () => {};
  const complete = new Promise<void>((resolve, reject) => {
    open = resolve;
    call = reject;
  });
  complete.catch(() => undefined);
  return {
    complete,
    come: (): Promise<void> => {
      came += 1;
      if (came === size) open();
      return complete;
    },
    stayAway: (reason: unknown) =>
      call(
        new UnbuiltError(
          `another cell of the group failed: ${reason instanceof Error ? reason.message : ''}`,
        ),
      ),
  };
}
