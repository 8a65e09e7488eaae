import type { ProtoFailure } from '@temporalio/common';
import { optionalTsToMs } from '@temporalio/common/lib/time.js';
import type { RunTry } from './activity-calls.ts';
import type { Cancel, Clock } from './clock.ts';
import type { Dice } from './dice.ts';
import { activityFailure, canceled, fromPayloads, timeoutOf, toFailure, toPayload } from './payloads.ts';
import type { Run } from './run.ts';
import type { Command, Job } from './sandbox.ts';
import type { WorkerProcess } from './worker-process.ts';

type LocalActivity = NonNullable<Command['scheduleLocalActivity']>;
type Resolution = NonNullable<Job['resolveActivity']>;

/** How often a worker is too busy to say in time what a local activity came to. */
const STALLS = 0.01;

/**
 * Local activities: one try inside the open workflow task, in its process. Core gives a failed one as its bare
 * cause, and one that timed out wrapped.
 */
export function createLocalActivities(clock: Clock, dice: Dice, worker: WorkerProcess, runTry: RunTry) {
  return (run: Run, command: LocalActivity, resolve: (result: Resolution) => Promise<void>): Cancel => {
    if (command.retryPolicy?.maximumAttempts !== 1)
      throw new TypeError('the simulation knows local activities of one try only');
    const life = worker.life();
    const startToCloseMs = optionalTsToMs(command.startToCloseTimeout) ?? 10_000;
    const activityType = command.activityType ?? '';
    let done = false;
    const settle = (result: Resolution['result']) => {
      if (done) return;
      done = true;
      clock.after(0, async () => {
        if (life !== worker.life()) return;
        await resolve({ seq: command.seq ?? 0, isLocal: true, result: result ?? {} });
      });
    };
    const fail = (failure: ProtoFailure) => settle({ failed: { failure } });

    clock.after(startToCloseMs, () => {
      const facts = { activityType, activityId: command.activityId ?? '' };
      fail(activityFailure(facts, 'CANCEL_REQUESTED', timeoutOf('START_TO_CLOSE')));
    });
    const stallMs = dice.chance(STALLS) ? startToCloseMs : 0;
    const answer = (settled: () => void) => clock.after(stallMs, settled);
    runTry({
      type: activityType,
      args: fromPayloads(command.arguments),
      attempt: 1,
      isLocal: true,
      startToCloseMs,
      workflowId: run.workflowId,
    }).then(
      (value) => answer(() => settle({ completed: { result: toPayload(value) } })),
      (error: unknown) => answer(() => fail(toFailure(error))),
    );
    const facts = { activityType, activityId: command.activityId ?? '' };
    return () => settle({ cancelled: { failure: canceled(facts) } });
  };
}

/** What a replay gives the workflow instead: the history keeps the bare cause only. */
export function asRecorded(job: Job): Job {
  const { resolveActivity } = job;
  const failure = resolveActivity?.isLocal ? resolveActivity.result?.failed?.failure : undefined;
  if (!failure?.activityFailureInfo || !failure.cause) return job;
  return { ...job, resolveActivity: { ...resolveActivity, result: { failed: { failure: failure.cause } } } };
}
