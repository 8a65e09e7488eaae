import {
  type Client,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { NoAnswerError, NotAskedError } from './checkout-errors.ts';
import { DEADLINE_EXCEEDED, grpcCodeOf, isSilence, UNAVAILABLE } from './grpc-code.ts';

/** Longer than the hold step may take. A caller that gives up earlier loses nothing: the same call joins. */
const ANSWER_WITHIN_MS = 45_000;
/** Reads by id need no worker. */
const READ_WITHIN_MS = 5_000;

/** Waits for a worker's answer to an update. @throws NoAnswerError when none came in time */
export async function answered<T>(client: Client, call: () => Promise<T>): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, call);
  } catch (error) {
    const code = grpcCodeOf(error);
    const isLate = error instanceof WorkflowUpdateRPCTimeoutOrCancelledError;
    // Of a connection that broke nobody knows what it had carried before.
    if (!isLate && code !== DEADLINE_EXCEEDED && code !== UNAVAILABLE) throw error;
    throw new NoAnswerError('no answer came in time; call again to join', { cause: error });
  }
}

/** Reads what Temporal has, before anything is changed. @throws NotAskedError when it says nothing */
export async function readBefore<T>(client: Client, read: () => Promise<T>): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + READ_WITHIN_MS, read);
  } catch (error) {
    if (!isSilence(error)) throw error;
    throw new NotAskedError('Temporal does not answer; nothing was changed', { cause: error });
  }
}

/** Reads what became of a change. @throws NoAnswerError when Temporal does not say */
export async function readAfter<T>(client: Client, read: () => Promise<T>): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + READ_WITHIN_MS, read);
  } catch (error) {
    if (!isSilence(error)) throw error;
    throw new NoAnswerError('it was done, or not: call again to see', { cause: error });
  }
}

/** The type with which a workflow refused an update (`REFUSAL` in messages.ts), if that is what happened. */
export function refusalOf(error: unknown): string | null | undefined {
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  return cause instanceof ApplicationFailure ? cause.type : undefined;
}

/** The sentence with which a workflow refused an update. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  return cause?.message ?? 'it was refused';
}
