import type { Payload } from '@temporalio/common';
import type { RunTry } from './activity-calls.ts';
import { createActivityTasks } from './activity-tasks.ts';
import type { Clock } from './clock.ts';
import { createApply } from './commands.ts';
import type { Dice } from './dice.ts';
import { toInitialize } from './initialize.ts';
import { fromPayload, toPayload } from './payloads.ts';
import type { PendingUpdate, Run, UpdateOutcome } from './run.ts';
import type { Sandbox } from './sandbox.ts';
import type { WorkerProcess } from './worker-process.ts';
import { createWorkflowTasks } from './workflow-tasks.ts';

export interface StartRequest {
  workflowId: string;
  type: string;
  args: Payload[];
  memo?: Record<string, unknown>;
  /** Whether a closed run of the same id may be followed by another. */
  rejectDuplicate: boolean;
  /** What an open run of the same id means. */
  onOpen: 'FAIL' | 'USE_EXISTING';
  attributes?: Record<string, unknown>;
}

export interface ServerDependencies {
  clock: Clock;
  dice: Dice;
  worker: WorkerProcess;
  sandbox: Sandbox;
  runTry: RunTry;
  taskQueue: string;
  /** What is about to happen, for whoever wants to come between. */
  onMoment: (moment: 'closing' | 'refused' | 'ended', run: Run) => void;
  /** A message was accepted for a run that has not seen it yet. */
  onMessage: (run: Run, name: string, args: unknown[]) => void;
  onBroken: (run: Run, what: string) => void;
}

export class AlreadyStarted extends Error {}

export type Server = ReturnType<typeof createServer>;

/** Temporal's server, as far as the checkout needs it: runs by workflow id, and what may be done with them. */
export function createServer(dependencies: ServerDependencies) {
  const { clock, dice, worker, runTry, onMoment, onBroken } = dependencies;
  const runs = new Map<string, Run[]>();
  let started = 0;

  const tasks = createWorkflowTasks({
    ...dependencies,
    apply: (run, commands) => apply(run, commands),
    onClosing: (run) => onMoment('closing', run),
    onRefused: (run) => onMoment('refused', run),
  });
  const { deliver } = tasks;
  const apply = createApply({
    clock,
    dice,
    deliver,
    schedule: createActivityTasks({ clock, dice, worker, runTry, deliver }),
    onBroken,
    onClosed: (run) => onMoment('ended', run),
    startChild: (command, parent) => {
      const request: StartRequest = {
        workflowId: command.workflowId ?? '',
        type: command.workflowType ?? '',
        args: command.input ?? [],
        rejectDuplicate: command.workflowIdReusePolicy === REJECT_DUPLICATE,
        onOpen: 'FAIL',
      };
      try {
        return start(request, { run: parent, seq: command.seq ?? 0 });
      } catch (error) {
        if (error instanceof AlreadyStarted) return undefined;
        throw error;
      }
    },
    continueAs: (run, command) => {
      const { workflowId, type, memo, attributes } = run;
      const next = begin({
        workflowId,
        type: command.workflowType || type,
        args: command.arguments ?? [],
        memo,
        attributes,
        rejectDuplicate: false,
        onOpen: 'FAIL',
      });
      next.waiting = run.waiting;
      run.waiting = [];
      tasks.plan(next);
    },
    signalOther: (workflowId, job) => {
      const run = openRun(workflowId);
      if (run) deliver(run, job);
      return run !== undefined;
    },
  });

  const newest = (workflowId: string) => runs.get(workflowId)?.at(-1);
  const openRun = (workflowId: string) => {
    const run = newest(workflowId);
    return run?.state.name === 'RUNNING' ? run : undefined;
  };

  function begin({ workflowId, type, args, memo, attributes }: StartRequest, parent?: Run['parent']): Run {
    started += 1;
    const run: Run = {
      workflowId,
      runId: `run-${started}`,
      type,
      startedAt: clock.now(),
      args,
      memo: memo ?? {},
      ...(parent && { parent }),
      state: { name: 'RUNNING' },
      history: [],
      inbox: [],
      waiting: [],
      given: new Map(),
      known: new Map(),
      taskPlanned: false,
      timers: new Map(),
      locals: new Map(),
      activities: new Map(),
      attributes: { ...attributes },
      closed: [],
    };
    run.inbox.push(toInitialize(run));
    const ofId = runs.get(workflowId) ?? [];
    ofId.push(run);
    runs.set(workflowId, ofId);
    return run;
  }

  /** @throws AlreadyStarted as the two policies want it */
  function start(request: StartRequest, parent?: Run['parent']): Run {
    const found = newest(request.workflowId);
    if (found?.state.name === 'RUNNING') {
      if (request.onOpen === 'USE_EXISTING') return found;
      throw new AlreadyStarted(request.workflowId);
    }
    if (found && request.rejectDuplicate) throw new AlreadyStarted(request.workflowId);
    const run = begin(request, parent);
    tasks.plan(run);
    return run;
  }

  function update(run: Run, id: string, name: string, args: Payload[]): Promise<UpdateOutcome> {
    const known = run.known.get(id);
    if (known) {
      dependencies.onMessage(run, `${name} again`, []);
      return known.outcome;
    }
    let settle: PendingUpdate['settle'] = () => {};
    const outcome = new Promise<UpdateOutcome>((resolve) => {
      settle = (answer) => {
        // A refused update is forgotten: the same id may ask again.
        if (!('completed' in answer)) run.known.delete(id);
        resolve(answer);
      };
    });
    dependencies.onMessage(run, name, []);
    const pending = { id, name, args, settle, outcome };
    run.known.set(id, pending);
    run.waiting.push(pending);
    tasks.plan(run);
    return outcome;
  }

  return {
    start,
    update,
    newest,
    openRun,
    all: () => [...runs.values()].flat(),
    signal(run: Run, signalName: string, args: unknown[]): void {
      dependencies.onMessage(run, signalName, args);
      deliver(run, { signalWorkflow: { signalName, input: args.map(toPayload) } });
    },
    cancel(run: Run): void {
      dependencies.onMessage(run, 'cancellation', []);
      deliver(run, { cancelWorkflow: { reason: 'asked for' } });
    },
    async query<T>(run: Run, name: string): Promise<T> {
      const answer = await tasks.query(run, name);
      const response = answer?.succeeded?.response;
      if (!response) throw new Error(`query ${name}: ${answer?.failed?.message ?? 'no answer'}`);
      return fromPayload<T>(response);
    },
    /** Lets go of the workflows that are still in the sandbox. */
    async close(): Promise<void> {
      for (const run of runs.values()) for (const { cached } of run) await cached?.close();
    },
    crashed: () => {
      for (const run of runs.values()) for (const one of run) tasks.crashed(one);
    },
    /** Reads a run from its history alone; a difference is reported as broken. */
    async replay(run: Run): Promise<void> {
      const again = await tasks.revive(run);
      await again.close();
    },
    whenClosed: (run: Run) =>
      new Promise<void>((resolve) => {
        if (run.state.name === 'RUNNING') run.closed.push(resolve);
        else resolve();
      }),
  };
}

const REJECT_DUPLICATE = 3;
