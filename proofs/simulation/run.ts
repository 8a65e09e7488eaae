import type { Payload, ProtoFailure } from '@temporalio/common';
import { msToTs, type Timestamp } from '@temporalio/common/lib/time.js';
import type { Cancel } from './clock.ts';
import type { Command, Job, SandboxedRun } from './sandbox.ts';

/** How a run ended, or that it has not. */
export type RunState =
  | { name: 'RUNNING' }
  | { name: 'COMPLETED'; result: Payload }
  | { name: 'FAILED'; failure: ProtoFailure }
  | { name: 'CANCELED' | 'CONTINUED_AS_NEW' };

/** One call into the workflow: what it was told, and what it wanted done. */
export interface Step {
  at: number;
  jobs: Job[];
  commands: Command[];
  flags: number[];
}

/** An update on its way through a workflow. Both answers may come late, or never. */
export interface PendingUpdate {
  id: string;
  name: string;
  args: Payload[];
  settle: (outcome: UpdateOutcome) => void;
  outcome: Promise<UpdateOutcome>;
  /** Set with the task that accepted it: from then on it is in the history. */
  isAccepted?: boolean;
}

export type UpdateOutcome =
  | { completed: Payload }
  | { refused: ProtoFailure }
  /** The run ended under it, before or after it was accepted. */
  | { aborted: 'unseen' | 'accepted' };

/** A workflow task that a worker has and has not answered. Nothing of it is in the history yet. */
export interface OpenTask {
  startedAt: number;
  /** The events that began it: they are in the history, and begin the next one if this one comes to nothing. */
  events: Job[];
  updates: PendingUpdate[];
  steps: Step[];
  /** Local activities that still run inside the task. */
  locals: number;
}

/** A regular activity that has not ended; `lastFailure` is the message of its last try. */
export interface PendingActivity {
  type: string;
  lastFailure: string | undefined;
  cancel: () => void;
}

/** One workflow execution as the server has it. */
export interface Run {
  workflowId: string;
  runId: string;
  type: string;
  startedAt: number;
  closedAt?: number;
  args: Payload[];
  memo: Record<string, unknown>;
  parent?: { run: Run; seq: number };
  state: RunState;
  /** The committed workflow tasks: all that a crash leaves. */
  history: Step[][];
  /** Events that no committed task has seen. */
  inbox: Job[];
  /** Updates that no task has been given. */
  waiting: PendingUpdate[];
  /** Updates by protocol instance: given to a workflow, perhaps accepted. */
  given: Map<string, PendingUpdate>;
  /** Updates by id, also those that are done: the server answers a known id as it did before. */
  known: Map<string, PendingUpdate>;
  task?: OpenTask;
  taskPlanned: boolean;
  cached?: SandboxedRun;
  /** Timers and activities by their sequence numbers. */
  timers: Map<number, Cancel>;
  locals: Map<number, Cancel>;
  activities: Map<number, PendingActivity>;
  attributes: Record<string, unknown>;
  closed: (() => void)[];
}

export const toTime = (ms: number): Timestamp => msToTs(ms);

/** Core's order of the jobs of one activation; within one rank, that of the history. */
const RANK: readonly (keyof Job)[][] = [
  ['initializeWorkflow'],
  ['notifyHasPatch'],
  ['updateRandomSeed'],
  ['signalWorkflow', 'doUpdate'],
];
export function inCoreOrder(jobs: readonly Job[]): Job[] {
  const rank = (job: Job) => {
    const index = RANK.findIndex((keys) => keys.some((key) => job[key]));
    if (index >= 0) return index;
    return job.resolveActivity?.isLocal ? RANK.length + 1 : RANK.length;
  };
  return jobs.toSorted((a, b) => rank(a) - rank(b));
}

export function isClosing(command: Command): boolean {
  return Boolean(
    command.completeWorkflowExecution ??
      command.failWorkflowExecution ??
      command.cancelWorkflowExecution ??
      command.continueAsNewWorkflowExecution,
  );
}
