import { condition } from '@temporalio/workflow';
import type { CheckoutRun } from './checkout-run.ts';
import type { CheckoutSteps } from './checkout-steps.ts';
import { answerClaim } from './payment-book.ts';

/** Asks the provider about payments that were reported without proof: only so does such a report come to count. */
export interface ClaimCheck {
  /** Until no claim is left. It takes no step when there is none. */
  checkClaims: () => Promise<void>;
  /** Checks each claim as it comes, beside the story, until that has ended. */
  followClaims: () => void;
}

export function createClaimCheck(run: CheckoutRun, steps: CheckoutSteps): ClaimCheck {
  const { orderId } = run.order;
  const { claims } = run.payments;
  let asking: Promise<void> | undefined;
  return { checkClaims, followClaims };

  async function checkClaims(): Promise<void> {
    while (claims.size > 0 || asking) {
      asking ??= askAll().finally(() => {
        asking = undefined;
      });
      await asking;
    }
  }

  function followClaims(): void {
    // Whatever fails here is met again by the story, which checks what is left before it ends.
    follow().catch(() => undefined);
  }

  async function follow(): Promise<void> {
    const isEnded = () => run.phase.status === 'ended';
    for (;;) {
      await condition(() => claims.size > 0 || isEnded());
      if (isEnded()) return;
      await checkClaims();
    }
  }

  async function askAll(): Promise<void> {
    for (const paymentId of claims) {
      // Before the question: a report that comes while it is under way is a new one.
      claims.delete(paymentId);
      try {
        const { payment } = await steps.checkClaim({ orderId, paymentId });
        if (payment) answerClaim(run.payments, payment);
      } catch (error) {
        claims.add(paymentId);
        throw error;
      }
    }
  }
}
