import { expect, test } from 'vitest';
import type { Order } from '../../src/checkout/order.ts';
import { orderOf, report, useStack } from '../stack/use-stack.ts';

const stack = await useStack();
const checkouts = stack.checkouts();

/** An order of a new event whose first attempt has expired. */
async function useExpired(name: string): Promise<{ eventId: string; order: Order }> {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, name, ['A-1', ['Floor', 2]]);
  await stack.checkouts(0.3 / 60).start(order);
  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'expired', attempt: 1 });
  return { eventId, order };
}

const becameOf = (paymentId: string) => stack.temporal.workflow.getHandle(`late/${paymentId}`).result();

test('late money buys the same seats, as the next attempt, once, however often it is reported', async () => {
  const { eventId, order } = await useExpired('late');

  const paymentId = await stack.buy(checkouts, order);
  await checkouts.recordPayment(report(order, paymentId, 'captured'));
  await expect(becameOf(paymentId)).resolves.toMatchObject({
    became: expect.stringMatching(/rescued|accounted_for/),
  });
  expect(await checkouts.result(order.orderId)).toMatchObject({
    outcome: 'completed',
    attempt: 2,
    paymentId,
  });

  await checkouts.recordPayment(report(order, paymentId, 'captured'));
  await checkouts.recordPayment(report(order, paymentId, 'captured', { attempt: 1 }));
  await becameOf(paymentId);
  await stack.expectLaw(eventId);
});

test('a late authorisation is captured once the seats are booked again', async () => {
  const { eventId, order } = await useExpired('authorised');

  const { paymentId, confirm } = await stack.pay(order, { capture: 'manual' });
  await confirm();
  await checkouts.recordPayment(report(order, paymentId, 'authorized'));
  expect(await becameOf(paymentId)).toEqual({ became: 'rescued' });

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', attempt: 2 });
  await stack.expectLaw(eventId);
});

test('late money goes back when somebody else has the seats by now', async () => {
  const { eventId, order } = await useExpired('gone');
  const other = orderOf(eventId, 'other', ['A-1']);
  await checkouts.start(other);

  const paymentId = await stack.buy(checkouts, order);
  expect(await becameOf(paymentId)).toEqual({ became: 'rescued' });
  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'refunded', attempt: 2, paymentId });

  await checkouts.cancel(other.orderId);
  await stack.expectLaw(eventId);
});

test('late money of another amount goes back', async () => {
  const { eventId, order } = await useExpired('odd');

  const { paymentId, confirm } = await stack.pay(order, { amount: 100 });
  await confirm();
  const money = { amount: 100, currency: 'USD' };
  await checkouts.recordPayment(report(order, paymentId, 'captured', { money }));

  expect(await becameOf(paymentId)).toEqual({ became: 'refunded' });
  await stack.expectLaw(eventId);
});

test('a buyer who cancelled gets late money back, not the seats', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'cancelled', ['A-1']);
  await checkouts.start(order);
  await checkouts.cancel(order.orderId);

  const paymentId = await stack.buy(checkouts, order);

  expect(await becameOf(paymentId)).toEqual({ became: 'refunded' });
  expect(await checkouts.status(order.orderId)).toMatchObject({ status: 'cancelled', attempt: 1 });
  await stack.expectLaw(eventId);
});

test('a rescue and a retry of the buyer at the same moment: one attempt, and the money is used once or goes back', async () => {
  const { eventId, order } = await useExpired('race');

  const { paymentId, confirm } = await stack.pay(order);
  await confirm();
  const [, retry] = await Promise.all([
    checkouts.recordPayment(report(order, paymentId, 'captured', { attempt: 1 })),
    checkouts.start(order, { retryOf: 1 }),
  ]);
  expect(retry.attempt).toBe(2);
  const { became } = (await becameOf(paymentId)) as { became: string };
  expect(became).toMatch(/^(rescued|refunded)$/);
  // The buyer came first: the old money went back, and the seats want new money.
  if (became === 'refunded') await stack.buy(checkouts, order);

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', attempt: 2 });
  await stack.expectLaw(eventId);
});

test('a late decline is no money: the payment is stopped, and cannot succeed any more', async () => {
  const { eventId, order } = await useExpired('declined');

  const { paymentId, confirm } = await stack.pay(order, { card: 'pm_card_chargeDeclined' });
  await expect(confirm()).rejects.toMatchObject({ code: 'card_declined' });
  await checkouts.recordPayment(report(order, paymentId, 'declined'));

  // The attempt is over: the payment is stopped, so it can not succeed any more.
  expect(await becameOf(paymentId)).toEqual({ became: 'canceled' });
  await expect(
    stack.stripe.paymentIntents.confirm(paymentId, { payment_method: 'pm_card_visa' }),
  ).rejects.toMatchObject({ code: 'payment_intent_unexpected_state' });
  await stack.expectLaw(eventId);
});
