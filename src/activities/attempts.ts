import type { Client } from '@temporalio/client';
import { createAttempts } from '../attempts.ts';
import type { Payment } from '../checkout/payment.ts';
import { CheckoutBrokenError } from '../checkout-errors.ts';

/** What an attempt's result says of its payments. `ended` is false when there is no result to go by. */
export interface AttemptAccount {
  ended: boolean;
  payments: Payment[];
  /** The payment that paid for the tickets, if the attempt sold. */
  sold?: string;
}

export function createAttemptActivities({ client }: { client: Client }) {
  const attempts = createAttempts(client);
  return {
    /** Reads an attempt by its id. One that is unknown, open or broken has no result. */
    async readAttempt({ orderId, attempt }: { orderId: string; attempt: number }): Promise<AttemptAccount> {
      try {
        const found = await attempts.read(orderId, attempt);
        if (found?.state !== 'ended') return { ended: false, payments: [] };
        const { result } = found;
        const sold = result.outcome === 'completed' ? { sold: result.paymentId } : {};
        return { ended: true, payments: result.payments, ...sold };
      } catch (error) {
        if (error instanceof CheckoutBrokenError) return { ended: false, payments: [] };
        throw error;
      }
    },
  };
}
