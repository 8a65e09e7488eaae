import type { RunTry } from './activity-calls.ts';
import type { Clock } from './clock.ts';
import type { Dice } from './dice.ts';
import { asRecorded, createLocalActivities } from './local-activities.ts';
import { createReplay } from './replay.ts';
import { inCoreOrder, isClosing, type OpenTask, type Run } from './run.ts';
import type { Command, Job, Sandbox } from './sandbox.ts';
import type { WorkerProcess } from './worker-process.ts';

export interface TaskDependencies {
  clock: Clock;
  dice: Dice;
  worker: WorkerProcess;
  sandbox: Sandbox;
  runTry: RunTry;
  taskQueue: string;
  /** Carries out the commands of a committed task. */
  apply: (run: Run, commands: Command[]) => void;
  /** A task with a closing command is about to be answered: the last moment for a message. */
  onClosing: (run: Run) => void;
  onRefused: (run: Run) => void;
  onBroken: (run: Run, what: string) => void;
}

/** The server gives a worker so long for a workflow task, and Core reports before 80 % of it are over. */
const TASK_TIMEOUT_MS = 10_000;
const HEARTBEAT_MS = 8_000;

export type WorkflowTasks = ReturnType<typeof createWorkflowTasks>;

/**
 * Workflow tasks as server and worker play them: events gather until a task is open, go into the workflow in
 * Core's order, and what it wants becomes history only when the whole task is accepted.
 */
