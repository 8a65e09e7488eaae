import { expect, test } from 'vitest';
import { orderOf, report } from '../stack/use-stack.ts';
import { untilLifted, useRecorder } from './use-recorder.ts';

/** Orders of which nothing was sold, and no money was taken for good. */
const { stack, checkouts, quick, record, newOrder, lateOf } = await useRecorder();

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

test('unavailable: not held by the chart, of no event, without an answer', async () => {
  const { eventId, order, workflowId } = await newOrder('empty');
  const { holdToken: chartToken } = await stack.seatsio.holdTokens.create(15);
  const empty = await checkouts.start(order, { chartToken });
  expect(empty).toMatchObject({ result: { reason: 'not_held_by_chart' } });
  await record('unavailable-not-held-by-chart', workflowId);

  const nowhere = { ...order, orderId: `${order.orderId}-nowhere`, eventId: 'NoSuchEvent' };
  expect(await checkouts.start(nowhere)).toMatchObject({ result: { reason: 'event_not_found' } });
  await record('unavailable-event-not-found', `checkout/${nowhere.orderId}`);

  const unanswered = orderOf(eventId, 'unanswered', ['A-1']);
  const match = `${unanswered.orderId}-1`;
  await stack.fault({ system: 'seatsio', call: 'hold', match, ...untilLifted });
  expect(await checkouts.start(unanswered)).toMatchObject({ result: { reason: 'no_answer' } });
  await record('unavailable-no-answer', `checkout/${unanswered.orderId}`);
});

test('money that comes while the seats are let go: back after a cancel, and handed over after the deadline', async () => {
  for (const isCancelled of [true, false]) {
    const { order, workflowId } = await newOrder(isCancelled ? 'toolate' : 'whileending');
    const client = isCancelled ? checkouts : quick;
    const hold = await client.start(order);
    const match = hold.state === 'held' ? hold.token : '';
    const letGo = await stack.fault({ system: 'seatsio', call: 'expireToken', match, ...untilLifted });
    const cancelled = isCancelled && client.cancel(order.orderId);
    await letGo.hit();
    const paymentId = await stack.buy(client, order);
    await letGo.lift();
    await cancelled;
    expect(await stack.temporal.workflow.getHandle(workflowId).result()).toMatchObject(
      isCancelled ? { outcome: 'refunded', reason: 'paid_too_late' } : { outcome: 'expired' },
    );
    await record(isCancelled ? 'refunded-paid-too-late' : 'expired-paid-meanwhile', workflowId);
    if (!isCancelled) await lateOf(paymentId).result();
  }
});

test('cancelled by Temporal, while a payment was opened', async () => {
  const { order, workflowId } = await newOrder('byTemporal');
  await checkouts.start(order);
  const { paymentId } = await stack.pay(order);
  await checkouts.openPayment(order.orderId, paymentId);
  await stack.temporal.workflow.getHandle(workflowId).cancel();
  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'cancelled' });
  await record('cancelled-by-temporal', workflowId);
});
