import { ActivityFailure, CancellationScope, isCancellation } from '@temporalio/workflow';

/**
 * An operator's way out of a sale that cannot be completed: the step under way is broken off, and the money
 * goes back. It is open between the booking and the order record; once that was sent there is only forward.
 */
export interface RefundInstead {
  state: 'not_yet' | 'possible' | 'asked' | 'too_late';
  ask: () => void;
  /** Runs a step that may be broken off; undefined when it was. By then nothing of the step is under way. */
  unlessRefunded: <T>(step: () => Promise<T>) => Promise<T | undefined>;
  /** The order record is at TMT. */
  refuseRefund: () => void;
}

export function createRefundInstead(): RefundInstead {
  let breakOff = () => {};
  const refund: RefundInstead = {
    state: 'not_yet',
    ask: () => {
      refund.state = 'asked';
      breakOff();
    },
    unlessRefunded: async (step) => {
      if (refund.state === 'asked') return undefined;
      refund.state = 'possible';
      const scope = new CancellationScope();
      breakOff = () => scope.cancel();
      try {
        return await scope.run(step);
      } catch (error) {
        const failedMeanwhile = error instanceof ActivityFailure && error.retryState === 'CANCEL_REQUESTED';
        if (scope.consideredCancelled && (isCancellation(error) || failedMeanwhile)) return undefined;
        throw error;
      }
    },
    refuseRefund: () => {
      refund.state = 'too_late';
    },
  };
  return refund;
}
