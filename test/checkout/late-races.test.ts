import { expect, test } from 'vitest';
import type { Order } from '../../src/checkout/order.ts';
import { orderOf, report, useStack } from '../stack/use-stack.ts';
import { startWorkerProcess } from '../stack/worker-process.ts';

/** Late money that meets the buyer's next attempt, or the buyer's next click, in an order that is built. */
const stack = await useStack();
const checkouts = stack.checkouts();

async function useExpired(
  name: string,
  lateMoney: 'rescue' | 'refund',
): Promise<{ eventId: string; order: Order }> {
  const eventId = await stack.newEvent();
  const order = { ...orderOf(eventId, name, ['A-1', ['Floor', 2]]), lateMoney };
  await stack.checkouts(0.3 / 60).start(order);
  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'expired', attempt: 1 });
  return { eventId, order };
}

const lateOf = (paymentId: string) => stack.temporal.workflow.getHandle(`late/${paymentId}`);
const countOf = async (eventId: string, effect: string) =>
  (await stack.ledgers.ofEvent(eventId)).money.filter((entry) => entry.effect === effect).length;

test.concurrent('a payment that is being refunded when the buyer begins the next attempt never buys its seats, however often it is reported', async () => {
  const { eventId, order } = await useExpired('refunding', 'refund');
  const { paymentId, confirm } = await stack.pay(order);
  await confirm();
  const refund = await stack.fault({
    system: 'stripe',
    call: 'refund',
    match: paymentId,
    action: { type: 'pause' },
  });
  await checkouts.recordPayment(report(order, paymentId, 'captured'));
  await refund.hit();

  expect(await checkouts.start(order, { retryOf: 1 })).toMatchObject({ state: 'held', attempt: 2 });
  await checkouts.recordPayment(report(order, paymentId, 'captured'));
  await checkouts.recordPayment(report(order, paymentId, 'captured', { attempt: 1 }));
  await refund.release();
  expect(await lateOf(paymentId).result()).toEqual({ became: 'refunded' });
  await checkouts.recordPayment(report(order, paymentId, 'captured'));
  expect(await lateOf(paymentId).result()).toEqual({ became: 'accounted_for' });

  expect(await checkouts.status(order.orderId)).toMatchObject({
    status: 'awaiting_payment',
    attempt: 2,
    payments: [],
  });
  const second = await stack.buy(checkouts, order);
  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', paymentId: second });
  expect(await countOf(eventId, 'payment.refunded')).toBe(1);
  await stack.expectLaw(eventId);
});

test.concurrent('a late decline, and the buyer who pays before the payment is stopped: the money buys the seats', async () => {
  const { eventId, order } = await useExpired('declined', 'rescue');
  const { paymentId, confirm } = await stack.pay(order, { card: 'pm_card_chargeDeclined' });
  await expect(confirm()).rejects.toMatchObject({ code: 'card_declined' });
  const stop = await stack.fault({
    system: 'stripe',
    call: 'cancel',
    match: paymentId,
    action: { type: 'pause' },
  });
  await checkouts.recordPayment(report(order, paymentId, 'declined'));
  await stop.hit();
  await stack.stripe.paymentIntents.confirm(paymentId, { payment_method: 'pm_card_visa' });
  await checkouts.recordPayment(report(order, paymentId, 'captured'));
  await stop.release();

  expect(await lateOf(paymentId).result()).toEqual({ became: 'rescued' });
  expect(await checkouts.result(order.orderId)).toMatchObject({
    outcome: 'completed',
    attempt: 2,
    paymentId,
  });
  await stack.expectLaw(eventId);
});

test.concurrent('late money that comes before the buyer tries again: the buyer joins the attempt that it started', async () => {
  const { eventId, order } = await useExpired('rescued', 'rescue');
  const book = await stack.fault({
    system: 'seatsio',
    call: 'book',
    match: `${order.orderId}-2`,
    action: { type: 'pause' },
  });
  const paymentId = await stack.buy(checkouts, order);
  await book.hit();
  expect(await checkouts.start(order, { retryOf: 1 })).toMatchObject({ state: 'held', attempt: 2 });
  await book.release();

  expect(await checkouts.result(order.orderId)).toMatchObject({
    outcome: 'completed',
    attempt: 2,
    paymentId,
  });
  await stack.expectLaw(eventId);
});

