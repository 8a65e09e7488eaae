import type { Client } from '@temporalio/client';
import { grpcCodeOf } from '../grpc-code.ts';
import { HttpProblem } from './problem.ts';

/** Shorter than any provider waits for the answer to its webhook. */
const WITHIN_MS = 8_000;
const RETRY_AFTER = { 'retry-after': '5' };

/** Hands a report to Temporal. @throws HttpProblem 503 unless Temporal has said that it has it: it is sent again */
export type DurableReport = (hand: () => Promise<void>) => Promise<void>;

export function createDurableReport(client: Pick<Client, 'withDeadline'>): DurableReport {
  return async (hand) => {
    try {
      await client.withDeadline(Date.now() + WITHIN_MS, hand);
    } catch (error) {
      if (grpcCodeOf(error) === undefined) throw error;
      const detail = 'The report is not safe: Temporal did not take it.';
      throw new HttpProblem('unavailable', detail, { headers: RETRY_AFTER }, { cause: error });
    }
  };
}
