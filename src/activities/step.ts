import { AsyncLocalStorage } from 'node:async_hooks';
import { ApplicationFailure, activityInfo, type Context } from '@temporalio/activity';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { RemoteError } from '../remote-error.ts';

/** A remote call ends this long before its step does: a step that was given up must not take effect later. */
const MARGIN_MS = 500;

const tryEndsAt = new AsyncLocalStorage<number>();

/**
 * What is left for a remote call inside the current try of an activity.
 *
 * @returns `{timeoutMs}` for an adapter; at least 1 ms, so that a call that starts too late fails by itself
 */
export function callDeadline(): { timeoutMs: number } {
  return { timeoutMs: Math.max(1, msLeft()) };
}

/** How long the current try may still go on with remote calls, in milliseconds. */
export function msLeft(): number {
  const endsAt = tryEndsAt.getStore();
  if (endsAt === undefined)
    throw new TypeError('callDeadline() is for activities of a worker built by createWorkers()');
  return endsAt - MARGIN_MS - Date.now();
}

/** True when an earlier try of this step may have taken effect without our knowing. */
export function mayHaveHappened(input: { resumed?: boolean }): boolean {
  return input.resumed === true || activityInfo().attempt > 1;
}

/**
 * Runs around every activity: notes when its try ends (on this machine's clock, for the server's may differ),
 * and turns a `RemoteError` into a retryable failure that carries its facts and nothing else.
 */
export function createStepInterceptor(context: Context): { inbound: ActivityInboundCallsInterceptor } {
  return {
    inbound: {
      async execute(input: ActivityExecuteInput, next: Next<ActivityInboundCallsInterceptor, 'execute'>) {
        try {
          return await tryEndsAt.run(Date.now() + context.info.startToCloseTimeoutMs, () => next(input));
        } catch (error) {
          throw error instanceof RemoteError ? toFailure(error) : error;
        }
      },
    },
  };
}

function toFailure(error: RemoteError): ApplicationFailure {
  return ApplicationFailure.create({
    message: error.message,
    type: error.kind,
    details: [error.facts],
    ...(error.facts.retryAfterMs !== undefined && { nextRetryDelay: error.facts.retryAfterMs }),
  });
}
