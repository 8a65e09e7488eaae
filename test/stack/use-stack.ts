import { afterAll, expect, inject, vi } from 'vitest';
import { report } from '../../proofs/stage/orders.ts';
import { openStage } from '../../proofs/stage/stage.ts';
import type { Order } from '../../src/checkout/order.ts';
import { CheckoutClient } from '../../src/client.ts';
import { toTerms } from '../../src/config.ts';
import { expectLaw } from './ledgers.ts';

export { orderOf, report } from '../../proofs/stage/orders.ts';

/** The shared stack, as a test file sees it. Closes its own connections. */
export async function useStack() {
  const stage = await openStage(inject('stack'));
  afterAll(() => stage.close());

  return {
    ...stage,
    expectLaw: (eventId: string) => expectLaw(stage.ledgers, eventId),

    /** A client whose checkouts hold for so many minutes, on the shared worker's queue unless told otherwise. */
    checkouts: (
      holdMinutes = 10,
      taskQueue = 'checkout',
      more: Parameters<typeof toTerms>[2] & { graceMinutes?: number } = {},
    ) => {
      const terms = toTerms(holdMinutes, more.graceMinutes ?? 1, more);
      return new CheckoutClient({ client: stage.temporal, taskQueue, terms });
    },

    /**
     * Starts the order, and opens a payment for it before its hold is complete: so it is open in time, however short
     * the hold and however slow the machine. What else has to be there in time is done in `meanwhile`, which may
     * give the fault that it has scripted.
     */
    async startOpened<T>(
      checkouts: CheckoutClient,
      order: Order,
      how: Parameters<typeof stage.pay>[1] = {},
      meanwhile?: (payment: Awaited<ReturnType<typeof stage.pay>>) => Promise<T>,
    ) {
      const match = `${order.orderId}-1`;
      const hold = await stage.fault({ system: 'seatsio', call: 'hold', match, action: { type: 'pause' } });
      const started = checkouts.start(order);
      await hold.hit();
      const payment = await stage.pay(order, how);
      const opened = checkouts.openPayment(order.orderId, payment.paymentId);
      const isOpen = async () => {
        const { payments } = await checkouts.status(order.orderId);
        expect(payments).toMatchObject([{ paymentId: payment.paymentId }]);
      };
      await vi.waitFor(isOpen, { timeout: 15_000 });
      const fault = (await meanwhile?.(payment)) as T;
      await hold.release();
      await opened;
      return { ...payment, fault, start: await started };
    },

    /** The buyer pays, and the payment service reports it. */
    async buy(checkouts: CheckoutClient, order: Order): Promise<string> {
      const { paymentId, confirm } = await stage.pay(order);
      await confirm();
      await checkouts.recordPayment(report(order, paymentId, 'captured'));
      return paymentId;
    },
  };
}

export type TestStack = Awaited<ReturnType<typeof useStack>>;
