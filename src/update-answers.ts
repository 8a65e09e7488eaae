import {
  type Client,
  isGrpcServiceError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { NoAnswerError } from './checkout-errors.ts';

/** Longer than the hold step may take. A caller that gives up earlier loses nothing: the same call joins. */
const ANSWER_WITHIN_MS = 60_000;
const DEADLINE_EXCEEDED = 4;

/** Waits for a worker's answer to an update. @throws NoAnswerError after a minute */
export async function answered<T>(client: Client, call: () => Promise<T>): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, call);
  } catch (error) {
    const late = error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isDeadline(error);
    throw late
      ? new NoAnswerError('no worker answered in time; call again to join', { cause: error })
      : error;
  }
}

/** The type with which a workflow refused an update (`REFUSAL` in messages.ts), if that is what happened. */
export function refusalOf(error: unknown): string | null | undefined {
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  return cause instanceof ApplicationFailure ? cause.type : undefined;
}

function isDeadline(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return isGrpcServiceError(cause) && cause.code === DEADLINE_EXCEEDED;
}
