import { setCurrentDetails, sleep, upsertSearchAttributes } from '@temporalio/workflow';
import type { createRefundAccountActivities } from '../activities/refund-account.ts';
import { NEEDS_ATTENTION } from './messages.ts';
import { createSteps } from './steps.ts';

export interface ReportedRefundInput {
  orderId: string;
  paymentId: string;
  /** The bank did not take it after all: the provider has put the money back to the seller's. */
  failed?: boolean;
  /** How long a step tries before it asks for attention. */
  patienceMs: number;
}

export type ReportedRefundResult = { refundedBy: 'us' | 'others' | 'nobody' };

/** A run that still has the payment in hand ends by itself, soon or after hours. */
const READ_AGAIN_MS = { first: 1_000, most: 60 * 60_000 };

/**
 * Finds out whether a refund that the provider reports is one of ours. Money that somebody else gave back may
 * belong to a sale: its tickets still admit, so a person has to look at it. So does a person at a refund that
 * failed at the bank: the same way would fail again, and only the buyer can say another one.
 */
export async function reportedRefund(input: ReportedRefundInput): Promise<ReportedRefundResult> {
  const { orderId, paymentId, failed, patienceMs } = input;
  const { whoRefunded } = createSteps<ReturnType<typeof createRefundAccountActivities>>(
    { whoRefunded: { summary: 'Find out who refunded the payment' } },
    { patienceMs, onDelay: askForAttention },
  );
  if (failed) {
    askForAttention(
      `the buyer's bank did not take the refund of payment ${paymentId}: pay it back another way`,
    );
    return { refundedBy: 'nobody' };
  }
  for (let pauseMs = READ_AGAIN_MS.first; ; pauseMs = Math.min(2 * pauseMs, READ_AGAIN_MS.most)) {
    const refundedBy = await whoRefunded({ orderId, paymentId });
    if (refundedBy === 'us') return { refundedBy };
    if (refundedBy === 'others') {
      askForAttention(`the provider gave money of payment ${paymentId} back, and it was not by this system`);
      return { refundedBy };
    }
    await sleep(pauseMs, { summary: 'Ask again, a run has the payment in hand' });
  }

  function askForAttention(reason: string, done = false): void {
    upsertSearchAttributes([{ key: NEEDS_ATTENTION, value: !done }]);
    setCurrentDetails(`Refund of order ${orderId}: ${reason}`);
  }
}
