import { expect, test, vi } from 'vitest';
import { orderOf, report, useStack } from '../stack/use-stack.ts';

/** Reports of money without a signature: the provider's word decides, whatever they say. */
const stack = await useStack();
const checkouts = stack.checkouts();
const unproven = { unproven: true } as const;
const SOON = { timeout: 30_000 };

const moneyOf = async (eventId: string, paymentId: string) => {
  const { money } = await stack.ledgers.ofEvent(eventId);
  return money.filter((entry) => entry.paymentId === paymentId).map(({ effect }) => effect);
};
const bookingsOf = async (eventId: string) =>
  (await stack.ledgers.ofEvent(eventId)).seats.filter(({ effect }) => effect === 'booked');

test.concurrent.each([
  { capture: 'automatic', type: 'captured' },
  { capture: 'manual', type: 'authorized' },
] as const)('an unproven report of $type money that the provider confirms buys the seats', async (how) => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, `true-${how.type}`, ['A-1']);
  await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay(order, how);
  await confirm();

  await checkouts.recordPayment(report(order, paymentId, how.type, unproven));

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', paymentId });
  await stack.expectLaw(eventId);
});

test.concurrent('an unproven report of money that was never paid books nothing, and the seats stay held for the buyer', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'lie', ['A-1', ['Floor', 2]]);
  await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay(order);

  await checkouts.recordPayment(report(order, paymentId, 'captured', unproven));
  await checkouts.recordPayment(report(order, 'pi_that_nobody_knows', 'captured', unproven));
  await vi.waitFor(async () => {
    const { payments } = await checkouts.status(order.orderId);
    expect(payments).toEqual([{ paymentId, state: 'open', money: order.total }]);
  }, SOON);
  expect(await bookingsOf(eventId)).toEqual([]);

  await confirm();
  await checkouts.recordPayment(report(order, paymentId, 'captured', unproven));
  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', paymentId });
  await stack.expectLaw(eventId);
});

test.concurrent("another order's money is not sold for, stopped or given back, though it is reported for this one", async () => {
  const eventId = await stack.newEvent();
  const [mine, other] = [orderOf(eventId, 'mine', ['A-1']), orderOf(eventId, 'other', ['A-2'])];
  await Promise.all([checkouts.start(mine), checkouts.start(other)]);
  const { paymentId, confirm } = await stack.pay(other);
  await confirm();

  await checkouts.recordPayment(report(mine, paymentId, 'captured', unproven));
  expect(await checkouts.cancel(mine.orderId)).toMatchObject({ outcome: 'cancelled', payments: [] });
  // Once more, after the end: a late payment reads the provider as well.
  await checkouts.recordPayment(report(mine, paymentId, 'captured', unproven));
  expect(await stack.temporal.workflow.getHandle(`late/${paymentId}`).result()).toEqual({ became: 'unpaid' });

  await checkouts.recordPayment(report(other, paymentId, 'captured'));
  expect(await checkouts.result(other.orderId)).toMatchObject({ outcome: 'completed', paymentId });
  expect(await moneyOf(eventId, paymentId)).toEqual(['payment.created', 'payment.captured']);
  await stack.expectLaw(eventId);
});

test.concurrent.each(['declined', 'pending', 'failed'] as const)(
  "another order's payment that is reported as %s for this one is not stopped, not counted and not sold for",
  async (type) => {
    const eventId = await stack.newEvent();
    const [mine, other] = [orderOf(eventId, `not-${type}`, ['A-1']), orderOf(eventId, `of-${type}`, ['A-2'])];
    await Promise.all([checkouts.start(mine), checkouts.start(other)]);
    const paid = await stack.pay(other);
    const open = await stack.pay(other);
    await paid.confirm();

    for (const { paymentId } of [paid, open]) {
      await checkouts.recordPayment(report(mine, paymentId, type, unproven));
    }
    const cancelled = { outcome: 'cancelled', payments: [] };
    await expect(checkouts.cancel(mine.orderId)).resolves.toMatchObject(cancelled);

    await open.confirm();
    await checkouts.recordPayment(report(other, open.paymentId, 'captured'));
    await checkouts.result(other.orderId);
    await checkouts.recordPayment(report(other, paid.paymentId, 'captured'));
    await stack.temporal.workflow.getHandle(`late/${paid.paymentId}`).result();
    await stack.expectLaw(eventId);
  },
);

test.concurrent('an unproven report that comes late, of money that names no order, is left to its owner', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'nameless', ['A-1']);
  await checkouts.start(order);
  await checkouts.cancel(order.orderId);
  const { amount, currency } = order.total;
  const { id } = await stack.stripe.paymentIntents.create({ amount, currency: currency.toLowerCase() });
  await stack.stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });

  await checkouts.recordPayment(report(order, id, 'captured', unproven));
  expect(await stack.temporal.workflow.getHandle(`late/${id}`).result()).toEqual({ became: 'unpaid' });
  const { amount_received, latest_charge } = await stack.stripe.paymentIntents.retrieve(id, {
    expand: ['latest_charge'],
  });
  expect({
    amount_received,
    refunded: (latest_charge as { amount_refunded?: number }).amount_refunded,
  }).toEqual({
    amount_received: amount,
    refunded: 0,
  });
});

