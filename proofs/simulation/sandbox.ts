import vm from 'node:vm';
import { TypedSearchAttributes } from '@temporalio/common';
import { type Timestamp, tsToDate } from '@temporalio/common/lib/time.js';
import type { coresdk } from '@temporalio/proto';
import { ReusableVMWorkflowCreator } from '@temporalio/worker/lib/workflow/reusable-vm.js';

/**
 * The SDK's own worker-side sandbox, without a worker: the internals of 1.24.0 that are used are all in this
 * file. They are no public API, so an upgrade of the SDK begins here.
 */
export interface Sandbox {
  /** Makes a run that is to be activated with `initializeWorkflow` first. */
  open: (run: SandboxInit) => Promise<SandboxedRun>;
}

export interface SandboxInit {
  workflowId: string;
  runId: string;
  workflowType: string;
  taskQueue: string;
  startedAt: Timestamp;
  startedMs: number;
}

export interface SandboxedRun {
  activate: (activation: Activation) => Promise<Completion>;
  close: () => Promise<void>;
}

export type Activation = coresdk.workflow_activation.IWorkflowActivation;
export type Job = coresdk.workflow_activation.IWorkflowActivationJob;
export type Completion = coresdk.workflow_completion.IWorkflowActivationCompletion;
export type Command = coresdk.workflow_commands.IWorkflowCommand;

/**
 * @param code the text of a prebuilt workflow bundle
 * @param activityNames the activities that a worker would have registered
 */
export function createSandbox(code: string, activityNames: ReadonlySet<string>): Sandbox {
  // The creator is built by hand: its own factory would follow every promise for stack traces. For the same
  // reason no time limit is set: each one is a watchdog thread, and costs more than our code.
  const noLimit = undefined as unknown as number;
  const bundle = {
    code,
    filename: 'workflow-bundle.js',
    sourceMap: { version: '3', sources: [], names: [], mappings: '', file: '' },
  } as unknown as ConstructorParameters<typeof ReusableVMWorkflowCreator>[1];
  const script = new vm.Script(code, { filename: bundle.filename });
  const creator = new ReusableVMWorkflowCreator(script, bundle, noLimit, new Set(activityNames));

  return {
    async open({ workflowId, runId, workflowType, taskQueue, startedAt, startedMs }) {
      const workflow = await creator.createWorkflow({
        randomnessSeed: [...Buffer.from(runId)],
        now: startedMs,
        showStackTraceSources: false,
        info: {
          workflowId,
          runId,
          workflowType,
          taskQueue,
          namespace: 'simulation',
          searchAttributes: {},
          typedSearchAttributes: new TypedSearchAttributes(),
          firstExecutionRunId: runId,
          originalExecutionRunId: runId,
          startTime: tsToDate(startedAt),
          runStartTime: tsToDate(startedAt),
          taskTimeoutMs: 10_000,
          attempt: 1,
          historyLength: 3,
          historySize: 300,
          continueAsNewSuggested: false,
          unsafe: { now: Date.now, isReplaying: false, isReplayingHistoryEvents: false, random: noRandom },
        } as unknown as Parameters<typeof creator.createWorkflow>[0]['info'],
      });
      return {
        activate: (activation) => workflow.activate(activation),
        close: () => workflow.dispose(),
      };
    },
  };
}

function noRandom(): never {
  throw new TypeError('a simulated workflow has no randomness but its own');
}
