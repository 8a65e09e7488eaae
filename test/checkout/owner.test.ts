import { expect, test } from 'vitest';
import { CheckoutClient } from '../../src/client.ts';
import { toTerms } from '../../src/config.ts';
import { orderOf, report, useStack } from '../stack/use-stack.ts';

/** Orders of several callers of one gateway. */
const stack = await useStack();
const clientOf = (owner?: string, holdMinutes = 10) =>
  new CheckoutClient({
    client: stack.temporal,
    taskQueue: 'checkout',
    terms: toTerms(holdMinutes, 1),
    ...(owner !== undefined && { owner }),
  });
const [shop, other] = [clientOf('shop'), clientOf('other')];

test.concurrent("another owner's order is not there: not to be read, cancelled or tried again", async () => {
  const order = orderOf(await stack.newEvent(), 'mine', ['A-1']);
  await shop.start(order);
  const notThere = { name: 'CheckoutNotFoundError', message: expect.stringContaining('is known') };

  await expect(other.status(order.orderId)).rejects.toMatchObject(notThere);
  await expect(other.cancel(order.orderId)).rejects.toMatchObject(notThere);
  await expect(other.result(order.orderId)).rejects.toMatchObject(notThere);
  await expect(other.start(order, { retryOf: 1 })).rejects.toMatchObject({ name: 'RetryRefusedError' });
  expect(await shop.status(order.orderId)).toMatchObject({ status: 'awaiting_payment' });
  expect(await shop.cancel(order.orderId)).toMatchObject({ outcome: 'cancelled' });
});

test.concurrent("who starts another owner's order anew, word for word, learns that the id is taken and nothing more", async () => {
  const order = orderOf(await stack.newEvent(), 'taken', ['A-1']);
  const taken = { name: 'OrderConflictError' };
  await shop.start(order);

  await expect(other.start(order)).rejects.toMatchObject(taken);
  await shop.cancel(order.orderId);
  await expect(other.start(order)).rejects.toMatchObject(taken);
});

test.concurrent('an order stays its owner’s when late money starts its next attempt', async () => {
  const order = orderOf(await stack.newEvent(), 'rescued', ['A-1']);
  await clientOf('shop', 0.3 / 60).start(order);
  expect(await shop.result(order.orderId)).toMatchObject({ outcome: 'expired' });
  const { paymentId, confirm } = await stack.pay(order);
  await confirm();
  await clientOf().recordPayment(report(order, paymentId, 'captured'));
  expect(await stack.temporal.workflow.getHandle(`late/${paymentId}`).result()).toEqual({
    became: 'rescued',
  });

  expect(await shop.result(order.orderId)).toMatchObject({ outcome: 'completed', attempt: 2 });
  await expect(other.status(order.orderId)).rejects.toMatchObject({ name: 'CheckoutNotFoundError' });
});
