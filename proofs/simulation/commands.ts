import { optionalTsToMs } from '@temporalio/common/lib/time.js';
import type { Clock } from './clock.ts';
import type { Dice } from './dice.ts';
import { fromPayload, toFailure } from './payloads.ts';
import type { PendingActivity, Run, RunState } from './run.ts';
import type { Command, Job } from './sandbox.ts';

type Child = NonNullable<Command['startChildWorkflowExecution']>;
type Next = NonNullable<Command['continueAsNewWorkflowExecution']>;

export interface CommandDependencies {
  clock: Clock;
  dice: Dice;
  deliver: (run: Run, job: Job) => void;
  schedule: (run: Run, command: NonNullable<Command['scheduleActivity']>) => PendingActivity;
  /** Undefined when a run of that id is open, or a closed one may not be followed. */
  startChild: (command: Child, parent: Run) => Run | undefined;
  continueAs: (run: Run, command: Next) => void;
  signalOther: (workflowId: string, job: Job) => boolean;
  onClosed: (run: Run) => void;
  onBroken: (run: Run, what: string) => void;
}

/** Does what an accepted workflow task wants, as the server does it. */
export function createApply(dependencies: CommandDependencies) {
  const { clock, dice, deliver, schedule, onBroken } = dependencies;

  function close(run: Run, state: RunState): void {
    run.state = state;
    run.closedAt = clock.now();
    for (const cancel of run.timers.values()) cancel();
    run.timers.clear();
    run.activities.clear();
    run.inbox = [];
    for (const update of run.waiting.splice(0)) update.settle({ aborted: 'unseen' });
    for (const update of run.given.values()) update.settle({ aborted: 'accepted' });
    run.given.clear();
    const { cached, parent } = run;
    delete run.cached;
    clock.after(0, () => cached?.close());
    for (const notice of run.closed.splice(0)) notice();
    if (parent && state.name === 'COMPLETED') {
      const result = { completed: { result: state.result } };
      deliver(parent.run, { resolveChildWorkflowExecution: { seq: parent.seq, result } });
    }
    dependencies.onClosed(run);
  }

  function startTimer(run: Run, { seq, startToFireTimeout }: NonNullable<Command['startTimer']>): void {
    if (seq == null) return;
    const fire = () => {
      run.timers.delete(seq);
      deliver(run, { fireTimer: { seq } });
    };
    run.timers.set(seq, clock.after(optionalTsToMs(startToFireTimeout) ?? 0, fire));
  }

  function answerUpdate(run: Run, response: NonNullable<Command['updateResponse']>): void {
    const id = response.protocolInstanceId ?? '';
    const update = run.given.get(id);
    if (!update || response.accepted) return;
    run.given.delete(id);
    if (response.completed) update.settle({ completed: response.completed });
    else if (response.rejected) update.settle({ refused: response.rejected });
  }

  function startChild(run: Run, command: Child): void {
    const seq = command.seq ?? 0;
    if (command.parentClosePolicy !== ABANDON) {
      onBroken(run, 'the simulation knows children that are abandoned only');
      return;
    }
    clock.after(dice.int(1, 5), () => {
      const child = dependencies.startChild(command, run);
      const { workflowId = '', workflowType = '' } = command;
      const failed = { workflowId, workflowType, cause: ALREADY_EXISTS };
      deliver(run, {
        resolveChildWorkflowExecutionStart: child
          ? { seq, succeeded: { runId: child.runId } }
          : { seq, failed: failed as never },
      });
    });
  }

  return (run: Run, commands: Command[]): void => {
    for (const command of commands) {
      if (command.startTimer) startTimer(run, command.startTimer);
      else if (command.cancelTimer) {
        const seq = command.cancelTimer.seq ?? 0;
        run.timers.get(seq)?.();
        run.timers.delete(seq);
      } else if (command.scheduleActivity) {
        const seq = command.scheduleActivity.seq ?? 0;
        run.activities.set(seq, schedule(run, command.scheduleActivity));
      } else if (command.requestCancelActivity) {
        run.activities.get(command.requestCancelActivity.seq ?? 0)?.cancel();
      } else if (command.updateResponse) answerUpdate(run, command.updateResponse);
      else if (command.upsertWorkflowSearchAttributes) {
        const fields = command.upsertWorkflowSearchAttributes.searchAttributes?.indexedFields ?? {};
        for (const [name, payload] of Object.entries(fields)) {
          run.attributes[name] = fromPayload<unknown>(payload);
        }
      } else if (command.startChildWorkflowExecution) startChild(run, command.startChildWorkflowExecution);
      else if (command.signalExternalWorkflowExecution) {
        const { seq, workflowExecution, signalName, args } = command.signalExternalWorkflowExecution;
        const id = workflowExecution?.workflowId ?? '';
        const signal = { signalName: signalName ?? '', input: args ?? [] };
        clock.after(dice.int(1, 5), () => {
          const found = dependencies.signalOther(id, { signalWorkflow: signal });
          const failure = found ? {} : { failure: toFailure(new Error('no such workflow')) };
          deliver(run, { resolveSignalExternalWorkflow: { seq: seq ?? 0, ...failure } });
        });
      } else if (command.completeWorkflowExecution) {
        const { result } = command.completeWorkflowExecution;
        close(run, { name: 'COMPLETED', result: result ?? {} });
      } else if (command.failWorkflowExecution) {
        const failure = command.failWorkflowExecution.failure ?? {};
        close(run, { name: 'FAILED', failure });
        onBroken(run, `it failed: ${failure.message}: ${failure.cause?.message ?? ''}`);
      } else if (command.cancelWorkflowExecution) {
        close(run, { name: 'CANCELED' });
        onBroken(run, 'it ended as canceled');
      } else if (command.continueAsNewWorkflowExecution) {
        const { waiting } = run;
        run.waiting = [];
        close(run, { name: 'CONTINUED_AS_NEW' });
        run.waiting = waiting;
        dependencies.continueAs(run, command.continueAsNewWorkflowExecution);
      }
    }
  };
}

const ABANDON = 2;
const ALREADY_EXISTS = 1;
