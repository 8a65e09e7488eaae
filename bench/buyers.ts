import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import Stripe from 'stripe';
import { DEMO_KEYS } from '../dev/stand-ins.ts';
import { checkoutWorkflowId } from '../src/checkout/ids.ts';
import type { Order, Seat } from '../src/checkout/order.ts';
import type { Terms } from '../src/checkout/terms.ts';
import type { CheckoutClient } from '../src/client.ts';
import {
  CHECKOUT_STATUS,
  cancelUpdate,
  EVENT_ID,
  holdUpdate,
  NEEDS_ATTENTION,
} from '../src/workflows/messages.ts';
import type { nullCheckout } from './null-checkout.ts';

/** Two seats, and two places of an area: one call to Seats.io. */
const SEATS: readonly Seat[] = [{ label: 'A-1' }, { label: 'A-2' }, { area: 'Floor', quantity: 2 }];
const SEAT_PRICE = 2_500;

/** An order of the event. `seats` are the same four places unless given, so the order before has to be gone. */
export function orderOf(eventId: string, name: string, seats: readonly Seat[] = SEATS): Order {
  return {
    orderId: `${eventId}-${name}`,
    eventId,
    eventName: 'An evening at the club',
    seats: [...seats],
    total: { amount: 2 * SEAT_PRICE, currency: 'USD' },
    buyer: { email: 'ada@example.com', name: 'Ada Byron' },
  };
}

/** A buyer who holds an order's seats and then lets them go. `hold` is what is measured. */
export interface Buyer {
  workflowIdOf(order: Order): string;
  hold(order: Order): Promise<void>;
  cancel(order: Order): Promise<void>;
}

/** Buys from the product, through its client. */
export function createBuyer(checkouts: CheckoutClient): Buyer {
  return {
    workflowIdOf: ({ orderId }) => checkoutWorkflowId(orderId, 1),
    async hold(order) {
      const { state } = await checkouts.start(order);
      if (state !== 'held') throw new Error(`order ${order.orderId}: ${state}, not held`);
    },
    async cancel({ orderId }) {
      await checkouts.cancel(orderId);
    },
  };
}

/** Makes the calls of `CheckoutClient` to the null checkout: update-with-start, then describe the run. */
export function createNullBuyer(client: Client, taskQueue: string, terms: Terms): Buyer {
  const workflowIdOf = ({ orderId }: Order) => `null/${orderId}`;
  return {
    workflowIdOf,
    async hold(order) {
      const startWorkflowOperation = new WithStartWorkflowOperation<typeof nullCheckout>('nullCheckout', {
        workflowId: workflowIdOf(order),
        taskQueue,
        args: [{ order, attempt: 1, terms }],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        workflowIdConflictPolicy: 'USE_EXISTING',
        typedSearchAttributes: [
          { key: EVENT_ID, value: order.eventId },
          { key: CHECKOUT_STATUS, value: 'open' },
          { key: NEEDS_ATTENTION, value: false },
        ],
        memo: { orderHash: '0'.repeat(32) },
        staticSummary: `Order ${order.orderId}`,
      });
      await client.workflow.executeUpdateWithStart(holdUpdate, { args: [order], startWorkflowOperation });
      await client.workflow.getHandle(workflowIdOf(order)).describe();
    },
    async cancel(order) {
      const handle = client.workflow.getHandle<typeof nullCheckout>(workflowIdOf(order));
      await handle.executeUpdate(cancelUpdate);
    },
  };
}

/**
 * Sells orders to buyers who have paid before they ask, so that only the checkout takes time.
 *
 * @returns a function that sells one order and gives the milliseconds from start to completed
 */
export function createSale(checkouts: CheckoutClient, stripeUrl: string): (order: Order) => Promise<number> {
  const { hostname, port } = new URL(stripeUrl);
  const stripe = new Stripe(DEMO_KEYS.stripe, {
    host: hostname,
    port,
    protocol: 'http',
    telemetry: false,
    maxNetworkRetries: 0,
  });
  return async (order) => {
    const { orderId, total } = order;
    const { id } = await stripe.paymentIntents.create({
      amount: total.amount,
      currency: total.currency.toLowerCase(),
      payment_method: 'pm_card_visa',
      confirm: true,
      metadata: { order_id: orderId },
    });
    const startedAt = performance.now();
    await checkouts.start(order);
    await checkouts.openPayment(orderId, id);
    await checkouts.recordPayment({
      eventId: `${id}-1`,
      orderId,
      paymentId: id,
      type: 'captured',
      money: total,
    });
    const { outcome } = await checkouts.result(orderId);
    if (outcome !== 'completed') throw new Error(`order ${orderId}: ${outcome}, not completed`);
    return performance.now() - startedAt;
  };
}
