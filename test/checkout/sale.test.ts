import { expect, test } from 'vitest';
import { orderOf, report, useStack } from '../stack/use-stack.ts';
import { startWorkerProcess } from '../stack/worker-process.ts';

const stack = await useStack();
const checkouts = stack.checkouts();

test('an order paid by a captured payment is sold: seats booked, tickets issued, order recorded', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'captured', ['A-1', 'A-2', ['Floor', 3]]);

  const hold = await checkouts.start(order);
  expect(hold).toMatchObject({ state: 'held', attempt: 1, workflowId: `checkout/${order.orderId}` });
  const { paymentId, confirm } = await stack.pay(order);
  await checkouts.openPayment(order.orderId, paymentId);
  await confirm();
  await checkouts.recordPayment(report(order, paymentId, 'captured'));
  const result = await checkouts.result(order.orderId);

  expect(result).toMatchObject({
    outcome: 'completed',
    paymentId,
    payments: [{ paymentId, state: 'captured' }],
  });
  expect(
    result.outcome === 'completed' && result.tickets.map(({ object, zoneId }) => [object, zoneId]),
  ).toEqual([
    ['A-1', 'STALLS'],
    ['A-2', 'STALLS'],
    ['Floor', 'FLOOR'],
    ['Floor', 'FLOOR'],
    ['Floor', 'FLOOR'],
  ]);
  await stack.expectLaw(eventId);
  const { money, tmt } = await stack.ledgers.ofEvent(eventId);
  expect(money.map(({ effect }) => effect)).toEqual(['payment.created', 'payment.captured']);
  expect(tmt.filter(({ effect }) => effect === 'ticket.sold')).toHaveLength(5);
});

test('an authorised payment is captured only after the seats are booked', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'authorised', ['B-1']);

  await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay(order, { capture: 'manual' });
  await checkouts.openPayment(order.orderId, paymentId);
  await confirm();
  const capture = await stack.fault({
    system: 'stripe',
    call: 'capture',
    match: paymentId,
    action: { type: 'pause' },
  });
  await checkouts.recordPayment(report(order, paymentId, 'authorized'));
  await capture.hit();
  const { seats } = await stack.ledgers.ofEvent(eventId);
  expect(seats.map(({ effect }) => effect)).toEqual(['held', 'booked']);
  await capture.release();

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', paymentId });
  await stack.expectLaw(eventId);
});

test('a declined card leaves the seats held, and the same payment may succeed with the next one', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'declined', ['C-1']);

  await checkouts.start(order);
  const first = await stack.pay(order, { card: 'pm_card_chargeDeclined' });
  await checkouts.openPayment(order.orderId, first.paymentId);
  await expect(first.confirm()).rejects.toMatchObject({ code: 'card_declined' });
  await checkouts.recordPayment(report(order, first.paymentId, 'declined'));
  expect(await checkouts.status(order.orderId)).toMatchObject({
    status: 'awaiting_payment',
    payments: [{ state: 'open' }],
  });

  await stack.stripe.paymentIntents.confirm(first.paymentId, { payment_method: 'pm_card_visa' });
  await checkouts.recordPayment(report(order, first.paymentId, 'captured'));
  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed' });
  await stack.expectLaw(eventId);
});

test('a payment that nobody opened is registered by its first report', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'unopened', [['Floor', 2]]);

  await checkouts.start(order);
  await stack.buy(checkouts, order);

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed' });
  await stack.expectLaw(eventId);
});

test('with TMT_TICKETS=per-sale each booking generates the tickets of its own order', async () => {
  await stack.setUpTmt({ tickets: 'per-sale' });
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'persale', ['D-1', ['Floor', 2]]);
  const taskQueue = `per-sale-${eventId}`;
  await startWorkerProcess({ ...stack.env, TASK_QUEUE: taskQueue, TMT_TICKETS: 'per-sale' });
  const perSale = stack.checkouts(10, taskQueue);

  await perSale.start(order);
  await stack.buy(perSale, order);
  const result = await perSale.result(order.orderId);

  expect(result.outcome === 'completed' && result.tickets.map(({ object }) => object)).toEqual([
    'D-1',
    'Floor',
    'Floor',
  ]);
  const { tmt } = await stack.ledgers.ofEvent(eventId);
  expect(tmt.find(({ effect }) => effect === 'tickets.generated')).toMatchObject({ count: 3 });
  await stack.expectLaw(eventId);
});
