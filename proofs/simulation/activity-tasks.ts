import type { ProtoFailure, RetryState } from '@temporalio/common';
import { optionalTsToMs } from '@temporalio/common/lib/time.js';
import type { RunTry } from './activity-calls.ts';
import type { Clock } from './clock.ts';
import type { Dice } from './dice.ts';
import { activityFailure, canceled, fromPayloads, timeoutOf, toFailure, toPayload } from './payloads.ts';
import { afterFailure, retryOf } from './retry.ts';
import type { PendingActivity, Run } from './run.ts';
import type { Command, Job } from './sandbox.ts';
import type { WorkerProcess } from './worker-process.ts';

type Schedule = NonNullable<Command['scheduleActivity']>;

export interface ActivityDependencies {
  clock: Clock;
  dice: Dice;
  worker: WorkerProcess;
  runTry: RunTry;
  deliver: (run: Run, job: Job) => void;
}

/**
 * Regular activities as the server keeps them: tries with time-outs and pauses, until one succeeds or no more
 * is allowed. A try whose worker died, or that the server gave up, may go on at the remotes all the same.
 */
export function createActivityTasks({ clock, dice, worker, runTry, deliver }: ActivityDependencies) {
  return (run: Run, command: Schedule): PendingActivity => {
    const seq = command.seq ?? 0;
    const activityType = command.activityType ?? '';
    const facts = { activityType, activityId: command.activityId ?? '' };
    const scheduleToClose = optionalTsToMs(command.scheduleToCloseTimeout) || Number.POSITIVE_INFINITY;
    const startToCloseMs = optionalTsToMs(command.startToCloseTimeout) || scheduleToClose;
    const retry = retryOf(command.retryPolicy);
    const expiresAt = clock.now() + scheduleToClose;
    let attempt = 1;
    let isDone = false;
    let cancelRequested = false;
    let isRunning = false;

    const resolve = (result: NonNullable<Job['resolveActivity']>['result']) => {
      if (isDone) return;
      isDone = true;
      run.activities.delete(seq);
      deliver(run, { resolveActivity: { seq, result: result ?? {} } });
    };
    const end = (state: RetryState, cause: ProtoFailure) =>
      resolve({ failed: { failure: activityFailure(facts, state, cause) } });
    const failed = (failure: ProtoFailure) => {
      isRunning = false;
      pending.lastFailure = failure.message ?? undefined;
      if (cancelRequested) return end('CANCEL_REQUESTED', failure);
      const next = afterFailure(failure, retry, attempt, clock.now(), expiresAt);
      if ('end' in next)
        return end(
          next.end,
          next.end === 'TIMEOUT' && failure.timeoutFailureInfo ? timeoutOf('SCHEDULE_TO_CLOSE') : failure,
        );
      attempt += 1;
      clock.after(next.pauseMs, dispatch);
    };

    function dispatch(): void {
      if (isDone || run.state.name !== 'RUNNING') return;
      worker.whenUp(() => clock.after(dice.int(1, 4), start));
    }
    function start(): void {
      if (isDone || run.state.name !== 'RUNNING') return;
      if (!worker.isUp()) {
        dispatch();
        return;
      }
      const own = attempt;
      isRunning = true;
      const isCurrent = () => !isDone && own === attempt;
      clock.after(startToCloseMs, () => {
        if (isCurrent()) failed(timeoutOf('START_TO_CLOSE'));
      });
      runTry({
        type: activityType,
        args: fromPayloads(command.arguments),
        attempt: own,
        isLocal: false,
        startToCloseMs,
        workflowId: run.workflowId,
      }).then(
        (value) =>
          clock.after(
            dice.int(1, 4),
            () => isCurrent() && resolve({ completed: { result: toPayload(value) } }),
          ),
        (error: unknown) => clock.after(dice.int(1, 4), () => isCurrent() && failed(toFailure(error))),
      );
    }

    if (Number.isFinite(scheduleToClose)) {
      clock.after(scheduleToClose, () => {
        if (!isDone) end('NON_RETRYABLE_FAILURE', timeoutOf('SCHEDULE_TO_CLOSE'));
      });
    }
    const pending: PendingActivity = {
      type: activityType,
      lastFailure: undefined,
      // A try under way does not hear of it, for it sends no heartbeats; its answer is waited for.
      cancel: () => {
        cancelRequested = true;
        if (!isRunning) resolve({ cancelled: { failure: canceled(facts) } });
      },
    };
    dispatch();
    return pending;
  };
}
