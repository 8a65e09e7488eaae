import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { idempotentHold } from '../../src/workflows/idempotent-hold.ts';
import { allotTicketsUpdate } from '../../src/workflows/messages.ts';
import type { reconcile as reconcileEvent } from '../../src/workflows/reconcile.ts';
import { useRecorder } from './use-recorder.ts';

/** The workflows beside the checkout. */
const { stack, checkouts, record, newOrder } = await useRecorder();

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
