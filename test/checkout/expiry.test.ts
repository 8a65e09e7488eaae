import { temporal } from '@temporalio/proto';
import { expect, test } from 'vitest';
import { CheckoutClosingError } from '../../src/checkout-errors.ts';
import { orderOf, report, useStack } from '../stack/use-stack.ts';

const stack = await useStack();
const HALF_A_SECOND = 0.5 / 60;

test('the deadline of a default order is a durable timer of 600 s, started when the hold was completed', async () => {
  const eventId = await stack.newEvent();
  const checkouts = stack.checkouts();
  const order = orderOf(eventId, 'timer', ['A-1']);

  const hold = await checkouts.start(order);
  const history = await stack.temporal.workflow.getHandle(hold.workflowId).fetchHistory();
  const events = history.events ?? [];
  const timer = events.find(({ timerStartedEventAttributes }) => timerStartedEventAttributes);
  const held = events.findLast(
    ({ activityTaskCompletedEventAttributes }) => activityTaskCompletedEventAttributes,
  );

  expect(Number(timer?.timerStartedEventAttributes?.startToFireTimeout?.seconds)).toBe(600);
  expect(Number(timer?.eventId), 'the timer comes after the hold').toBeGreaterThan(Number(held?.eventId));
  const promised = hold.state === 'held' ? Date.parse(hold.deadline) : 0;
  expect(promised - Number(timer?.eventTime?.seconds) * 1000).toBeGreaterThanOrEqual(599_000);
  await checkouts.cancel(order.orderId);
  expect(temporal.api.enums.v1.EventType.EVENT_TYPE_TIMER_STARTED).toBe(timer?.eventType);
});

test('the token of a default order lives one minute longer than the promise, and ends with the sale', async () => {
  const eventId = await stack.newEvent();
  const checkouts = stack.checkouts();
  const order = orderOf(eventId, 'token', ['A-1']);

  const hold = await checkouts.start(order);
  const token = hold.state === 'held' ? hold.token : '';
  const { expiresInSeconds } = await stack.seatsio.holdTokens.retrieve(token);
  expect(expiresInSeconds).toBeGreaterThan(630);
  expect(expiresInSeconds).toBeLessThanOrEqual(660);
  await stack.buy(checkouts, order);
  await checkouts.result(order.orderId);

  await expect(stack.seatsio.holdTokens.retrieve(token)).rejects.toMatchObject({ status: 404 });
  await stack.expectLaw(eventId);
});

test('an order that nobody pays expires: its payments are stopped, then its seats freed', async () => {
  const eventId = await stack.newEvent();
  const checkouts = stack.checkouts(HALF_A_SECOND);
  const order = orderOf(eventId, 'expired', ['A-1', ['Floor', 4]]);

  await stack.startOpened(checkouts, order);

  expect(await checkouts.result(order.orderId)).toMatchObject({
    outcome: 'expired',
    payments: [{ state: 'canceled' }],
  });
  expect(await checkouts.status(order.orderId)).toMatchObject({ status: 'expired', attention: [] });
  await expect(checkouts.openPayment(order.orderId, 'pi_late')).rejects.toBeInstanceOf(CheckoutClosingError);
  await stack.expectLaw(eventId);
});

test('a payment that the provider took before it could be stopped is sold, though the deadline has passed', async () => {
  const eventId = await stack.newEvent();
  const checkouts = stack.checkouts(HALF_A_SECOND);
  const order = orderOf(eventId, 'lastsecond', ['A-1']);

  const { paymentId } = await stack.startOpened(checkouts, order, {}, ({ confirm }) => confirm());

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', paymentId });
  await stack.expectLaw(eventId);
});

test('money reported while the seats are being freed buys them again; money reported after the end is given back', async () => {
  const eventId = await stack.newEvent();
  // Long enough to know its token before it ends.
  const checkouts = stack.checkouts(5 / 60);
  const order = orderOf(eventId, 'late', ['A-1', ['Floor', 2]]);

  const hold = await checkouts.start(order);
  const token = hold.state === 'held' ? hold.token : '';
  const expire = await stack.fault({
    system: 'seatsio',
    call: 'expireToken',
    match: token,
    action: { type: 'pause' },
  });
  const [during, after] = [await stack.pay(order), await stack.pay(order)];
  await during.confirm();
  await after.confirm();
  await expire.hit();
  await checkouts.recordPayment(report(order, during.paymentId, 'captured'));
  await expire.release();
  expect(await checkouts.result(order.orderId)).toMatchObject({
    outcome: 'completed',
    paymentId: during.paymentId,
  });

  await checkouts.recordPayment(report(order, after.paymentId, 'captured'));
  const late = stack.temporal.workflow.getHandle(`late/${after.paymentId}`);
  expect(await late.result()).toEqual({ became: 'refunded' });
  await stack.expectLaw(eventId);
});

test('money reported after an expiry is given back when the order wants it so, once, however often it is reported', async () => {
  const eventId = await stack.newEvent();
  const checkouts = stack.checkouts(HALF_A_SECOND);
  const order = { ...orderOf(eventId, 'after', ['A-1']), lateMoney: 'refund' as const };

  await checkouts.start(order);
  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'expired' });
  const { paymentId, confirm } = await stack.pay(order);
  await confirm();
  await Promise.all([1, 2, 3, 4].map(() => checkouts.recordPayment(report(order, paymentId, 'captured'))));
  await stack.temporal.workflow.getHandle(`late/${paymentId}`).result();
  await checkouts.recordPayment(report(order, paymentId, 'captured'));
  expect(await stack.temporal.workflow.getHandle(`late/${paymentId}`).result()).toEqual({
    became: 'accounted_for',
  });

  const { money } = await stack.ledgers.ofEvent(eventId);
  expect(money.filter(({ effect }) => effect === 'payment.refunded')).toHaveLength(1);
  await stack.expectLaw(eventId);
});