export function createWorkflowTasks(dependencies: TaskDependencies) {
  const { clock, dice, worker, sandbox, runTry, apply } = dependencies;
  const { revive, play } = createReplay(sandbox, dependencies.taskQueue, dependencies.onBroken);
  const runLocal = createLocalActivities(clock, dice, worker, runTry);

  /** Sees to it that what waits for the run gets into a task. */
  function plan(run: Run, afterMs = pickUpMs()): void {
    if (run.taskPlanned || run.task || run.state.name !== 'RUNNING') return;
    if (run.inbox.length === 0 && run.waiting.length === 0) return;
    run.taskPlanned = true;
    clock.after(afterMs, () => worker.whenUp(() => clock.after(0, () => open(run))));
  }

  async function open(run: Run): Promise<void> {
    run.taskPlanned = false;
    if (run.task || run.state.name !== 'RUNNING') return;
    if (!worker.isUp()) {
      plan(run, 1);
      return;
    }
    const events = run.inbox.splice(0);
    const updates = run.waiting.splice(0);
    if (events.length === 0 && updates.length === 0) return;
    const task: OpenTask = { startedAt: clock.now(), events, updates, steps: [], locals: 0 };
    run.task = task;
    for (const update of updates) run.given.set(update.id, update);
    const asked = updates.map((update): Job => ({ doUpdate: toDoUpdate(update) }));
    await activate(run, task, [...events, ...asked]);
    clock.after(HEARTBEAT_MS, () => {
      if (run.task === task && task.locals > 0) heartbeat(run, task);
    });
  }

  async function activate(run: Run, task: OpenTask, jobs: Job[]): Promise<void> {
    run.cached ??= await revive(run);
    const step = await play(run, run.cached, { jobs: inCoreOrder(jobs), at: clock.now() }, false);
    if (!step) return;
    task.steps.push(step);
    for (const command of step.commands) {
      if (command.requestCancelLocalActivity) {
        run.locals.get(command.requestCancelLocalActivity.seq ?? 0)?.();
      }
      if (!command.scheduleLocalActivity) continue;
      task.locals += 1;
      const seq = command.scheduleLocalActivity.seq ?? 0;
      const cancel = runLocal(run, command.scheduleLocalActivity, async (result) => {
        run.locals.delete(seq);
        const open = run.task;
        if (!open || run.state.name !== 'RUNNING') return;
        open.locals -= 1;
        await activate(run, open, [{ resolveActivity: result }]);
      });
      run.locals.set(seq, cancel);
    }
    if (task.locals > 0) return;
    if (step.commands.some(isClosing)) dependencies.onClosing(run);
    clock.after(taskMs(), () => {
      if (run.task === task) answer(run, task);
    });
  }

  /** A busy worker lets a task wait, and more than one message gets into it. */
  const pickUpMs = () => (dice.chance(0.1) ? dice.int(20, 400) : dice.int(1, 4));

  /** Most tasks are answered at once; some take long enough for anything to come between. */
  const taskMs = () => (dice.chance(0.1) ? dice.int(20, 300) : dice.int(1, 20));

  function answer(run: Run, task: OpenTask): void {
    const commands = task.steps.flatMap((step) => step.commands);
    for (const { cancelTimer } of commands) {
      if (cancelTimer) run.inbox = run.inbox.filter(({ fireTimer }) => fireTimer?.seq !== cancelTimer.seq);
    }
    // A workflow cannot close over an event that it has not seen: the server refuses the whole task.
    if (commands.some(isClosing) && run.inbox.length > 0) {
      dependencies.onRefused(run);
      undo(run, task, 1);
      return;
    }
    commit(run, task, commands);
    delete run.task;
    apply(run, commands);
    plan(run);
  }

  /** Core asks for more time: what is done so far becomes history, and the task goes on as a new one. */
  function heartbeat(run: Run, task: OpenTask): void {
    const commands = task.steps.flatMap((step) => step.commands);
    commit(run, task, commands);
    const events = run.inbox.splice(0);
    const next: OpenTask = {
      startedAt: clock.now(),
      events,
      updates: [],
      steps: [],
      locals: task.locals,
    };
    run.task = next;
    apply(run, commands);
    if (events.length > 0) clock.after(0, () => activate(run, next, events));
  }

  /** The task comes to nothing: its events begin the next one, and the workflow is read from its history. */
  function undo(run: Run, task: OpenTask, afterMs: number): void {
    for (const update of task.updates) run.given.delete(update.id);
    run.inbox.unshift(...task.events);
    run.waiting.unshift(...task.updates);
    delete run.task;
    const { cached } = run;
    delete run.cached;
    clock.after(0, () => cached?.close());
    plan(run, afterMs);
  }

  function commit(run: Run, task: OpenTask, commands: Command[]): void {
    for (const { updateResponse } of commands) {
      const update = updateResponse?.accepted && run.given.get(updateResponse.protocolInstanceId ?? '');
      if (update) update.isAccepted = true;
    }
    const refused = new Set(
      commands.flatMap(({ updateResponse: of }) =>
        of?.rejected && !run.given.get(of.protocolInstanceId ?? '')?.isAccepted
          ? [of.protocolInstanceId]
          : [],
      ),
    );
    const steps = task.steps.map((step) => ({
      ...step,
      jobs: step.jobs
        .filter(({ doUpdate }) => !doUpdate || !refused.has(doUpdate.protocolInstanceId))
        .map(asRecorded),
      commands: step.commands.filter(({ updateResponse: of }) => !of || !refused.has(of.protocolInstanceId)),
    }));
    // A task of refused updates alone leaves no trace.
    const kept = steps.filter(({ jobs }) => jobs.length > 0);
    if (kept.length > 0) run.history.push(kept);
  }

  return {
    plan,
    revive,
    /** Gives the run something that its history has from now on. */
    deliver: (run: Run, job: Job): void => {
      if (run.state.name !== 'RUNNING') return;
      run.inbox.push(job);
      plan(run);
    },
    /** The worker is gone: cached workflows with it, and open tasks time out in the server. */
    crashed(run: Run): void {
      const { cached, task } = run;
      delete run.cached;
      if (cached) clock.after(0, () => cached.close());
      if (!task) return;
      undo(run, task, Math.max(1, task.startedAt + TASK_TIMEOUT_MS - clock.now()));
    },
    /** Asks a workflow, which changes nothing. */
    async query(run: Run, name: string): Promise<Command['respondToQuery']> {
      const isOpen = run.state.name === 'RUNNING';
      const sandboxed = run.cached ?? (await revive(run));
      if (isOpen) run.cached = sandboxed;
      const { successful } = await sandboxed.activate({
        runId: run.runId,
        // The sandbox reads `variant`, which only the class of the message has.
        jobs: [{ variant: 'queryWorkflow', queryWorkflow: { queryId: 'query', queryType: name } } as Job],
      });
      if (!isOpen) await sandboxed.close();
      return successful?.commands?.find(({ respondToQuery }) => respondToQuery)?.respondToQuery;
    },
  };
}

function toDoUpdate({ id, name, args }: { id: string; name: string; args: unknown[] }) {
  const input = args as NonNullable<NonNullable<Job['doUpdate']>['input']>;
  return {
    id,
    protocolInstanceId: id,
    name,
    input,
    meta: { updateId: id, identity: '' },
    runValidator: true,
  };
}
