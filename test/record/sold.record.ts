import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startWorker } from '../../proofs/stage/worker-process.ts';
import { report } from '../stack/use-stack.ts';
import { useRecorder } from './use-recorder.ts';

/** Sales, by whatever way the money came. */
const { stack, checkouts, quick, record, newOrder } = await useRecorder();

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

test('sold, since the provider had the money when it was asked at the deadline', async () => {
  const { order, workflowId } = await newOrder('unreported');
  await stack.startOpened(quick, order, {}, ({ confirm }) => confirm());
  expect(await quick.result(order.orderId)).toMatchObject({ outcome: 'completed' });
  await record('sold-when-asked', workflowId);
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
