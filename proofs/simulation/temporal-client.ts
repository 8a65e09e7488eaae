import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Client,
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import type { Clock } from './clock.ts';
import { fromFailure, fromPayload, toPayload } from './payloads.ts';
import type { Run, UpdateOutcome } from './run.ts';
import { AlreadyStarted, type Server, type StartRequest } from './server.ts';
import type { Wire } from './wire.ts';
import type { WorkerProcess } from './worker-process.ts';

interface Named {
  name: string;
}
interface StartOptions {
  workflowId: string;
  args: unknown[];
  memo?: Record<string, unknown>;
  workflowIdReusePolicy?: string;
  workflowIdConflictPolicy?: string;
}
interface WithStart {
  workflowTypeOrFunc: string;
  options: StartOptions;
}

export interface ClientDependencies {
  server: Server;
  clock: Clock;
  wire: Wire;
  worker: WorkerProcess;
  /** Set for the client inside the worker: what a dead process asked for is never answered. */
  isInWorker: boolean;
}

/** One for all clients: on older Node versions each makes every promise dearer, and is never let go. */
const deadline = new AsyncLocalStorage<number>();

/** As much of Temporal's client as the product uses, over the simulated server. */
export function createTemporalClient(dependencies: ClientDependencies): Client {
  const { server, clock, wire, worker, isInWorker } = dependencies;
  const own = <T>(answer: Promise<T>) => (isInWorker ? worker.whileAlive(answer) : answer);
  let updates = 0;

  const msLeft = () => Math.max(1, (deadline.getStore() ?? clock.wall() + 10_000) - clock.wall());
  const rpc = <T>(name: string, effect: () => T) =>
    own(
      wire.call({
        name: `temporal.${name}`,
        timeoutMs: Math.min(10_000, msLeft()),
        effect,
        failure: () => new ServiceError('the server is not available'),
      }),
    );

  function find(workflowId: string): Run {
    const run = server.newest(workflowId);
    if (!run) throw new WorkflowNotFoundError('workflow not found', workflowId, undefined);
    return run;
  }
  function findOpen(workflowId: string): Run {
    const run = find(workflowId);
    if (run.state.name === 'RUNNING') return run;
    throw new WorkflowNotFoundError('workflow execution already completed', workflowId, undefined);
  }
  function begin(type: string, options: StartOptions): Run {
    const request: StartRequest = {
      workflowId: options.workflowId,
      type,
      args: options.args.map(toPayload),
      // As it comes back from the server: parsed anew.
      memo: JSON.parse(JSON.stringify(options.memo ?? {})) as Record<string, unknown>,
      rejectDuplicate: options.workflowIdReusePolicy === 'REJECT_DUPLICATE',
      onOpen: options.workflowIdConflictPolicy === 'USE_EXISTING' ? 'USE_EXISTING' : 'FAIL',
    };
    try {
      return server.start(request);
    } catch (error) {
      if (!(error instanceof AlreadyStarted)) throw error;
      throw new WorkflowExecutionAlreadyStartedError('already started', options.workflowId, type);
    }
  }

  async function answerOf(workflowId: string, outcome: Promise<UpdateOutcome>): Promise<unknown> {
    const late = clock.sleep(msLeft()).then(() => 'late' as const);
    const answer = await own(Promise.race([outcome, late]));
    if (answer === 'late') throw new WorkflowUpdateRPCTimeoutOrCancelledError('no answer in time');
    if ('completed' in answer) return fromPayload(answer.completed);
    if ('refused' in answer)
      throw new WorkflowUpdateFailedError('update failed', fromFailure(answer.refused));
    throw new WorkflowNotFoundError('update was aborted by closing workflow', workflowId, undefined);
  }
  const idOf = (updateId: string | undefined) => updateId ?? `update-${isInWorker ? 'w' : 'c'}${++updates}`;

  const getHandle = (workflowId: string) => ({
    workflowId,
    describe: () =>
      rpc('describe', () => {
        const { runId, state, memo, history } = find(workflowId);
        return {
          ...{ runId, status: { name: state.name }, memo, historyLength: history.length, raw: {} },
          typedSearchAttributes: new TypedSearchAttributes(),
        };
      }),
    async result() {
      const run = await rpc('result', () => ({ found: find(workflowId) }));
      const { state } = await own(server.whenClosed(run.found).then(() => run.found));
      if (state.name === 'COMPLETED') return fromPayload(state.result);
      throw new WorkflowFailedError(`ended as ${state.name}`, undefined, 'NON_RETRYABLE_FAILURE');
    },
    signal: ({ name }: Named, ...args: unknown[]) =>
      rpc('signal', () => server.signal(findOpen(workflowId), name, args)),
    cancel: () => rpc('cancel', () => server.cancel(findOpen(workflowId))),
    async query({ name }: Named) {
      const { found } = await rpc('query', () => ({ found: find(workflowId) }));
      return own(
        new Promise<unknown>((resolve, reject) => {
          clock.after(1, async () => {
            if (!worker.isUp()) return reject(new ServiceError('no worker answers the query'));
            await server.query(found, name).then(resolve, reject);
          });
        }),
      );
    },
    async executeUpdate({ name }: Named, options: { args?: unknown[]; updateId?: string } = {}) {
      const id = idOf(options.updateId);
      const args = (options.args ?? []).map(toPayload);
      const { outcome } = await rpc('update', () => {
        const run = find(workflowId);
        const known = run.known.get(id);
        return { outcome: known ? known.outcome : server.update(findOpen(workflowId), id, name, args) };
      });
      return answerOf(workflowId, outcome);
    },
  });

  const workflow = {
    getHandle,
    start: (type: string, options: StartOptions) =>
      rpc('start', () => getHandle(begin(type, options).workflowId)),
    signalWithStart: (type: string, options: StartOptions & { signal: Named; signalArgs: unknown[] }) =>
      rpc('signalWithStart', () => {
        const { signal, signalArgs } = options;
        const run = begin(type, { ...options, workflowIdConflictPolicy: 'USE_EXISTING' });
        server.signal(run, signal.name, signalArgs);
        return getHandle(run.workflowId);
      }),
    async executeUpdateWithStart(
      { name }: Named,
      options: { args: unknown[]; updateId?: string; startWorkflowOperation: WithStart },
    ) {
      const { workflowTypeOrFunc, options: start } = options.startWorkflowOperation;
      const id = idOf(options.updateId);
      const { outcome } = await rpc('updateWithStart', () => {
        // A known update is answered as before, on a closed run as well.
        const found = server.newest(start.workflowId);
        if (found?.known.has(id)) return { outcome: server.update(found, id, name, []) };
        const run = begin(workflowTypeOrFunc, start);
        return { outcome: server.update(run, id, name, options.args.map(toPayload)) };
      });
      return answerOf(start.workflowId, outcome);
    },
  };
  const withDeadline = <T>(at: number | Date, call: () => Promise<T>) => deadline.run(Number(at), call);
  return { workflow, withDeadline } as unknown as Client;
}
