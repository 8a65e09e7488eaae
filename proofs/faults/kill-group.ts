import type { ChildProcess } from 'node:child_process';
import type { Stage } from '../stage/stage.ts';
import { startStandby, startWorker } from '../stage/worker-process.ts';
import type { FaultCell } from './cell.ts';
import { type Crash, runFault } from './run-fault.ts';
import { UnbuiltError, type Verdict, verdictOfError } from './verdict.ts';
import { HANGING } from './writes.ts';

let groups = 0;

/**
 * Plays cells whose worker is killed while the remote has their call. They share a worker: all go up to their
 * call, all call at the same moment, the worker is killed, another one takes over its queue. Cells of “until the last
 * try” do so together, and at each try but the last.
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
  try {
    let [worker, startNext] = await Promise.all([
      startWorker(settings, onSpawn),
      startStandby(settings, onSpawn),
    ]);
    const kill = async (): Promise<number> => {
      const killedAt = Date.now();
      await worker.exit('SIGKILL');
      worker = await startNext();
      return killedAt;
    };
    const rounds = Array.from({ length: killsOf(cells) }, () => meeting(cells.length));
    const kills = rounds.map(({ complete }, round) => {
      const killed = complete.then(async () => {
        if (round > 0) startNext = await startStandby(settings, onSpawn);
        return kill();
      });
      killed.catch(() => undefined);
      return killed;
    });

    const run = async (cell: FaultCell): Promise<Verdict> => {
      const crash: Crash = {
        aboutToCall: ready.come,
        called: async ({ windowMs, nextWithinMs }, fault) => {
          for (const [round, calls] of rounds.entries()) {
            await until(async () => (await fault.hits()) > round);
            const calledAt = Date.now();
            await calls.come();
            const killedAt = (await kills[round]) ?? 0;
            if (killedAt - calledAt > windowMs)
              throw new UnbuiltError('the kill came after the call had ended');
            if (nextWithinMs !== undefined && Date.now() - calledAt > nextWithinMs)
              throw new UnbuiltError('the next worker came when the time of the step was nearly over');
          }
        },
      };
      try {
        return await runFault(stage, cell, { taskQueue, crash });
      } catch (error) {
        // The others need not wait for one that will not come.
        for (const place of [ready, ...rounds]) place.stayAway(error);
        return verdictOfError(cell, error);
      }
    };
    return await Promise.all(cells.map(run));
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
}

/** How often the worker of these cells is killed, which are all of one lasting. */
function killsOf([cell]: FaultCell[]): number {
  return cell?.lasting === 'last' ? HANGING.triesButOne : 1;
}

const LONGEST_WAIT_MS = 60_000;

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + LONGEST_WAIT_MS;
  while (!(await holds())) {
    if (Date.now() > end) throw new UnbuiltError('the call did not come');
    await new Promise((resolve) => setTimeout(resolve, 100));
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
