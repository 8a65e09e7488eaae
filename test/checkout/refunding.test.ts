import { expect, test } from 'vitest';
import { TooLateToCancelError } from '../../src/checkout-errors.ts';
import { orderOf, report, useStack } from '../stack/use-stack.ts';

const stack = await useStack();
const checkouts = stack.checkouts();

test('a refund that has begun is seen, cannot be cancelled, is tried until it is done, once, and no ticket comes of the money', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'refunding', ['A-1']);
  await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay(order);
  await confirm();
  // The back office takes the seat over the hold, which Seats.io allows.
  await stack.seatsio.events.book(eventId, ['A-1'], null, 'back-office');
  const refunds = { system: 'stripe', call: 'refund', match: paymentId };
  await stack.fault({ ...refunds, action: { type: 'status', status: 500, when: 'before' } });
  await stack.fault({ ...refunds, nth: 2, action: { type: 'drop', when: 'after' } });
  const refund = await stack.fault({ ...refunds, nth: 3, action: { type: 'pause' } });
  await checkouts.recordPayment(report(order, paymentId, 'captured'));
  await refund.hit();

  await checkouts.recordPayment(report(order, paymentId, 'captured'));
  expect(await checkouts.status(order.orderId)).toMatchObject({ status: 'refunding' });
  await expect(checkouts.cancel(order.orderId)).rejects.toBeInstanceOf(TooLateToCancelError);
  // The seat is free again, but this money has been promised back.
  await stack.seatsio.events.release(eventId, ['A-1']);
  await refund.release();

  expect(await checkouts.result(order.orderId)).toMatchObject({
    outcome: 'refunded',
    paymentId,
    reason: 'booking_refused',
    payments: [{ paymentId, state: 'refunded' }],
  });
  const { money, tmt } = await stack.ledgers.ofEvent(eventId);
  expect(money.map(({ effect }) => effect)).toEqual([
    'payment.created',
    'payment.captured',
    'payment.refunded',
  ]);
  expect(tmt).toEqual([]);
});
