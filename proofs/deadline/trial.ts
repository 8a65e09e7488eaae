import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import Stripe from 'stripe';
import { checkoutWorkflowId, latePaymentWorkflowId } from '../../src/checkout/ids.ts';
import type { Order } from '../../src/checkout/order.ts';
import type { CheckoutResult } from '../../src/checkout/outcome.ts';
import { CheckoutClosingError } from '../../src/checkout-errors.ts';
import type { CheckoutClient } from '../../src/client.ts';
import type { checkout } from '../../src/workflows/checkout.ts';
import type { LatePaymentResult, latePayment } from '../../src/workflows/late-payment.ts';
import { type Meeting, readDueTime, readMeeting } from './meeting.ts';

/**
 * What races: the report of money that was taken long before, or only authorised, of a payment that nobody
 * opened; or the buyer's own click on a payment that closing will stop.
 */
export type Race = 'captured' | 'authorized' | 'click';

export interface Trial {
  order: Order;
  race: Race;
  paymentId: string;
  /** When the racer started, in ms from the moment the timer was due. */
  sentMs: number;
  /** Undefined: the payment was stopped, or its form never shown: the buyer could not pay, and nothing was reported. */
  meeting: Meeting | undefined;
  /** How the first attempt ended, what became of money that came after it, how the newest attempt ended. */
  first: CheckoutResult;
  became: LatePaymentResult['became'] | undefined;
  newest: CheckoutResult;
}

export interface Shop {
  /** Its checkouts hold for a short while. */
  checkouts: CheckoutClient;
  temporal: Client;
  stripe: Stripe;
}

/**
 * Makes the function that runs one trial: `aimMs` is when the racer starts, from the moment the timer is due. There
 * is no trial when the machine was too slow to hold the seats in time.
 */
export function createTrial({ checkouts, temporal, stripe }: Shop) {
  return async (order: Order, race: Race, aimMs: number): Promise<Trial | undefined> => {
    const { orderId } = order;
    const start = await checkouts.start(order);
    if (start.state === 'ended' && isTooLate(start.result)) return undefined;
    if (start.state === 'ended')
      throw new Error(`order ${orderId} was not held, but ${start.result.outcome}`);
    const { id: paymentId } = await stripe.paymentIntents.create({
      amount: order.total.amount,
      currency: order.total.currency.toLowerCase(),
      capture_method: race === 'authorized' ? 'manual' : 'automatic',
      metadata: { order_id: orderId },
    });
    const isShown = race !== 'click' || (await open(orderId, paymentId));
    if (race !== 'click') await pay(paymentId);

    const workflowId = checkoutWorkflowId(orderId, 1);
    const dueAt = await readDueTime(temporal, workflowId);
    await sleep(Math.max(0, dueAt + aimMs - Date.now()));
    const sentMs = Date.now() - dueAt;
    const paid = race !== 'click' || (isShown && (await pay(paymentId)));
    if (paid) {
      await checkouts.recordPayment({
        eventId: `${paymentId}/paid`,
        orderId,
        attempt: 1,
        paymentId,
        type: race === 'authorized' ? race : 'captured',
        money: order.total,
      });
    }

    const first = await temporal.workflow.getHandle<typeof checkout>(workflowId).result();
    const meeting = paid ? await readMeeting(temporal, workflowId, paymentId) : undefined;
    const became = meeting?.ended ? await becameOf(paymentId) : undefined;
    const newest = await checkouts.result(orderId);
    return { order, race, paymentId, sentMs, meeting, first, became, newest };
  };

  /** Whether the buyer sees the form: not if the machine is so slow that the time is over by then. */
  async function open(orderId: string, paymentId: string): Promise<boolean> {
    try {
      await checkouts.openPayment(orderId, paymentId);
      return true;
    } catch (error) {
      if (error instanceof CheckoutClosingError) return false;
      throw error;
    }
  }

  /** Whether the provider took the money; it refuses for one reason only, that the payment was stopped. */
  async function pay(paymentId: string): Promise<boolean> {
    try {
      await stripe.paymentIntents.confirm(paymentId, { payment_method: 'pm_card_visa' });
      return true;
    } catch (error) {
      const stopped = error instanceof Stripe.errors.StripeError && error.code === STOPPED;
      if (stopped) return false;
      throw error;
    }
  }

  async function becameOf(paymentId: string) {
    const late = temporal.workflow.getHandle<typeof latePayment>(latePaymentWorkflowId(paymentId));
    return (await late.result()).became;
  }
}

/** No answer to the hold within the time that a buyer waits, or none before the short deadline was over. */
function isTooLate(result: CheckoutResult): boolean {
  return result.outcome === 'expired' || (result.outcome === 'unavailable' && result.reason === 'no_answer');
}

const STOPPED = 'payment_intent_unexpected_state';
