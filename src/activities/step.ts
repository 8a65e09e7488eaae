import { AsyncLocalStorage } from 'node:async_hooks';
import { ApplicationFailure, activityInfo, type Context } from '@temporalio/activity';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { RemoteError } from '../remote-error.ts';

/** A remote call ends this long before its step does: a step that was given up must not take effect later. */
const MARGIN_MS = 500;

const currentTry = new AsyncLocalStorage<{ endsAt: number; signal: AbortSignal }>();

/**
 * What is left for a remote call inside the current try of an activity.
 *
 * @returns `{timeoutMs}` for an adapter
 * @throws ApplicationFailure, retryable, when nothing is left, or the step has been given up: the call is not made
 */
export function callDeadline(): { timeoutMs: number } {
  const timeoutMs = msLeft();
  if (timeoutMs > 0 && !currentTry.getStore()?.signal.aborted) return { timeoutMs };
  throw ApplicationFailure.retryable('no time was left for the call in this try', 'not_sent');
}

/** How long the current try may still go on with remote calls, in milliseconds. */
export function msLeft(): number {
  const current = currentTry.getStore();
  if (!current) throw new TypeError('callDeadline() is for activities of a worker built by createWorkers()');
  return current.endsAt - MARGIN_MS - performance.now();
}

/** Whether a remote's failure is a plain no: nothing happened by this call. */
export function isRefusal(error: unknown): error is RemoteError {
  return error instanceof RemoteError && (error.kind === 'refused' || error.kind === 'not_found');
}

/** Whether nothing happened by this call, and it may well do when it is sent again. */
export function isPassing(error: unknown): error is RemoteError {
  return error instanceof RemoteError && (error.kind === 'throttled' || error.kind === 'not_sent');
}

/** True when an earlier try of this step may have taken effect without our knowing. */
export function mayHaveHappened(input: { resumed?: boolean }): boolean {
  return input.resumed === true || activityInfo().attempt > 1;
}

/**
 * Runs around every activity: notes when its try ends (on this machine's own clock, which nobody sets),
 * and turns a `RemoteError` into a retryable failure that carries its facts and nothing else.
 */
export function createStepInterceptor(context: Context): { inbound: ActivityInboundCallsInterceptor } {
  return {
    inbound: {
      async execute(input: ActivityExecuteInput, next: Next<ActivityInboundCallsInterceptor, 'execute'>) {
        try {
          const endsAt = performance.now() + context.info.startToCloseTimeoutMs;
          const signal = context.cancellationSignal;
          return await currentTry.run({ endsAt, signal }, () => next(input));
        } catch (error) {
          throw error instanceof RemoteError ? toFailure(error) : error;
        }
      },
    },
  };
}

/** What a remote asks us to wait is kept within reason: nothing would stop the retries, an hour the order. */
export const RETRY_AFTER_MS = { least: 500, most: 15_000 };

function toFailure(error: RemoteError): ApplicationFailure {
  const { retryAfterMs } = error.facts;
  return ApplicationFailure.create({
    message: error.message,
    type: error.kind,
    details: [error.facts],
    ...(retryAfterMs !== undefined && {
      nextRetryDelay: Math.min(Math.max(retryAfterMs, RETRY_AFTER_MS.least), RETRY_AFTER_MS.most),
    }),
  });
}
