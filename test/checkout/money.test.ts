import { expect, test } from 'vitest';
import { CheckoutClosingError } from '../../src/checkout-errors.ts';
import { orderOf, report, useStack } from '../stack/use-stack.ts';

const stack = await useStack();
const checkouts = stack.checkouts();

const countOf = async (eventId: string, effect: string) => {
  const { seats, tmt, money } = await stack.ledgers.ofEvent(eventId);
  return [...seats, ...tmt, ...money].filter((entry) => entry.effect === effect).length;
};

test('another payment that was opened is stopped when the order is sold, and none can be opened after it', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'two', ['A-1']);

  await checkouts.start(order);
  const other = await stack.pay(order);
  await checkouts.openPayment(order.orderId, other.paymentId);
  await stack.buy(checkouts, order);

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed' });
  await expect(other.confirm()).rejects.toMatchObject({ code: 'payment_intent_unexpected_state' });
  await expect(checkouts.openPayment(order.orderId, other.paymentId)).rejects.toBeInstanceOf(
    CheckoutClosingError,
  );
  await stack.expectLaw(eventId);
});

test('a second captured payment and one of another amount are given back, the sale stands', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'surplus', ['A-1']);

  await checkouts.start(order);
  const book = await stack.fault({
    system: 'seatsio',
    call: 'book',
    match: `${order.orderId}-1`,
    action: { type: 'pause' },
  });
  const odd = await stack.pay(order, { amount: 1_000 });
  await odd.confirm();
  const money = { amount: 1_000, currency: 'USD' };
  await checkouts.recordPayment(report(order, odd.paymentId, 'captured', { money }));
  await stack.buy(checkouts, order);
  await book.hit();
  await stack.buy(checkouts, order);
  await book.release();

  const result = await checkouts.result(order.orderId);
  expect(result.payments.map(({ state }) => state).toSorted()).toEqual(['captured', 'refunded', 'refunded']);
  expect(await countOf(eventId, 'payment.refunded')).toBe(2);
  await stack.expectLaw(eventId);
});

test('money that came before the hold was refused is given back, and the buyer is told', async () => {
  const eventId = await stack.newEvent();
  await checkouts.start(orderOf(eventId, 'holder', ['A-1']));
  const order = orderOf(eventId, 'early', ['A-1']);

  const hold = await stack.fault({
    system: 'seatsio',
    call: 'hold',
    match: `${order.orderId}-1`,
    action: { type: 'pause' },
  });
  const started = checkouts.start(order);
  await hold.hit();
  await stack.buy(checkouts, order);
  await hold.release();

  expect(await started).toMatchObject({ result: { outcome: 'unavailable', seats: ['A-1'] } });
  expect(await checkouts.result(order.orderId)).toMatchObject({
    outcome: 'refunded',
    reason: 'seats_unavailable',
  });
  await checkouts.cancel(`${eventId}-holder`);
  await stack.expectLaw(eventId);
});

test('money that was given back after an expiry does not buy the seats of the next attempt', async () => {
  const eventId = await stack.newEvent();
  const order = { ...orderOf(eventId, 'again', ['A-1']), lateMoney: 'refund' as const };

  await stack.checkouts(0.3 / 60).start(order);
  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'expired' });
  const paymentId = await stack.buy(checkouts, order);
  const late = stack.temporal.workflow.getHandle(`late/${paymentId}`);
  expect(await late.result()).toEqual({ became: 'refunded' });

  expect(await checkouts.start(order, { retryOf: 1 })).toMatchObject({ state: 'held', attempt: 2 });
  await checkouts.recordPayment(report(order, paymentId, 'captured'));
  expect(await late.result()).toEqual({ became: 'accounted_for' });
  expect(await checkouts.status(order.orderId)).toMatchObject({ status: 'awaiting_payment', payments: [] });
  await checkouts.cancel(order.orderId);
  await stack.expectLaw(eventId);
});

test('money for a checkout that was terminated is accepted, and waits for a person', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'terminated', ['A-1']);

  const { workflowId } = await checkouts.start(order);
  await stack.temporal.workflow.getHandle(workflowId).terminate('by the test');
  const paymentId = await stack.buy(checkouts, order);

  const late = stack.temporal.workflow.getHandle(`late/${paymentId}`);
  expect(await late.result()).toEqual({ became: 'attention' });
  expect((await late.describe()).searchAttributes.NeedsAttention).toEqual([true]);
  expect(await countOf(eventId, 'payment.refunded')).toBe(0);
});

test.each([
  ['0', 2],
  ['3600', 1],
])('a remote that says Retry-After: %s neither fails the order nor parks it', async (seconds, times) => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, `retry${seconds}`, ['A-1']);

  await checkouts.start(order);
  const action = { type: 'status', status: 429, when: 'before', headers: { 'retry-after': seconds } };
  await stack.fault({
    system: 'tmt',
    call: 'order_created',
    match: `${order.orderId}-1`,
    action,
    times,
  });
  await stack.buy(checkouts, order);

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed' });
  expect(await countOf(eventId, 'order.created')).toBe(1);
  await stack.expectLaw(eventId);
});

test('an order that TMT has accepted is not sent again, however long it takes to mark the tickets sold', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'slow', ['A-1']);

  await checkouts.start(order);
  // For longer than one try of the step waits: every look at the tickets fails.
  const action = { type: 'status', status: 500, when: 'before' };
  await stack.fault({ system: 'tmt', call: 'tickets_individual', match: eventId, action, times: 105 });
  await stack.buy(checkouts, order);

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed' });
  expect(await countOf(eventId, 'order.created')).toBe(1);
  await stack.expectLaw(eventId);
});
