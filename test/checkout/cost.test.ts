import { expect, test } from 'vitest';
import { costOf } from '../stack/history.ts';
import { orderOf, report, useStack } from '../stack/use-stack.ts';

const stack = await useStack();

test('a plain sale bills at most 10 actions and writes at most 36 events; telling of the payment first adds 1 and 5', async () => {
  const eventId = await stack.newEvent();
  const checkouts = stack.checkouts();
  const costs: { actions: number; events: number }[] = [];
  for (const opened of [false, true]) {
    const order = orderOf(eventId, opened ? 'opened' : 'plain', [opened ? 'A-1' : 'A-2', ['Floor', 1]]);
    const { workflowId } = await checkouts.start(order);
    const { paymentId, confirm } = await stack.pay(order);
    if (opened) await checkouts.openPayment(order.orderId, paymentId);
    await confirm();
    await checkouts.recordPayment(report(order, paymentId, 'captured'));
    await checkouts.result(order.orderId);
    costs.push(await costOf(stack.temporal, workflowId));
  }
  const [plain, told] = costs;

  expect(plain?.actions).toBeLessThanOrEqual(10);
  expect(plain?.events).toBeLessThanOrEqual(36);
  expect(told?.actions).toBeLessThanOrEqual(11);
  expect(told?.events).toBeLessThanOrEqual(41);
});

test('an expiry bills at most 8 actions and writes at most 28 events', async () => {
  const eventId = await stack.newEvent();
  const checkouts = stack.checkouts(0.2 / 60);
  const order = orderOf(eventId, 'expiry', ['A-1']);

  const { workflowId } = await checkouts.start(order);
  await checkouts.result(order.orderId);
  const cost = await costOf(stack.temporal, workflowId);

  expect(cost.actions).toBeLessThanOrEqual(8);
  expect(cost.events).toBeLessThanOrEqual(28);
});
