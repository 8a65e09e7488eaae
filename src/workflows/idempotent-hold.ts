import { ActivityFailure, ApplicationFailure, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { SeatFunctionActivities } from '../activities/seat-functions.ts';
import { seatsTaskQueue } from '../checkout/task-queues.ts';
import type { AnswerOf, DataOf } from '../seat-functions/wire.ts';

export interface IdempotentHoldInput {
  data: DataOf<'hold_seats_seatsio'>;
}

/** What the key stands for from now on: the hold, or its refusal. */
export type IdempotentHoldResult =
  | { held: AnswerOf<'hold_seats_seatsio'> }
  | { refused: { code: string; message: string; seats: string[] } };

/**
 * One `hold_seats_seatsio` under an idempotency key. The run is the record of the key: its result is the answer to
 * every later call. Without one in time the server ends it as timed out, and the key may be tried again. A try that is
 * under way then may still hold, for a caller who has gone: its seats are free when its token ends, ten minutes later.
 */
export async function idempotentHold({ data }: IdempotentHoldInput): Promise<IdempotentHoldResult> {
  const { hold_seats_seatsio } = proxyActivities<SeatFunctionActivities>({
    taskQueue: seatsTaskQueue(workflowInfo().taskQueue),
    // A slow token, a slow hold, and the freeing of what it may have held.
    startToCloseTimeout: '12 seconds',
    retry: { initialInterval: '500 milliseconds', maximumInterval: '5 seconds' },
    summary: 'Hold the seats with a new token',
  });
  try {
    return { held: await hold_seats_seatsio(data) };
  } catch (error) {
    const cause = error instanceof ActivityFailure ? error.cause : undefined;
    if (!(cause instanceof ApplicationFailure) || !cause.nonRetryable) throw error;
    const [details] = (cause.details ?? []) as { seats?: string[] }[];
    return {
      refused: { code: cause.type ?? 'refused', message: cause.message, seats: details?.seats ?? [] },
    };
  }
}
