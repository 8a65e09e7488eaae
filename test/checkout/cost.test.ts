import { expect, test } from 'vitest';
import { type Cost, costOf } from '../stack/history.ts';
import { orderOf, report, useStack } from '../stack/use-stack.ts';

const stack = await useStack();
const checkouts = stack.checkouts();

/** A try that a busy machine repeats, or a task that it cuts in two, costs more than the design does. */
const RUNS = 3;

test('a plain sale bills at most 10 actions and writes at most 36 events', async () => {
  const eventId = await stack.newEvent();

  const cost = await cheapest((run) => costOfSale(eventId, `plain-${run}`, false));

  expect(cost.actions, cost.billed).toBeLessThanOrEqual(10);
  expect(cost.events, cost.billed).toBeLessThanOrEqual(36);
});

test('telling of the payment first adds 1 action and 5 events', async () => {
  const eventId = await stack.newEvent();

  const cost = await cheapest((run) => costOfSale(eventId, `opened-${run}`, true));

  expect(cost.actions, cost.billed).toBeLessThanOrEqual(11);
  expect(cost.events, cost.billed).toBeLessThanOrEqual(41);
});

test('an expiry bills at most 8 actions and writes at most 28 events', async () => {
  const eventId = await stack.newEvent();
  const short = stack.checkouts(0.2 / 60);

  const cost = await cheapest(async (run) => {
    const order = orderOf(eventId, `expiry-${run}`, [`A-${run}`]);
    const { workflowId } = await short.start(order);
    await short.result(order.orderId);
    return costOf(stack.temporal, workflowId);
  });

  expect(cost.actions, cost.billed).toBeLessThanOrEqual(8);
  expect(cost.events, cost.billed).toBeLessThanOrEqual(28);
});

async function costOfSale(eventId: string, name: string, opened: boolean): Promise<Cost> {
  const order = orderOf(eventId, name, [`A-${name.at(-1)}`, ['Floor', 1]]);
  const { workflowId } = await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay(order);
  if (opened) await checkouts.openPayment(order.orderId, paymentId);
  await confirm();
  await checkouts.recordPayment(report(order, paymentId, 'captured'));
  await checkouts.result(order.orderId);
  return costOf(stack.temporal, workflowId);
}

async function cheapest(run: (number: number) => Promise<Cost>): Promise<Cost> {
  const costs: Cost[] = [];
  for (let number = 1; number <= RUNS; number++) costs.push(await run(number));
  return costs.reduce((best, cost) => (cost.actions < best.actions ? cost : best));
}
