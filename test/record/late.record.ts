import { expect, test, vi } from 'vitest';
import { report } from '../stack/use-stack.ts';
import { untilLifted, useRecorder } from './use-recorder.ts';

/** Money that comes when its checkout has ended. */
const { stack, checkouts, quick, record, newOrder, cancelledOrder, lateOf } = await useRecorder();

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

test('late money that goes back', async () => {
  const { order } = await newOrder('lateback');
  await checkouts.start(order);
  await checkouts.cancel(order.orderId);
  const late = await stack.buy(checkouts, order);
  expect(await stack.temporal.workflow.getHandle(`late/${late}`).result()).toEqual({ became: 'refunded' });
  await record('late-refunded', `late/${late}`);
});

test('late money that is let go, never came, is accounted for, or is of no order', async () => {
  const order = await cancelledOrder('late');
  const promised = await stack.pay(order, { capture: 'manual' });
  await promised.confirm();
  await checkouts.recordPayment(report(order, promised.paymentId, 'authorized'));
  expect(await lateOf(promised.paymentId).result()).toEqual({ became: 'canceled' });
  await record('late-canceled', `late/${promised.paymentId}`);

  const stopped = await stack.pay(order);
  await stack.stripe.paymentIntents.cancel(stopped.paymentId);
  await checkouts.recordPayment(report(order, stopped.paymentId, 'declined'));
  expect(await lateOf(stopped.paymentId).result()).toEqual({ became: 'unpaid' });
  await record('late-unpaid', `late/${stopped.paymentId}`);

  const { order: sold } = await newOrder('latesold');
  await checkouts.start(sold);
  const paymentId = await stack.buy(checkouts, sold);
  await checkouts.result(sold.orderId);
  await checkouts.recordPayment(report(sold, paymentId, 'captured'));
  expect(await lateOf(paymentId).result()).toEqual({ became: 'accounted_for' });
  await record('late-accounted-for', `late/${paymentId}`);

  const { order: unknown } = await newOrder('neverstarted');
  const nobodys = await stack.buy(checkouts, unknown);
  expect(await lateOf(nobodys).result()).toEqual({ became: 'attention' });
  await record('late-attention', `late/${nobodys}`);
});

test('late money that reads the attempt again, until that has let its seats go', async () => {
  const { order } = await newOrder('reread');
  const hold = await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay(order, { card: 'pm_card_processing' });
  await checkouts.openPayment(order.orderId, paymentId);
  await confirm();
  const match = hold.state === 'held' ? hold.token : '';
  const letGo = await stack.fault({ system: 'seatsio', call: 'expireToken', match, ...untilLifted });
  const cancelled = checkouts.cancel(order.orderId);
  await letGo.hit();
  await vi.waitFor(async () => {
    const { events } = await lateOf(paymentId).fetchHistory();
    expect(events?.some(({ timerFiredEventAttributes }) => timerFiredEventAttributes)).toBe(true);
  }, 15_000);
  await letGo.lift();
  await cancelled;
  await stack.settlePayment(paymentId, 'succeeded');
  await checkouts.recordPayment(report(order, paymentId, 'captured'));
  expect(await lateOf(paymentId).result()).toEqual({ became: 'refunded' });
  await record('late-read-again', `late/${paymentId}`);
});

test('a late decline whose payment the buyer pays before it is stopped', async () => {
  const { order } = await newOrder('latedecline');
  await quick.start(order);
  await quick.result(order.orderId);
  const { paymentId, confirm } = await stack.pay(order, { card: 'pm_card_chargeDeclined' });
  await expect(confirm()).rejects.toMatchObject({ code: 'card_declined' });
  const action = { type: 'pause' };
  const stop = await stack.fault({ system: 'stripe', call: 'cancel', match: paymentId, action });
  await checkouts.recordPayment(report(order, paymentId, 'declined'));
  await stop.hit();
  await stack.stripe.paymentIntents.confirm(paymentId, { payment_method: 'pm_card_visa' });
  await stop.release();
  expect(await lateOf(paymentId).result()).toEqual({ became: 'rescued' });
  await record('late-paid-before-the-stop', `late/${paymentId}`);
});

test('a payment in process that is handed over to the late payment that another order has opened', async () => {
  const mine = await cancelledOrder('opener');
  const { order, workflowId } = await newOrder('teller');
  await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay(order, { card: 'pm_card_processing' });
  await checkouts.openPayment(order.orderId, paymentId);
  await confirm();
  const action = { type: 'pause' };
  const look = await stack.fault({ system: 'stripe', call: 'retrieve', match: paymentId, action });
  await checkouts.recordPayment(report(mine, paymentId, 'captured', { unproven: true }));
  await look.hit();
  await checkouts.cancel(order.orderId);
  await look.release();
  await record('cancelled-telling-a-late-payment', workflowId);
  await stack.settlePayment(paymentId, 'succeeded');
  await checkouts.recordPayment(report(order, paymentId, 'captured'));
  expect(await lateOf(paymentId).result()).toEqual({ became: 'refunded' });
});

test('late money that was reported for another order first', async () => {
  const [mine, other] = [await cancelledOrder('first'), await cancelledOrder('owner')];
  const { paymentId, confirm } = await stack.pay(other);
  await confirm();
  const action = { type: 'pause' };
  const look = await stack.fault({ system: 'stripe', call: 'retrieve', match: paymentId, action });
  await checkouts.recordPayment(report(mine, paymentId, 'captured', { unproven: true }));
  await look.hit();
  const { runId } = await lateOf(paymentId).describe();
  await checkouts.recordPayment(report(other, paymentId, 'captured'));
  await look.release();
  expect(await lateOf(paymentId).result()).toEqual({ became: 'refunded' });
  await record('late-of-another-order', `late/${paymentId}`, runId);
  await record('late-followed-to-its-order', `late/${paymentId}`);
});
