import { writeFile } from 'node:fs/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { expect, test } from 'vitest';
import { orderOf, report, useStack } from '../stack/use-stack.ts';

const stack = await useStack();
const checkouts = stack.checkouts();
const quick = stack.checkouts(0.3 / 60);

async function record(name: string, workflowId: string) {
  const history = await stack.temporal.workflow.getHandle(workflowId).fetchHistory();
  const json = JSON.stringify({ workflowId, history: JSON.parse(historyToJSON(history)) });
  await writeFile(new URL(`../histories/${name}.json`, import.meta.url), `${json}\n`);
}

async function newOrder(name: string) {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, name, ['A-1', ['Floor', 2]]);
  return { eventId, order, workflowId: `checkout/${order.orderId}` };
}

test('sold, by a captured payment that was opened; and the ticket desk', async () => {
  const { eventId, order, workflowId } = await newOrder('captured');
  await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay(order);
  await checkouts.openPayment(order.orderId, paymentId);
  await confirm();
  await checkouts.recordPayment(report(order, paymentId, 'captured'));
  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed' });
  await record('sold-captured', workflowId);
  await record('ticket-desk', `tickets/${eventId}`);
});

test('sold, by an authorised payment', async () => {
  const { order, workflowId } = await newOrder('authorised');
  await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay(order, { capture: 'manual' });
  await confirm();
  await checkouts.recordPayment(report(order, paymentId, 'authorized'));
  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed' });
  await record('sold-authorised', workflowId);
});

test('failed, cancelled, unavailable', async () => {
  const { eventId, order, workflowId } = await newOrder('failed');
  await checkouts.start(order);
  await checkouts.recordPayment(report(order, 'pi_unknown', 'failed'));
  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'payment_failed' });
  await record('payment-failed', workflowId);

  const cancelled = orderOf(eventId, 'cancelled', ['B-1']);
  await checkouts.start(cancelled);
  const refused = orderOf(eventId, 'refused', ['B-1']);
  expect(await checkouts.start(refused)).toMatchObject({ result: { outcome: 'unavailable' } });
  await record('unavailable', `checkout/${refused.orderId}`);
  await checkouts.cancel(cancelled.orderId);
  await record('cancelled', `checkout/${cancelled.orderId}`);
});

test('expired, then rescued by late money', async () => {
  const { order, workflowId } = await newOrder('expired');
  await quick.start(order);
  const { paymentId } = await stack.pay(order);
  await quick.openPayment(order.orderId, paymentId);
  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'expired' });
  await record('expired', workflowId);

  const late = await stack.buy(checkouts, order);
  await stack.temporal.workflow.getHandle(`late/${late}`).result();
  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', attempt: 2 });
  await record('late-rescued', `late/${late}`);
  await record('rescue', `${workflowId}/2`);
});

test('lost and taken anew; lost for good and refunded', async () => {
  for (const stolen of [false, true]) {
    const { eventId, order, workflowId } = await newOrder(stolen ? 'refunded' : 'rebooked');
    const hold = await checkouts.start(order);
    if (hold.state === 'held') await stack.seatsio.holdTokens.expiresInMinutes(hold.token, 0);
    if (stolen) await stack.seatsio.events.book(eventId, ['A-1'], null, 'back-office');
    await stack.buy(checkouts, order);
    expect(await checkouts.result(order.orderId)).toMatchObject({
      outcome: stolen ? 'refunded' : 'completed',
    });
    await record(stolen ? 'refunded' : 'rebooked', workflowId);
  }
});

test('late money that goes back', async () => {
  const { order } = await newOrder('lateback');
  await checkouts.start(order);
  await checkouts.cancel(order.orderId);
  const late = await stack.buy(checkouts, order);
  expect(await stack.temporal.workflow.getHandle(`late/${late}`).result()).toEqual({ became: 'refunded' });
  await record('late-refunded', `late/${late}`);
});