test.concurrent('late money that comes after the buyer has tried again goes back, and new money buys the seats', async () => {
  const { eventId, order } = await useExpired('retried', 'rescue');
  expect(await checkouts.start(order, { retryOf: 1 })).toMatchObject({ state: 'held', attempt: 2 });

  const { paymentId, confirm } = await stack.pay(order);
  await confirm();
  await checkouts.recordPayment(report(order, paymentId, 'captured', { attempt: 1 }));
  expect(await lateOf(paymentId).result()).toEqual({ became: 'refunded' });
  const second = await stack.buy(checkouts, order);

  expect(await checkouts.result(order.orderId)).toMatchObject({
    outcome: 'completed',
    attempt: 2,
    paymentId: second,
  });
  expect(await countOf(eventId, 'payment.refunded')).toBe(1);
  await stack.expectLaw(eventId);
});

test.concurrent('a report that names an earlier attempt does not give the money of a later sale back', async () => {
  const { eventId, order } = await useExpired('misnumbered', 'rescue');
  expect(await checkouts.start(order, { retryOf: 1 })).toMatchObject({ state: 'held', attempt: 2 });
  const { paymentId, confirm } = await stack.pay(order);
  await checkouts.openPayment(order.orderId, paymentId);
  await confirm();

  await checkouts.recordPayment(report(order, paymentId, 'captured', { attempt: 1 }));
  await checkouts.recordPayment(report(order, paymentId, 'captured', { attempt: 2 }));
  expect(await checkouts.result(order.orderId)).toMatchObject({
    outcome: 'completed',
    attempt: 2,
    paymentId,
  });
  expect(await lateOf(paymentId).result()).toEqual({ became: 'accounted_for' });
  await checkouts.recordPayment(report(order, paymentId, 'captured', { attempt: 1 }));

  expect(await lateOf(paymentId).result()).toEqual({ became: 'accounted_for' });
  expect(await countOf(eventId, 'payment.refunded')).toBe(0);
  await stack.expectLaw(eventId);
});

test.concurrent('a payment that waits for its end behind one attempt cannot be opened for the next', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'reused', ['A-1']);
  await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay(order, { card: 'pm_card_processing' });
  await checkouts.openPayment(order.orderId, paymentId);
  await confirm();
  expect(await checkouts.cancel(order.orderId)).toMatchObject({
    payments: [{ paymentId, state: 'pending' }],
  });
  expect(await checkouts.start(order, { retryOf: 1 })).toMatchObject({ state: 'held', attempt: 2 });

  await expect(checkouts.openPayment(order.orderId, paymentId)).rejects.toMatchObject({
    name: 'InvalidInputError',
    message: expect.stringContaining('make a new one'),
  });
  await stack.settlePayment(paymentId, 'succeeded');
  await checkouts.recordPayment(report(order, paymentId, 'captured', { attempt: 1 }));
  expect(await lateOf(paymentId).result()).toEqual({ became: 'refunded' });
  await checkouts.cancel(order.orderId);
  await stack.expectLaw(eventId);
});

test.concurrent('late money that is reported while no worker runs is accepted, and buys the seats once one does', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'noworker', ['A-1']);
  const taskQueue = `late-${eventId}`;
  const start = () => startWorkerProcess({ ...stack.env, TASK_QUEUE: taskQueue });
  const quick = stack.checkouts(0.3 / 60, taskQueue);
  const first = await start();
  await quick.start(order);
  expect(await quick.result(order.orderId)).toMatchObject({ outcome: 'expired' });
  await first.exit('SIGKILL');

  const { paymentId, confirm } = await stack.pay(order);
  await confirm();
  await quick.recordPayment(report(order, paymentId, 'captured', { attempt: 1 }));
  await start();

  expect(await lateOf(paymentId).result()).toEqual({ became: 'rescued' });
  expect(await quick.result(order.orderId)).toMatchObject({ outcome: 'completed', attempt: 2, paymentId });
  await stack.expectLaw(eventId);
});