test.concurrent('a proven report of late money that names no order, while an unproven one is asked about, gives it back', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'proven', ['A-1']);
  await checkouts.start(order);
  await checkouts.cancel(order.orderId);
  const { amount, currency } = order.total;
  const { id } = await stack.stripe.paymentIntents.create({ amount, currency: currency.toLowerCase() });
  await stack.stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
  const action = { type: 'pause' };
  const look = await stack.fault({ system: 'stripe', call: 'retrieve', match: id, action });

  await checkouts.recordPayment(report(order, id, 'captured', unproven));
  await look.hit();
  await checkouts.recordPayment(report(order, id, 'captured'));
  await look.release();

  expect(await stack.temporal.workflow.getHandle(`late/${id}`).result()).toEqual({ became: 'refunded' });
  expect((await stack.stripe.refunds.list({ payment_intent: id })).data).toMatchObject([{ amount }]);
});

test.concurrent("money that is reported for another order first, and late, is its own order's all the same", async () => {
  const eventId = await stack.newEvent();
  const [mine, other] = [orderOf(eventId, 'first', ['A-1']), orderOf(eventId, 'owner', ['A-2'])];
  await Promise.all([checkouts.start(mine), checkouts.start(other)]);
  await Promise.all([checkouts.cancel(mine.orderId), checkouts.cancel(other.orderId)]);
  const { paymentId, confirm } = await stack.pay(other);
  await confirm();
  const action = { type: 'pause' };
  const look = await stack.fault({ system: 'stripe', call: 'retrieve', match: paymentId, action });

  await checkouts.recordPayment(report(mine, paymentId, 'captured', unproven));
  await look.hit();
  await checkouts.recordPayment(report(other, paymentId, 'captured'));
  await look.release();

  expect(await stack.temporal.workflow.getHandle(`late/${paymentId}`).result()).toEqual({
    became: 'refunded',
  });
  await stack.expectLaw(eventId);
});

test.concurrent('a payment that outlives its order is not lost, though it is being looked at for another order', async () => {
  const eventId = await stack.newEvent();
  const [mine, other] = [orderOf(eventId, 'taken', ['A-1']), orderOf(eventId, 'leaving', ['A-2'])];
  await Promise.all([checkouts.start(mine), checkouts.start(other)]);
  await checkouts.cancel(mine.orderId);
  const { paymentId, confirm } = await stack.pay(other, { card: 'pm_card_processing' });
  await checkouts.openPayment(other.orderId, paymentId);
  await confirm();
  const action = { type: 'pause' };
  const look = await stack.fault({ system: 'stripe', call: 'retrieve', match: paymentId, action });

  await checkouts.recordPayment(report(mine, paymentId, 'captured', unproven));
  await look.hit();
  expect(await checkouts.cancel(other.orderId)).toMatchObject({
    payments: [{ paymentId, state: 'pending' }],
  });
  await stack.settlePayment(paymentId, 'succeeded');
  await look.release();

  expect(await stack.temporal.workflow.getHandle(`late/${paymentId}`).result()).toEqual({
    became: 'refunded',
  });
  await stack.expectLaw(eventId);
});

test.concurrent('an unproven report that comes while the provider is asked about the one before is asked about as well', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'second', ['A-1']);
  await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay(order);
  const action = { type: 'pause', when: 'after' };
  const look = await stack.fault({ system: 'stripe', call: 'retrieve', match: paymentId, action });

  await checkouts.recordPayment(report(order, paymentId, 'declined', unproven));
  await look.hit();
  await confirm();
  await checkouts.recordPayment(report(order, paymentId, 'captured', unproven));
  await look.release();

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', paymentId });
  await stack.expectLaw(eventId);
});

test.concurrent('an unproven report with the right amount of a payment over another amount buys nothing, and the money goes back', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'amount', ['A-1']);
  await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay(order, { amount: 100 });
  await confirm();

  await checkouts.recordPayment(report(order, paymentId, 'captured', unproven));

  expect(await checkouts.cancel(order.orderId)).toMatchObject({
    outcome: 'cancelled',
    payments: [{ paymentId, state: 'refunded' }],
  });
  await stack.expectLaw(eventId);
});

test.concurrent('a cancel that meets an unproven report of true money waits for the provider, and the money wins', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'race', ['A-1']);
  await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay(order);
  await confirm();
  const action = { type: 'pause' };
  const look = await stack.fault({ system: 'stripe', call: 'retrieve', match: paymentId, action });

  await checkouts.recordPayment(report(order, paymentId, 'captured', unproven));
  await look.hit();
  const cancel = checkouts.cancel(order.orderId).catch((error: unknown) => error);
  await vi.waitFor(async () => {
    expect(await checkouts.status(order.orderId)).toMatchObject({ status: 'releasing' });
  }, SOON);
  await look.release();

  expect(await cancel).toMatchObject({ name: 'TooLateToCancelError' });
  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', paymentId });
  await stack.expectLaw(eventId);
});
