import { expect, test } from 'vitest';
import { TooLateToCancelError } from '../../src/checkout-errors.ts';
import { orderOf, report, useStack } from '../stack/use-stack.ts';

const stack = await useStack();
const checkouts = stack.checkouts();

test('a payment that failed for good frees the seats at once', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'failed', ['A-1', ['Floor', 2]]);

  await checkouts.start(order);
  await checkouts.openPayment(order.orderId, 'pi_unknown_to_the_provider');
  await checkouts.recordPayment(report(order, 'pi_unknown_to_the_provider', 'failed'));

  expect(await checkouts.result(order.orderId)).toMatchObject({
    outcome: 'payment_failed',
    reason: 'failed',
  });
  const { seats } = await stack.ledgers.ofEvent(eventId);
  expect(seats.map(({ effect }) => effect)).toEqual(['held', 'held', 'released', 'released']);
  await stack.expectLaw(eventId);
});

test('a payment that is reported as failed cannot be paid any more, whoever was wrong about it', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'stopped', ['A-1']);
  await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay(order);
  await checkouts.recordPayment(report(order, paymentId, 'failed'));

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'payment_failed' });
  await expect(confirm()).rejects.toMatchObject({ code: 'payment_intent_unexpected_state' });
  await stack.expectLaw(eventId);
});

test('a payment that is reported as failed, and was paid, is sold: the provider decides', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'overtaken', ['A-1', ['Floor', 1]]);
  await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay(order);
  await confirm();
  await checkouts.recordPayment(report(order, paymentId, 'failed'));

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', paymentId });
  await stack.expectLaw(eventId);
});

test('a buyer who cancels gets the result, and the payment that was open is cancelled before the seats are freed', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'cancelled', ['A-1']);

  await checkouts.start(order);
  const { paymentId } = await stack.pay(order);
  await checkouts.openPayment(order.orderId, paymentId);
  const stop = await stack.fault({
    system: 'stripe',
    call: 'cancel',
    match: paymentId,
    action: { type: 'pause' },
  });
  const cancelled = checkouts.cancel(order.orderId);
  await stop.hit();
  expect((await stack.ledgers.ofEvent(eventId)).seats.map(({ effect }) => effect)).toEqual(['held']);
  await stop.release();

  expect(await cancelled).toMatchObject({
    outcome: 'cancelled',
    payments: [{ paymentId, state: 'canceled' }],
  });
  expect(await checkouts.cancel(order.orderId), 'cancelled again').toMatchObject({ outcome: 'cancelled' });
  await stack.expectLaw(eventId);
});

test("cancelling the workflow in Temporal is the buyer's cancel by another way", async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'operator', ['A-1']);

  const { workflowId } = await checkouts.start(order);
  await stack.temporal.workflow.getHandle(workflowId).cancel();

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'cancelled' });
  await stack.expectLaw(eventId);
});

test('a cancel that comes after the payment is refused, and the order is sold', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'toolate', ['A-1']);

  await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay(order);
  await confirm();
  const book = await stack.fault({
    system: 'seatsio',
    call: 'book',
    match: `${order.orderId}-1`,
    action: { type: 'pause' },
  });
  await checkouts.recordPayment(report(order, paymentId, 'captured'));
  await book.hit();
  await expect(checkouts.cancel(order.orderId)).rejects.toBeInstanceOf(TooLateToCancelError);
  await book.release();

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed' });
  await stack.expectLaw(eventId);
});

test('seats that another order holds are unavailable, by name, and nothing of the order stays held', async () => {
  const eventId = await stack.newEvent();
  const first = orderOf(eventId, 'first', ['A-1', 'A-2']);
  const second = orderOf(eventId, 'second', ['A-2', 'A-3', ['Floor', 1]]);

  await checkouts.start(first);
  const refused = await checkouts.start(second);

  expect(refused).toMatchObject({
    state: 'ended',
    result: { outcome: 'unavailable', reason: 'refused', seats: ['A-2'] },
  });
  await checkouts.cancel(first.orderId);
  await stack.expectLaw(eventId);
});

test('an area that is given as a seat is refused at once, by name, and nothing of it stays held', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'area', ['Floor']);

  expect(await checkouts.start(order)).toMatchObject({
    result: { outcome: 'unavailable', reason: 'refused', seats: ['Floor'] },
  });
  const { seats } = await stack.ledgers.ofEvent(eventId);
  expect(seats.filter(({ effect }) => effect === 'held')).toHaveLength(1);
  await stack.expectLaw(eventId);
});

test('an event that Seats.io does not know is said to be unknown', async () => {
  const order = orderOf('NoSuchEvent', `unknown${process.pid}x${Date.now()}`, ['A-1']);

  expect(await checkouts.start(order)).toMatchObject({
    state: 'ended',
    result: { outcome: 'unavailable', reason: 'event_not_found' },
  });
});

test.each<[string, Parameters<typeof orderOf>[2]]>([
  ['seats and places', ['A-1', ['Floor', 2]]],
  ['places alone', [['Floor', 2]]],
])(
  'a hold of %s that was lost before the book is taken anew when they are still free',
  async (_what, wanted) => {
    const eventId = await stack.newEvent();
    const order = orderOf(eventId, 'rebook', wanted);

    const hold = await checkouts.start(order);
    if (hold.state === 'held') await stack.seatsio.holdTokens.expiresInMinutes(hold.token, 0);
    await stack.buy(checkouts, order);

    expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed' });
    const { seats } = await stack.ledgers.ofEvent(eventId);
    expect(seats.filter(({ effect }) => effect === 'booked')).toHaveLength(wanted.length);
    await stack.expectLaw(eventId);
  },
);

test('places that were taken off a living token are not mistaken for booked ones', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'released', [['Floor', 2]]);

  const hold = await checkouts.start(order);
  const token = hold.state === 'held' ? hold.token : '';
  await stack.seatsio.events.release(eventId, [{ objectId: 'Floor', quantity: 2 }], token);
  await stack.buy(checkouts, order);

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed' });
  const { seats } = await stack.ledgers.ofEvent(eventId);
  expect(seats.filter(({ effect }) => effect === 'booked')).toMatchObject([{ quantity: 2 }]);
  await stack.expectLaw(eventId);
});

test('places that Seats.io has booked and says it has not are booked once: its log of changes tells', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'refusedafter', [['Floor', 2]]);

  await checkouts.start(order);
  await stack.fault({
    system: 'seatsio',
    call: 'book',
    match: `${order.orderId}-1`,
    action: { type: 'status', status: 400, when: 'after' },
  });
  await stack.buy(checkouts, order);

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed' });
  const { seats } = await stack.ledgers.ofEvent(eventId);
  expect(seats.filter(({ effect }) => effect === 'booked')).toMatchObject([{ quantity: 2 }]);
  await stack.expectLaw(eventId);
});

test('a book that Seats.io refuses, for the seat is gone, gives the captured money back', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'stolen', ['A-1']);

  await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay(order);
  await confirm();
  // The back office books the seat over the hold, which Seats.io allows.
  await stack.seatsio.events.book(eventId, ['A-1'], null, 'back-office');
  await checkouts.recordPayment(report(order, paymentId, 'captured'));

  expect(await checkouts.result(order.orderId)).toMatchObject({
    outcome: 'refunded',
    paymentId,
    reason: 'booking_refused',
  });
  const { money, seats } = await stack.ledgers.ofEvent(eventId);
  expect(money.filter(({ effect }) => effect === 'payment.refunded')).toHaveLength(1);
  expect(
    seats.filter(({ effect }) => effect === 'released'),
    "another's booking stays",
  ).toEqual([]);
});
