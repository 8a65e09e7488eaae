import { asyncLocalStorage, Context, type Info } from '@temporalio/activity';
import { noopMetricMeter } from '@temporalio/common';
import { createStepInterceptor } from '../../src/activities/step.ts';
import type { Clock } from './clock.ts';
import type { WorkerProcess } from './worker-process.ts';

/** The real activities by name. */
export type ActivityTable = Record<string, (input: never) => Promise<unknown>>;

export interface Try {
  type: string;
  args: unknown[];
  attempt: number;
  isLocal: boolean;
  startToCloseMs: number;
  workflowId: string;
}

/** Runs one try of an activity in the worker process; its answer never comes when that process dies. */
export type RunTry = (one: Try) => Promise<unknown>;

/** @param onBroken told of an activity that fails by a bug, which the retries would hide */
export function createRunTry(
  activities: ActivityTable,
  clock: Clock,
  worker: WorkerProcess,
  onBroken: (what: string) => void,
): RunTry {
  class VirtualContext extends Context {
    override readonly sleep = (ms: Parameters<Context['sleep']>[0]): Promise<void> =>
      worker.whileAlive(clock.sleep(Number(ms)));
  }
  const never = new Promise<never>(() => {});
  const quiet = () => {};
  const log = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };

  return ({ type, args, attempt, isLocal, startToCloseMs, workflowId }) => {
    const activity = activities[type];
    if (!activity) throw new TypeError(`the workflow asks for an activity ${type}, which does not exist`);
    const info = {
      activityType: type,
      attempt,
      isLocal,
      startToCloseTimeoutMs: startToCloseMs,
      workflowExecution: { workflowId, runId: workflowId },
    } as Info;
    const context = new VirtualContext(
      info,
      never,
      new AbortController().signal,
      quiet,
      undefined,
      log,
      noopMetricMeter,
      {} as ConstructorParameters<typeof Context>[7],
    );
    const { inbound } = createStepInterceptor(context);
    const call = async ({ args: input }: { args: unknown[] }) => activity(...(input as [never]));
    const execute = inbound.execute?.bind(inbound) ?? ((input, next) => next(input));
    const answer = asyncLocalStorage.run(context, () => execute({ args, headers: {} }, call));
    answer.catch((error: unknown) => {
      if (error instanceof TypeError || error instanceof ReferenceError)
        onBroken(`${type}: ${error.message}`);
    });
    return worker.whileAlive(answer);
  };
}
