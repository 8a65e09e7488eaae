import { expect, test } from 'vitest';
import type { Order } from '../../src/checkout/order.ts';
import {
  CheckoutBrokenError,
  CheckoutNotFoundError,
  OrderConflictError,
  RetryRefusedError,
} from '../../src/checkout-errors.ts';
import { orderOf, report, useStack } from '../stack/use-stack.ts';

const stack = await useStack();
const checkouts = stack.checkouts();

async function holdsOf(eventId: string) {
  const { seats } = await stack.ledgers.ofEvent(eventId);
  return seats.filter(({ effect }) => effect === 'held').map(({ label }) => label);
}

async function sell(order: Order) {
  await checkouts.start(order);
  await stack.buy(checkouts, order);
  return checkouts.result(order.orderId);
}

test('an order started many times at once is held once, every caller gets the same hold, and one is told that it started it', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'twice', ['A-1', ['Floor', 2]]);

  const answers = await Promise.all(Array.from({ length: 8 }, () => checkouts.start(order)));
  const later = await checkouts.start({ ...order, seats: order.seats.toReversed() });

  expect(answers.filter(({ created }) => created)).toHaveLength(1);
  expect(later.created).toBe(false);
  const holds = [...answers, later].map((answer) => JSON.stringify({ ...answer, created: undefined }));
  expect(new Set(holds).size).toBe(1);
  expect(await holdsOf(eventId)).toEqual(['A-1', 'Floor']);
  await checkouts.cancel(order.orderId);
  await stack.expectLaw(eventId);
});

test('the same order id with other content is refused, while the checkout is open and after its end', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'conflict', ['A-1']);
  const other = { ...order, seats: [{ label: 'A-2' }] };

  await checkouts.start(order);
  await expect(checkouts.start(other)).rejects.toBeInstanceOf(OrderConflictError);
  await checkouts.cancel(order.orderId);
  await expect(checkouts.start(other)).rejects.toBeInstanceOf(OrderConflictError);
  await expect(checkouts.start(other, { retryOf: 1 })).rejects.toBeInstanceOf(OrderConflictError);

  expect(await holdsOf(eventId)).toEqual(['A-1']);
});

test('an ended order answers with its result; an unsold one may be tried again when the caller says so', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'retry', ['A-1']);

  await checkouts.start(order);
  await checkouts.cancel(order.orderId);
  expect(await checkouts.start(order)).toMatchObject({
    state: 'ended',
    attempt: 1,
    result: { outcome: 'cancelled' },
  });

  const tries = await Promise.all([1, 2, 3].map(() => checkouts.start(order, { retryOf: 1 })));
  for (const again of tries) {
    expect(again).toMatchObject({ state: 'held', attempt: 2, workflowId: `checkout/${order.orderId}/2` });
  }
  expect(await checkouts.start(order), 'without retryOf it joins the open one').toMatchObject({
    state: 'held',
    attempt: 2,
  });
  expect(await holdsOf(eventId)).toEqual(['A-1', 'A-1']);

  const { paymentId, confirm } = await stack.pay(order);
  await checkouts.openPayment(order.orderId, paymentId);
  await confirm();
  await checkouts.recordPayment(report(order, paymentId, 'captured'));
  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', attempt: 2 });
  expect(await checkouts.start(order, { retryOf: 1 })).toMatchObject({
    state: 'ended',
    result: { outcome: 'completed' },
  });
  await expect(checkouts.start(order, { retryOf: 2 })).rejects.toBeInstanceOf(RetryRefusedError);
  await stack.expectLaw(eventId);
});

test('an attempt that does not exist cannot be followed', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'noattempt', ['A-1']);

  await expect(checkouts.start(order, { retryOf: 1 })).rejects.toBeInstanceOf(RetryRefusedError);
  await expect(checkouts.status(order.orderId)).rejects.toBeInstanceOf(CheckoutNotFoundError);
  expect(await holdsOf(eventId)).toEqual([]);
});

test('a checkout that was terminated permits no next attempt: there may be money in it', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'terminated', ['A-1']);

  const { workflowId } = await checkouts.start(order);
  await stack.temporal.workflow.getHandle(workflowId).terminate('by the test');

  await expect(checkouts.start(order)).rejects.toBeInstanceOf(CheckoutBrokenError);
  await expect(checkouts.start(order, { retryOf: 1 })).rejects.toBeInstanceOf(CheckoutBrokenError);
  expect(await holdsOf(eventId)).toEqual(['A-1']);
});

test('a sold order stays sold, whatever is reported of its payment after the end', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'sold', ['A-1']);

  const sold = await sell(order);
  const paymentId = sold.outcome === 'completed' ? sold.paymentId : '';
  for (const type of ['captured', 'declined', 'failed', 'pending', 'authorized'] as const) {
    await checkouts.recordPayment(report(order, paymentId, type));
    const late = await stack.temporal.workflow.getHandle(`late/${paymentId}`).result();
    expect(late).toEqual({ became: 'accounted_for' });
  }
  expect(await checkouts.start(order)).toMatchObject({ state: 'ended', result: sold });
  await stack.expectLaw(eventId);
});
