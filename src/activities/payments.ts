import { ApplicationFailure } from '@temporalio/activity';
import { cancelKey, captureKey, refundKey } from '../checkout/ids.ts';
import type { Payment } from '../checkout/payment.ts';
import { RemoteError } from '../remote-error.ts';
import type { PaymentProvider } from '../stripe/payment-provider.ts';
import type { ProviderPayment } from '../stripe/provider-payment.ts';
import { callDeadline, isRefusal } from './step.ts';

/** The payment steps, over the provider. Keys are of attempt and step, so that a repeat has no second effect. */
export function createPaymentActivities({ provider }: { provider: PaymentProvider }) {
  return {
    /**
     * Stops every payment that the buyer could still pay. The provider's answer decides: one that was paid
     * meanwhile comes back as `captured`. A payment that the provider does not know cannot be paid.
     */
    async closePayments({
      attemptId,
      paymentIds,
    }: {
      attemptId: string;
      paymentIds: string[];
    }): Promise<Payment[]> {
      return Promise.all(paymentIds.map((paymentId) => close(paymentId, cancelKey(attemptId, paymentId))));
    },

    /** Takes the authorised money. The answer tells: `captured`, or a refusal as any other state. */
    async capturePayment({
      attemptId,
      paymentId,
    }: {
      attemptId: string;
      paymentId: string;
    }): Promise<Payment> {
      try {
        return toPayment(await provider.capture(paymentId, captureKey(attemptId, paymentId), callDeadline()));
      } catch (error) {
        if (!isRefusal(error)) throw error;
        const payment = await provider.lookUp(paymentId, callDeadline());
        return payment ? toPayment(payment) : { paymentId, state: 'failed' };
      }
    },

    /** Gives the whole money back. A payment that was refunded already is left as it is. */
    async refundPayment({ paymentId }: { paymentId: string }): Promise<Payment> {
      const payment = toPayment(await provider.refund(paymentId, refundKey(paymentId), callDeadline()));
      if (payment.state === 'refunded') return payment;
      throw ApplicationFailure.retryable('the provider does not show the whole refund yet', 'unknown');
    },

    /**
     * What the provider knows of the order's payment now; `failed` when it has none, or it is another order's.
     * With `hasToName` it is another's, too, when its metadata names none.
     */
    async lookUpPayment({
      paymentId,
      orderId,
      hasToName = false,
    }: {
      paymentId: string;
      orderId: string;
      hasToName?: boolean;
    }): Promise<Payment> {
      const payment = await provider.lookUp(paymentId, callDeadline());
      const isOurs =
        payment && (payment.orderId === orderId || (payment.orderId === undefined && !hasToName));
      return isOurs ? toPayment(payment) : { paymentId, state: 'failed' };
    },

    /**
     * What the provider says of a payment that was reported without proof. No payment unless its metadata names
     * the order: the same money must not be reported for two.
     */
    async checkClaim(claim: { paymentId: string; orderId: string }): Promise<{ payment?: Payment }> {
      const payment = await provider.lookUp(claim.paymentId, callDeadline());
      return payment?.orderId === claim.orderId ? { payment: toPayment(payment) } : {};
    },
  };

  async function close(paymentId: string, key: string): Promise<Payment> {
    try {
      const payment = toPayment(await provider.cancel(paymentId, key, callDeadline()));
      if (payment.state !== 'authorized') return payment;
      throw ApplicationFailure.retryable('the authorisation is still open after its cancellation', 'unknown');
    } catch (error) {
      // Only the provider's own word says that there is no such payment; a bare 404 may be a proxy's.
      const unknown = error instanceof RemoteError && error.facts.code === 'resource_missing';
      if (unknown) return { paymentId, state: 'canceled' };
      throw error;
    }
  }
}

function toPayment({ paymentId, state, money, captured, refunded }: ProviderPayment): Payment {
  if (captured > 0 && refunded >= captured) return { paymentId, state: 'refunded', money };
  // What went back already is not there to pay with: money of which a part is gone fits no order.
  if (captured > 0) return { paymentId, state: 'captured', money: { ...money, amount: captured - refunded } };
  return { paymentId, state, money };
}
