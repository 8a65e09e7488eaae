import { Client } from '@temporalio/client';
import { expect, test } from 'vitest';
import type { Payment } from '../../src/checkout/payment.ts';
import { CheckoutClient } from '../../src/client.ts';
import { toTerms } from '../../src/config.ts';
import { orderOf, report, useStack } from '../stack/use-stack.ts';

/** How often a read has to ask the attempt itself, which is the work of a worker. */
const stack = await useStack();

function countingClient() {
  const { connection, options } = stack.temporal;
  let queries = 0;
  const client = new Client({
    ...{ connection, namespace: options.namespace },
    interceptors: {
      workflow: [
        {
          query: (input, next) => {
            queries += 1;
            return next(input);
          },
        },
      ],
    },
  });
  const checkouts = new CheckoutClient({ client, taskQueue: 'checkout', terms: toTerms(10, 1) });
  return { checkouts, queries: () => queries };
}

test.concurrent('an order that nothing happened to is asked once, however often it is read', async () => {
  const { checkouts, queries } = countingClient();
  const order = orderOf(await stack.newEvent(), 'unchanged', ['A-1']);
  await checkouts.start(order);
  const first = await checkouts.status(order.orderId);
  first.payments.push({ paymentId: 'pi_of_the_caller', state: 'open' });
  const after = await Promise.all([checkouts.status(order.orderId), checkouts.status(order.orderId)]);

  for (const view of after) expect(view).toMatchObject({ status: 'awaiting_payment', payments: [] });
  expect(queries()).toBe(1);
});

test.concurrent('whatever was opened or reported is in the very next read of every client', async () => {
  const order = orderOf(await stack.newEvent(), 'changing', ['A-1']);
  const readers = [countingClient().checkouts, countingClient().checkouts];
  await stack.checkouts().start(order);
  const expectAllToSee = async (payment: Payment) => {
    for (const reader of readers)
      expect((await reader.status(order.orderId)).payments).toContainEqual(payment);
  };

  for (let n = 1; n <= 8; n += 1) {
    const paymentId = `pi_of_change_${n}`;
    await stack.checkouts().openPayment(order.orderId, paymentId);
    await expectAllToSee({ paymentId, state: 'open' });
    await stack.checkouts().recordPayment(report(order, paymentId, 'declined'));
    await expectAllToSee({ paymentId, state: 'open', money: order.total });
  }
});

test.concurrent('an order that was read before and then cancelled or terminated is not shown as it was', async () => {
  const { checkouts } = countingClient();
  const eventId = await stack.newEvent();
  const [cancelled, terminated] = [orderOf(eventId, 'c', ['A-1']), orderOf(eventId, 't', ['A-2'])];
  for (const order of [cancelled, terminated]) {
    await checkouts.start(order);
    expect(await checkouts.status(order.orderId)).toMatchObject({ status: 'awaiting_payment' });
  }
  await stack.checkouts().cancel(cancelled.orderId);
  await stack.temporal.workflow.getHandle(`checkout/${terminated.orderId}`).terminate();

  expect(await checkouts.status(cancelled.orderId)).toMatchObject({ status: 'cancelled' });
  await expect(checkouts.status(terminated.orderId)).rejects.toMatchObject({ name: 'CheckoutBrokenError' });
});
