import { differenceOf } from './replay-difference.ts';
import { inCoreOrder, type Run, type Step, toTime } from './run.ts';
import type { Activation, Job, Sandbox, SandboxedRun } from './sandbox.ts';

const SDK = '1.24.0';

/**
 * Calls into workflows: with new jobs, and, after a crash or a refused task, with those of the history.
 *
 * @param onBroken told of a task that fails, and of a replay that comes out otherwise
 */
export function createReplay(
  sandbox: Sandbox,
  taskQueue: string,
  onBroken: (run: Run, what: string) => void,
) {
  /** Reads the run from its committed history, and finds what comes out different from the first time. */
  async function revive(run: Run): Promise<SandboxedRun> {
    const revived = await sandbox.open({
      workflowId: run.workflowId,
      runId: run.runId,
      workflowType: run.type,
      taskQueue,
      startedAt: toTime(run.startedAt),
      startedMs: run.startedAt,
    });
    for (const task of run.history) {
      const patches = task.flatMap(({ commands }) =>
        commands.flatMap(({ setPatchMarker }): Job[] =>
          setPatchMarker ? [{ notifyHasPatch: { patchId: setPatchMarker.patchId ?? '' } }] : [],
        ),
      );
      for (const [index, step] of task.entries()) {
        const jobs = step.jobs.map((job) =>
          job.doUpdate ? { doUpdate: { ...job.doUpdate, runValidator: false } } : job,
        );
        const again = await play(
          run,
          revived,
          { ...step, jobs: index === 0 ? inCoreOrder([...jobs, ...patches]) : jobs },
          true,
        );
        const difference = again && differenceOf(step.commands, again.commands);
        if (difference) onBroken(run, `a replay differs: ${difference}`);
      }
    }
    return revived;
  }

  async function play(
    run: Run,
    sandboxed: SandboxedRun,
    { at, jobs, flags }: { at: number; jobs: Job[]; flags?: number[] },
    isReplaying: boolean,
  ): Promise<Step | undefined> {
    const activation: Activation = {
      runId: run.runId,
      timestamp: toTime(at),
      isReplaying,
      historyLength: 3 + run.history.length * 3,
      continueAsNewSuggested: false,
      availableInternalFlags: flags ?? [],
      ...(isReplaying && { lastSdkVersion: SDK }),
      jobs: jobs.map((job) => ({ ...job })),
    };
    const { successful, failed } = await sandboxed.activate(activation);
    if (successful) {
      return { at, jobs, commands: successful.commands ?? [], flags: successful.usedInternalFlags ?? [] };
    }
    // The server would try such a task for ever: it is a bug in the workflow, whatever the cause.
    onBroken(run, `a workflow task failed: ${failed?.failure?.message} ${failed?.failure?.stackTrace ?? ''}`);
    return undefined;
  }

  return { revive, play };
}
