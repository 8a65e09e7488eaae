import type { ProtoFailure, RetryState } from '@temporalio/common';
import { optionalTsToMs } from '@temporalio/common/lib/time.js';
import type { coresdk } from '@temporalio/proto';

export interface Retry {
  initialMs: number;
  coefficient: number;
  maximumMs: number;
  /** 0: without end. */
  attempts: number;
}

/** The server's defaults for what a policy leaves out. */
export function retryOf(policy: coresdk.workflow_commands.IScheduleActivity['retryPolicy']): Retry {
  const initialMs = optionalTsToMs(policy?.initialInterval) || 1_000;
  return {
    initialMs,
    coefficient: policy?.backoffCoefficient || 2,
    maximumMs: optionalTsToMs(policy?.maximumInterval) || initialMs * 100,
    attempts: policy?.maximumAttempts ?? 0,
  };
}

/**
 * What follows a failed try, as in the server's history service (1.29, `RetryActivity`): the pause before the
 * next one, or why there is none. A schedule-to-close time-out is a failure that is not retried.
 *
 * @param expiresAt when schedule-to-close ends
 */
export function afterFailure(
  failure: ProtoFailure,
  retry: Retry,
  attempt: number,
  now: number,
  expiresAt: number,
): { pauseMs: number } | { end: RetryState } {
  if (!isRetryable(failure)) return { end: 'NON_RETRYABLE_FAILURE' };
  if (retry.attempts > 0 && attempt >= retry.attempts) return { end: 'MAXIMUM_ATTEMPTS_REACHED' };
  const asked = optionalTsToMs(failure.applicationFailureInfo?.nextRetryDelay);
  const pauseMs = asked || Math.min(retry.initialMs * retry.coefficient ** (attempt - 1), retry.maximumMs);
  return now + pauseMs > expiresAt ? { end: 'TIMEOUT' } : { pauseMs };
}

const START_TO_CLOSE = 1;

function isRetryable(failure: ProtoFailure): boolean {
  if (failure.timeoutFailureInfo) return failure.timeoutFailureInfo.timeoutType === START_TO_CLOSE;
  return failure.applicationFailureInfo?.nonRetryable !== true && !failure.canceledFailureInfo;
}
