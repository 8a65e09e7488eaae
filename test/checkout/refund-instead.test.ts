import { expect, test } from 'vitest';
import { RefundRefusedError } from '../../src/checkout-errors.ts';
import { orderOf, useStack } from '../stack/use-stack.ts';

const stack = await useStack();
const checkouts = stack.checkouts();
const REASON = 'the organiser asked for it';
const REFUSED = { type: 'status', status: 503, when: 'before' };

async function paidOrder(name: string) {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, name, ['A-1', ['Floor', 2]]);
  await checkouts.start(order);
  return { eventId, order };
}

const count = async (eventId: string, effect: string) => {
  const { seats, tmt, money } = await stack.ledgers.ofEvent(eventId);
  return [...seats, ...tmt, ...money].filter((entry) => entry.effect === effect).length;
};

test.concurrent('a sale without tickets is refunded when an operator says so: seats free, money back, nothing issued', async () => {
  const { eventId, order } = await paidOrder('notickets');
  const outage = await stack.fault({
    system: 'tmt',
    call: 'tickets_list_event',
    match: eventId,
    action: REFUSED,
    times: 'forever',
  });
  await stack.buy(checkouts, order);
  await outage.hit();

  expect(await checkouts.refundInstead(order.orderId, REASON)).toMatchObject({
    outcome: 'refunded',
    reason: 'operator',
  });
  await outage.lift();

  expect(await count(eventId, 'payment.refunded')).toBe(1);
  await stack.expectLaw(eventId);
});

test.concurrent('the tickets of an order that was refunded instead go to others', async () => {
  const { eventId, order } = await paidOrder('returned');
  const outage = await stack.fault({
    system: 'tmt',
    call: 'order_created',
    match: `${order.orderId}-1`,
    action: REFUSED,
    times: 'forever',
  });
  await stack.buy(checkouts, order);
  await outage.hit();
  expect(await checkouts.refundInstead(order.orderId, REASON)).toMatchObject({ outcome: 'refunded' });
  await outage.lift();

  const next = orderOf(eventId, 'next', ['A-1', ['Floor', 2]]);
  await checkouts.start(next);
  await stack.buy(checkouts, next);
  expect(await checkouts.result(next.orderId)).toMatchObject({ outcome: 'completed' });
  await stack.expectLaw(eventId);
});

test.concurrent('an order record whose absence is proven lets the money go back, once', async () => {
  const { eventId, order } = await paidOrder('absent');
  const outage = await stack.fault({
    system: 'tmt',
    call: 'order_created',
    match: `${order.orderId}-1`,
    action: { type: 'drop', when: 'before' },
    times: 'forever',
  });
  await stack.buy(checkouts, order);
  await outage.hit();

  expect(await checkouts.refundInstead(order.orderId, REASON)).toMatchObject({ outcome: 'refunded' });
  expect(await count(eventId, 'order.created')).toBe(0);
  expect(await count(eventId, 'payment.refunded')).toBe(1);
  await stack.expectLaw(eventId);
});

test.concurrent('an order record that TMT has, though its answer was lost, refuses the refund, and the sale completes', async () => {
  const { eventId, order } = await paidOrder('written');
  await stack.fault({
    system: 'tmt',
    call: 'order_created',
    match: `${order.orderId}-1`,
    action: { type: 'drop', when: 'after' },
  });
  const blind = await stack.fault({
    system: 'tmt',
    call: 'validate_user_platform',
    match: order.buyer.email,
    nth: 2,
    action: REFUSED,
    times: 'forever',
  });
  await stack.buy(checkouts, order);
  await blind.hit();

  const answer = checkouts.refundInstead(order.orderId, REASON).catch((error: unknown) => error);
  // The look for the record is on its way: it decides.
  while ((await blind.hits()) < 2) await new Promise((resolve) => setTimeout(resolve, 50));
  await blind.lift();
  expect(await answer).toBeInstanceOf(RefundRefusedError);
  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed' });
  expect(await count(eventId, 'order.created')).toBe(1);
  expect(await count(eventId, 'payment.refunded')).toBe(0);
  await stack.expectLaw(eventId);
});

test.concurrent('a refund instead is refused with the reason before the seats are sold, and after the end', async () => {
  const { eventId, order } = await paidOrder('toosoon');
  await expect(checkouts.refundInstead(order.orderId, REASON)).rejects.toThrow(/awaiting_payment/);
  await expect(checkouts.refundInstead(order.orderId, '')).rejects.toThrow(/reason/);

  const book = await stack.fault({
    system: 'seatsio',
    call: 'book',
    match: `${order.orderId}-1`,
    action: { type: 'pause' },
  });
  await stack.buy(checkouts, order);
  await book.hit();
  await expect(checkouts.refundInstead(order.orderId, REASON)).rejects.toThrow(/not booked and paid yet/);
  await book.release();

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed' });
  await expect(checkouts.refundInstead(order.orderId, REASON)).rejects.toThrow(/ended as completed/);
  await stack.expectLaw(eventId);
});
