import { writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { expect, test, vi } from 'vitest';
import { startWorker } from '../../proofs/stage/worker-process.ts';
import type { idempotentHold } from '../../src/workflows/idempotent-hold.ts';
import { allotTicketsUpdate } from '../../src/workflows/messages.ts';
import type { reconcile as reconcileEvent } from '../../src/workflows/reconcile.ts';
import { orderOf, report, useStack } from '../stack/use-stack.ts';

const stack = await useStack();
const checkouts = stack.checkouts();
const quick = stack.checkouts(0.3 / 60);

/** Above it a history is kept packed. */
const LARGE = 200_000;

/** @param runId of a run that went on as another one; the newest, if not given */
async function record(name: string, workflowId: string, runId?: string) {
  const history = await stack.temporal.workflow.getHandle(workflowId, runId).fetchHistory();
  const json = JSON.stringify({ workflowId, history: JSON.parse(historyToJSON(history), withoutMachine) });
  const file = new URL(`../histories/${name}.json`, import.meta.url);
  if (json.length < LARGE) await writeFile(file, `${json}\n`);
  else await writeFile(`${fileURLToPath(file)}.gz`, gzipSync(json));
}

/** No path and no process of the machine that recorded it: a replay reads neither. */
function withoutMachine(key: string, value: unknown): unknown {
  if (key === 'stackTrace') return undefined;
  return typeof value === 'string' ? value.replace(/^\d+@[\w.]+/, 'recorder') : value;
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

const lateOf = (paymentId: string) => stack.temporal.workflow.getHandle(`late/${paymentId}`);

async function cancelledOrder(name: string) {
  const { order } = await newOrder(name);
  await checkouts.start(order);
  await checkouts.cancel(order.orderId);
  return order;
}

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

const untilLifted = { action: { type: 'status', status: 503, when: 'before' }, times: 'forever' } as const;

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

test('money that comes before the hold is refused; promised money whose seats are gone', async () => {
  const { eventId, order, workflowId } = await newOrder('early');
  await stack.seatsio.events.book(eventId, ['A-1'], null, 'back-office');
  const match = `${order.orderId}-1`;
  const hold = await stack.fault({ system: 'seatsio', call: 'hold', match, action: { type: 'pause' } });
  const started = checkouts.start(order);
  await hold.hit();
  await stack.buy(checkouts, order);
  await hold.release();
  await started;
  expect(await checkouts.result(order.orderId)).toMatchObject({ reason: 'seats_unavailable' });
  await record('refunded-seats-unavailable', workflowId);

  const lost = orderOf(eventId, 'promised', ['B-1']);
  const answer = await checkouts.start(lost);
  if (answer.state === 'held') await stack.seatsio.holdTokens.expiresInMinutes(answer.token, 0);
  await stack.seatsio.events.book(eventId, ['B-1'], null, 'back-office');
  const { paymentId, confirm } = await stack.pay(lost, { capture: 'manual' });
  await confirm();
  await checkouts.recordPayment(report(lost, paymentId, 'authorized'));
  expect(await checkouts.result(lost.orderId)).toMatchObject({
    outcome: 'unavailable',
    payments: [{ paymentId, state: 'canceled' }],
  });
  await record('unavailable-promise-let-go', `checkout/${lost.orderId}`);
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

test('sold, since the provider had the money when it was asked at the deadline', async () => {
  const { order, workflowId } = await newOrder('unreported');
  await stack.startOpened(quick, order, {}, ({ confirm }) => confirm());
  expect(await quick.result(order.orderId)).toMatchObject({ outcome: 'completed' });
  await record('sold-when-asked', workflowId);
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

test('sold, by a report without proof that the provider confirmed', async () => {
  const { order, workflowId } = await newOrder('claim');
  await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay(order);
  await confirm();
  await checkouts.recordPayment(report(order, paymentId, 'captured', { unproven: true }));
  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed' });
  await record('sold-by-a-claim', workflowId);
});

test('refunds that were reported: ours, of somebody else, and one that failed at the bank', async () => {
  const order = await cancelledOrder('refunds');
  const paymentId = await stack.buy(checkouts, order);
  await lateOf(paymentId).result();
  const { order: sold } = await newOrder('refundedoutside');
  await checkouts.start(sold);
  const kept = await stack.buy(checkouts, sold);
  await checkouts.result(sold.orderId);
  for (const [by, about] of [
    ['us', { orderId: order.orderId, paymentId }],
    ['others', { orderId: sold.orderId, paymentId: kept }],
    ['nobody', { orderId: order.orderId, paymentId, failed: true }],
  ] as const) {
    const workflowId = `refund-report/${about.paymentId}/evt_${by}`;
    await checkouts.recordRefund({ ...about, eventId: `evt_${by}` });
    expect(await stack.temporal.workflow.getHandle(workflowId).result()).toEqual({ refundedBy: by });
    await record(`refund-by-${by}`, workflowId);
  }
});

test('sold by a deployment whose sales generate their own tickets', async () => {
  const { order } = await newOrder('persale');
  await stack.setUpTmt({ tickets: 'per-sale' });
  const taskQueue = `per-sale-${order.eventId}`;
  const worker = await startWorker({ ...stack.env, TASK_QUEUE: taskQueue, TMT_TICKETS: 'per-sale' });
  const perSale = stack.checkouts(10, taskQueue);
  // They are generated, and the look at them fails: they are looked for until they are found.
  const action = { type: 'status', status: 503, when: 'before' };
  await stack.fault({ system: 'tmt', call: 'tickets_list_event', match: order.eventId, nth: 2, action });
  await perSale.start(order);
  await stack.buy(perSale, order);
  expect(await perSale.result(order.orderId)).toMatchObject({ outcome: 'completed' });
  await record('sold-per-sale', `checkout/${order.orderId}`);
  await worker.exit('SIGKILL');
  await stack.setUpTmt({ tickets: 'per-event' });
});

test('places of which nobody knew whether they were given back', async () => {
  const { order, workflowId } = await newOrder('back');
  const places = { ...order, seats: order.seats.slice(1), total: { ...order.total, amount: 5_000 } };
  await checkouts.start(places);
  const { paymentId, confirm } = await stack.pay(places, { capture: 'manual' });
  await confirm();
  await stack.stripe.paymentIntents.cancel(paymentId);
  await stack.fault({
    system: 'seatsio',
    call: 'batch',
    match: `${order.orderId}-1`,
    action: { type: 'drop', when: 'before' },
  });
  await checkouts.recordPayment(report(places, paymentId, 'authorized'));
  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'payment_failed' });
  await record('capture-refused-asked-the-log', workflowId);
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

test('a capture that is refused; a second payment that is given back', async () => {
  const refused = await newOrder('capture');
  await checkouts.start(refused.order);
  const { paymentId, confirm } = await stack.pay(refused.order, { capture: 'manual' });
  await confirm();
  await stack.stripe.paymentIntents.cancel(paymentId);
  await checkouts.recordPayment(report(refused.order, paymentId, 'authorized'));
  expect(await checkouts.result(refused.order.orderId)).toMatchObject({ outcome: 'payment_failed' });
  await record('capture-refused', refused.workflowId);

  const twice = await newOrder('twice');
  await checkouts.start(twice.order);
  const first = await stack.pay(twice.order);
  await first.confirm();
  const book = await stack.fault({
    system: 'seatsio',
    call: 'book',
    match: `${twice.order.orderId}-1`,
    action: { type: 'pause' },
  });
  await checkouts.recordPayment(report(twice.order, first.paymentId, 'captured'));
  await book.hit();
  await stack.buy(checkouts, twice.order);
  await book.release();
  expect(await checkouts.result(twice.order.orderId)).toMatchObject({ outcome: 'completed' });
  await record('sold-second-payment-refunded', twice.workflowId);
});

test('a payment in process behind the deadline: sold, and handed over', async () => {
  // Its token lives for a minute, which is too short for the wait.
  const short = stack.checkouts(0.3 / 60, 'checkout', { graceMinutes: 0.9 });
  for (const isPaid of [true, false]) {
    const { order, workflowId } = await newOrder(isPaid ? 'processed' : 'handedover');
    await short.start(order);
    const { paymentId, confirm } = await stack.pay(order, { card: 'pm_card_processing' });
    await confirm();
    await short.recordPayment(report(order, paymentId, 'pending'));
    while ((await short.status(order.orderId)).status !== 'releasing') await setTimeout(20);
    if (!isPaid) await short.cancel(order.orderId);
    await stack.settlePayment(paymentId, 'succeeded');
    await short.recordPayment(report(order, paymentId, 'captured'));
    expect(await short.result(order.orderId)).toMatchObject({ outcome: isPaid ? 'completed' : 'cancelled' });
    await record(isPaid ? 'sold-after-processing' : 'cancelled-in-processing', workflowId);
    if (isPaid) continue;
    await stack.temporal.workflow.getHandle(`late/${paymentId}`).result();
    await record('late-handed-over', `late/${paymentId}`);
  }
});

test('refunded by an operator, and refused', async () => {
  for (const isWritten of [true, false]) {
    const { eventId, order, workflowId } = await newOrder(isWritten ? 'written' : 'operator');
    await checkouts.start(order);
    const writing = await stack.fault({
      system: 'tmt',
      call: 'order_created',
      match: `${order.orderId}-1`,
      action: { type: 'drop', when: isWritten ? 'after' : 'before' },
      times: isWritten ? 1 : 'forever',
    });
    await stack.buy(checkouts, order);
    await writing.hit();
    await checkouts.refundInstead(order.orderId, 'for the record').catch(() => {});
    expect(await checkouts.result(order.orderId)).toMatchObject({
      outcome: isWritten ? 'completed' : 'refunded',
    });
    await record(isWritten ? 'sold-refund-refused' : 'refunded-by-operator', workflowId);
    if (!isWritten) await record('ticket-desk-with-returned-tickets', `tickets/${eventId}`);
  }
});

test("the chart's hold taken over; an answer to a hold of places that was lost", async () => {
  const chart = await newOrder('chart');
  const { holdToken } = await stack.seatsio.holdTokens.create(15);
  const chosen = [{ objectId: 'A-1' }, { objectId: 'Floor', quantity: 2 }];
  await stack.seatsio.events.hold(chart.eventId, chosen, holdToken);
  await checkouts.start(chart.order, { chartToken: holdToken });
  await stack.buy(checkouts, chart.order);
  expect(await checkouts.result(chart.order.orderId)).toMatchObject({ outcome: 'completed' });
  await record('sold-from-chart', chart.workflowId);

  const lost = await newOrder('lost');
  await stack.fault({
    system: 'seatsio',
    call: 'hold',
    match: `${lost.order.orderId}-1`,
    action: { type: 'drop', when: 'before' },
  });
  await checkouts.start(lost.order);
  await checkouts.cancel(lost.order.orderId);
  await record('held-under-a-second-token', lost.workflowId);
});

test('places that were booked in spite of a refusal', async () => {
  const { order, workflowId } = await newOrder('log');
  const places = { ...order, seats: order.seats.slice(1), total: { ...order.total, amount: 5_000 } };
  await checkouts.start(places);
  await stack.fault({
    system: 'seatsio',
    call: 'book',
    match: `${order.orderId}-1`,
    action: { type: 'status', status: 400, when: 'after' },
  });
  await stack.buy(checkouts, places);
  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed' });
  await record('sold-by-the-log', workflowId);
});

test('a step that asked for attention, and went on', async () => {
  const patient = stack.checkouts(10, 'checkout', { attentionMinutes: 1 / 60 });
  const { order, workflowId } = await newOrder('attention');
  await patient.start(order);
  const outage = await stack.fault({
    system: 'seatsio',
    call: 'book',
    match: `${order.orderId}-1`,
    action: { type: 'status', status: 503, when: 'before' },
    times: 'forever',
  });
  await stack.buy(patient, order);
  while ((await patient.status(order.orderId)).attention.length === 0) await setTimeout(20);
  await outage.lift();
  expect(await patient.result(order.orderId)).toMatchObject({ outcome: 'completed' });
  await record('sold-after-attention', workflowId);
});

test('a comparison of an event', async () => {
  const { eventId, order } = await newOrder('compared');
  await checkouts.start(order);
  await stack.buy(checkouts, order);
  await checkouts.result(order.orderId);
  const reconcile = await stack.temporal.workflow.start<typeof reconcileEvent>('reconcile', {
    workflowId: `reconcile/${eventId}`,
    taskQueue: 'checkout',
    args: [{ eventId }],
  });
  await reconcile.result();
  await record('reconcile', reconcile.workflowId);
});

test('a comparison of an event that finds breaches, twice', async () => {
  const { eventId, order, workflowId } = await newOrder('breached');
  await checkouts.start(order);
  const outage = await stack.fault({
    system: 'tmt',
    call: 'order_created',
    match: `${order.orderId}-1`,
    action: { type: 'drop', when: 'before' },
    times: 'forever',
  });
  await stack.buy(checkouts, order);
  await outage.hit();
  await stack.temporal.workflow.getHandle(workflowId).terminate('by the recording');
  await stack.seatsio.events.book(eventId, ['B-1'], null, `${eventId}-unheard-of-1`);
  const reconcile = await stack.temporal.workflow.start<typeof reconcileEvent>('reconcile', {
    workflowId: `reconcile/${eventId}`,
    taskQueue: 'checkout',
    args: [{ eventId, pauseMs: 100 }],
  });
  expect(await reconcile.result()).toMatchObject({ looks: 2 });
  await record('reconcile-first-look', reconcile.workflowId, reconcile.firstExecutionRunId);
  await record('reconcile-second-look', reconcile.workflowId);
});

test('a ticket desk that has served a thousand orders, and goes on', { timeout: 180_000 }, async () => {
  const { eventId, order } = await newOrder('many');
  await checkouts.start(order);
  await stack.buy(checkouts, order);
  await checkouts.result(order.orderId);
  const desk = stack.temporal.workflow.getHandle(`tickets/${eventId}`);
  const { runId } = await desk.describe();
  const seat = { seat: { label: 'A-1' }, categoryKey: '1', categoryLabel: 'Stalls' };
  const request = { attemptId: `${order.orderId}-1`, seats: [seat] };
  let isFull = false;
  const ask = async () => {
    // Those that meet the change of runs are turned away.
    while (!isFull) await desk.executeUpdate(allotTicketsUpdate, { args: [request] }).catch(() => {});
  };
  // Temporal lets ten be under way.
  const asking = Array.from({ length: 8 }, ask);
  while ((await desk.describe()).runId === runId) await setTimeout(100);
  isFull = true;
  await Promise.all(asking);
  await record('ticket-desk-full', desk.workflowId, runId);
  await desk.executeUpdate(allotTicketsUpdate, { args: [request] });
  await record('ticket-desk-next-run', desk.workflowId);
});

test('a seat function under an idempotency key, and its refusal', async () => {
  const eventId = await stack.newEvent();
  for (const name of ['hold-by-key', 'hold-by-key-refused']) {
    const workflowId = `hold-key/${name}-${eventId}`;
    const data = { event_id: eventId, seats: ['A-1', { objectId: 'Floor', quantity: 2 }] };
    await stack.temporal.workflow.execute<typeof idempotentHold>('idempotentHold', {
      workflowId,
      taskQueue: 'checkout',
      args: [{ data }],
    });
    await record(name, workflowId);
  }
});
