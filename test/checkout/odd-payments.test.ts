import { expect, test } from 'vitest';
import { orderOf, report, useStack } from '../stack/use-stack.ts';

/** Payments that do not fit. Second payments and duplicates are in money.test.ts and duplicate-payment.test.ts. */
const stack = await useStack();
const checkouts = stack.checkouts();

const moneyOf = async (eventId: string, paymentId: string) => {
  const { money } = await stack.ledgers.ofEvent(eventId);
  return money.filter((entry) => entry.paymentId === paymentId).map(({ effect }) => effect);
};
const TAKEN_AND_GIVEN_BACK = ['payment.created', 'payment.captured', 'payment.refunded'];

test.concurrent.each(['authorized', 'pending', 'declined', 'failed'] as const)(
  'a payment that is reported as %s after it was captured stays captured, and is sold',
  async (later) => {
    const eventId = await stack.newEvent();
    const order = orderOf(eventId, later, ['A-1']);
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
    await checkouts.recordPayment(report(order, paymentId, later));
    await book.release();

    expect(await checkouts.result(order.orderId)).toMatchObject({
      outcome: 'completed',
      payments: [{ paymentId, state: 'captured' }],
    });
    expect(await moneyOf(eventId, paymentId)).toEqual(['payment.created', 'payment.captured']);
    await stack.expectLaw(eventId);
  },
);

test.concurrent.each([
  { odd: 'amount', total: { amount: 2_499, currency: 'USD' } },
  { odd: 'currency', total: { amount: 2_500, currency: 'EUR' } },
])(
  'a payment in another $odd does not buy the seats, they stay held for the right one, and it goes back',
  async ({ odd, total }) => {
    const eventId = await stack.newEvent();
    const order = orderOf(eventId, odd, ['A-1']);
    await checkouts.start(order);
    const wrong = await stack.pay({ ...order, total });
    await wrong.confirm();
    await checkouts.recordPayment(report(order, wrong.paymentId, 'captured', { money: total }));
    expect(await checkouts.status(order.orderId)).toMatchObject({ status: 'awaiting_payment' });

    const paymentId = await stack.buy(checkouts, order);

    expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', paymentId });
    expect(await moneyOf(eventId, wrong.paymentId)).toEqual(TAKEN_AND_GIVEN_BACK);
    await stack.expectLaw(eventId);
  },
);

test.concurrent('a payment of another amount goes back when the right one never comes', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'onlyodd', ['A-1']);
  const total = { amount: 100, currency: 'USD' };
  await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay({ ...order, total });
  await confirm();
  await checkouts.recordPayment(report(order, paymentId, 'captured', { money: total }));

  expect(await checkouts.cancel(order.orderId)).toMatchObject({
    outcome: 'cancelled',
    payments: [{ paymentId, state: 'refunded', money: total }],
  });
  expect(await moneyOf(eventId, paymentId)).toEqual(TAKEN_AND_GIVEN_BACK);
  await stack.expectLaw(eventId);
});

test.concurrent('a payment that came before the hold was done buys the seats as soon as they are held', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'before', ['A-1', ['Floor', 2]]);
  const hold = await stack.fault({
    system: 'seatsio',
    call: 'hold',
    match: `${order.orderId}-1`,
    action: { type: 'pause' },
  });
  const started = checkouts.start(order);
  await hold.hit();
  const paymentId = await stack.buy(checkouts, order);
  await hold.release();

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', paymentId });
  await started;
  await stack.expectLaw(eventId);
});

test.concurrent('a payment for an order that was never started is accepted, and waits for a person', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'neverstarted', ['A-1']);

  const paymentId = await stack.buy(checkouts, order);

  const late = stack.temporal.workflow.getHandle(`late/${paymentId}`);
  expect(await late.result()).toEqual({ became: 'attention' });
  expect((await late.describe()).searchAttributes.NeedsAttention).toEqual([true]);
  expect(await moneyOf(eventId, paymentId), 'never a refund by itself').toEqual([
    'payment.created',
    'payment.captured',
  ]);
});

test.concurrent('a payment that was opened and stayed silent is stopped at the deadline, and only then the seats go', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'silent', ['A-1', ['Floor', 2]]);
  const action = { type: 'pause', when: 'after' };
  const {
    paymentId,
    confirm,
    fault: stop,
  } = await stack.startOpened(stack.checkouts(0.5 / 60), order, {}, ({ paymentId: match }) =>
    stack.fault({ system: 'stripe', call: 'cancel', match, action }),
  );
  await stop.hit();
  const { seats, money } = await stack.ledgers.ofEvent(eventId);
  expect(money.at(-1)).toMatchObject({ effect: 'payment.canceled', paymentId });
  expect(seats.map(({ effect }) => effect)).toEqual(['held', 'held']);
  await stop.release();

  expect(await checkouts.result(order.orderId)).toMatchObject({
    outcome: 'expired',
    payments: [{ paymentId, state: 'canceled' }],
  });
  await expect(confirm()).rejects.toMatchObject({ code: 'payment_intent_unexpected_state' });
  await stack.expectLaw(eventId);
});

test.concurrent('money of which somebody else captured only a part sells nothing: the part goes back, the seats are free', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'part', ['A-1', ['Floor', 1]]);
  await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay(order, { capture: 'manual' });
  await confirm();
  const action = { type: 'pause' };
  const book = await stack.fault({ system: 'seatsio', call: 'book', match: `${order.orderId}-1`, action });
  await checkouts.recordPayment(report(order, paymentId, 'authorized'));
  await book.hit();
  await stack.stripe.paymentIntents.capture(paymentId, { amount_to_capture: order.total.amount - 1 });
  await book.release();

  expect(await checkouts.result(order.orderId)).toMatchObject({
    outcome: 'refunded',
    paymentId,
  });
  expect(await moneyOf(eventId, paymentId)).toEqual([
    'payment.created',
    'payment.authorized',
    'payment.captured',
    'payment.refunded',
  ]);
  await stack.expectLaw(eventId);
});
