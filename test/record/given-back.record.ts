import { expect, test } from 'vitest';
import { orderOf, report } from '../stack/use-stack.ts';
import { useRecorder } from './use-recorder.ts';

/** Bookings and money that were taken back. */
const { stack, checkouts, record, newOrder, cancelledOrder, lateOf } = await useRecorder();

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
