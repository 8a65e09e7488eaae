import type { Client } from '@temporalio/client';
import { CANCELLED, DEADLINE_EXCEEDED, grpcCodeOf } from './grpc-code.ts';

/** Follows a run from outside, by the server's own long poll: no query, no worker, nothing billed. */
export interface CheckoutWatch {
  /**
   * Waits until the run has written something since the call before, or until the time is over. The first call
   * only takes the mark, and returns at once: read the state after it, and nothing is missed in between.
   */
  next(limit: { timeoutMs: number; signal: AbortSignal }): Promise<void>;
}

export function createCheckoutWatch(client: Client, workflowId: string): CheckoutWatch {
  const { namespace } = client.options;
  let mark: Uint8Array | undefined;

  return {
    async next({ timeoutMs, signal }) {
      const request = {
        namespace,
        execution: { workflowId },
        waitNewEvent: true,
        ...(mark !== undefined && { nextPageToken: mark }),
      };
      try {
        const { nextPageToken } = await client.withDeadline(Date.now() + timeoutMs, () =>
          client.withAbortSignal(signal, () => client.workflowService.getWorkflowExecutionHistory(request)),
        );
        // Without a token the run is closed, and says so itself.
        mark = nextPageToken?.length ? nextPageToken : mark;
      } catch (error) {
        if (!isTimeOver(error)) throw error;
      }
    },
  };
}

/** Given up by the caller, or out of time. */
function isTimeOver(error: unknown): boolean {
  return [CANCELLED, DEADLINE_EXCEEDED].includes(grpcCodeOf(error) ?? -1);
}
