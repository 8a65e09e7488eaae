import { expect, test } from 'vitest';
import { orderOf, report, useStack } from '../stack/use-stack.ts';

const stack = await useStack();
const checkouts = stack.checkouts();

test('an order that is paid by a captured payment is sold: seats booked, tickets issued, order recorded', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'captured', ['A-1', 'A-2', ['Floor', 3]]);

  const hold = await checkouts.start(order);
  expect(hold).toMatchObject({ state: 'held', attempt: 1 });
  const { paymentId, confirm } = await stack.pay(order);
  await checkouts.openPayment(order.orderId, paymentId);
  await confirm();
  await checkouts.recordPayment(report(order, paymentId, 'captured'));
  const result = await checkouts.result(order.orderId);

  expect(result).toMatchObject({ outcome: 'completed', paymentId });
  await stack.expectLaw(eventId);
});
