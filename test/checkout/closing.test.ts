import { expect, test } from 'vitest';
import type { Order } from '../../src/checkout/order.ts';
import type { CheckoutClient } from '../../src/client.ts';
import { orderOf, report, type TestStack, useStack } from '../stack/use-stack.ts';

const stack = await useStack();
const checkouts = stack.checkouts(1 / 60, 'checkout', { attentionMinutes: 2 / 60 });

const startProcessing = (client: CheckoutClient, order: Order) =>
  stack.startOpened(client, order, { card: 'pm_card_processing' }, async ({ paymentId, confirm }) => {
    await confirm();
    await client.recordPayment(report(order, paymentId, 'pending'));
  });

/** An order whose payment the provider is still processing when the deadline comes. */
async function startInProcess(name: string) {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, name, ['A-1', ['Floor', 2]]);
  const { paymentId, start } = await startProcessing(checkouts, order);
  const token = start.state === 'held' ? start.token : '';
  return { eventId, order, paymentId, token };
}

/** An order with an open payment that nobody can stop: the provider cannot be reached for it. */
const startWithOutage = (order: Order) =>
  stack.startOpened(checkouts, order, {}, ({ paymentId }) =>
    stack.fault({
      system: 'stripe',
      call: 'cancel',
      match: paymentId,
      action: { type: 'status', status: 503, when: 'before' },
      times: 'forever',
    }),
  );

async function until<T>(read: () => Promise<T>, isThere: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await read();
    if (isThere(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const isReleasing = (order: { orderId: string }) =>
  until(
    () => checkouts.status(order.orderId),
    ({ status }) => status === 'releasing',
  );

const effectsOf = async (
  eventId: string,
  system: keyof Awaited<ReturnType<TestStack['ledgers']['ofEvent']>>,
) => (await stack.ledgers.ofEvent(eventId))[system].map(({ effect }) => effect);

test.concurrent('seats wait beyond the deadline for a payment that is being processed, and are sold when it succeeds', async () => {
  const { eventId, order, paymentId } = await startInProcess('pendingpaid');
  await isReleasing(order);
  expect(await effectsOf(eventId, 'seats'), 'nothing is freed').toEqual(['held', 'held']);

  await stack.settlePayment(paymentId, 'succeeded');
  await checkouts.recordPayment(report(order, paymentId, 'captured'));

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', paymentId });
  await stack.expectLaw(eventId);
});

test.concurrent('a payment in process that fails after the deadline frees the seats', async () => {
  const { eventId, order, paymentId } = await startInProcess('pendingfailed');
  await isReleasing(order);
  await stack.settlePayment(paymentId, 'canceled');
  await checkouts.recordPayment(report(order, paymentId, 'failed'));

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'expired' });
  await stack.expectLaw(eventId);
});

test.concurrent('a buyer who cancels while a payment is processed is free at once; the money goes back when it comes, though nobody reports it', async () => {
  const { eventId, order, paymentId } = await startInProcess('pendingcancel');
  await isReleasing(order);

  expect(await checkouts.cancel(order.orderId)).toMatchObject({ outcome: 'cancelled' });
  const { status, runId } = await stack.temporal.workflow.getHandle(`late/${paymentId}`).describe();
  expect(status.name, 'somebody waits for the end of the payment').toBe('RUNNING');
  const late = stack.temporal.workflow.getHandle(`late/${paymentId}`, runId);

  await stack.settlePayment(paymentId, 'succeeded');
  await checkouts.recordPayment(report(order, paymentId, 'captured'));
  expect(await late.result()).toEqual({ became: 'refunded' });
  await stack.expectLaw(eventId);
});

test.concurrent('a payment in process for longer than the terms allow loses the seats, and is bought again or given back later', async () => {
  const short = stack.checkouts(0.3 / 60, 'checkout', { maxHoldMinutes: 0.6, graceMinutes: 0.55 });
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'pendinglong', ['A-1']);
  const { paymentId } = await startProcessing(short, order);

  expect(await short.result(order.orderId)).toMatchObject({
    outcome: 'expired',
    payments: [{ paymentId, state: 'pending' }],
  });
  expect(await effectsOf(eventId, 'seats')).toEqual(['held', 'released']);
  await stack.settlePayment(paymentId, 'succeeded');
  await short.recordPayment(report(order, paymentId, 'captured'));
  const late = stack.temporal.workflow.getHandle(`late/${paymentId}`);
  expect(await late.result()).toEqual({ became: 'rescued' });
  expect(await short.result(order.orderId)).toMatchObject({ outcome: 'completed', attempt: 2 });
  await stack.expectLaw(eventId);
});

test.concurrent('a provider that cannot be reached at the deadline: the seats go with their token, the question goes on', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'unreachable', ['A-1']);
  const { paymentId, start, fault: outage } = await startWithOutage(order);

  const { attention } = await until(
    () => checkouts.status(order.orderId),
    (view) => view.attention.length > 0,
  );
  expect(attention).toEqual([expect.stringContaining('Stop the payments')]);
  expect(await effectsOf(eventId, 'seats'), 'the seats are kept while the token lives').toEqual(['held']);

  // The token ends, as it does by itself after hold and grace.
  if (start.state === 'held') await stack.seatsio.holdTokens.expiresInMinutes(start.token, 0);
  expect(await effectsOf(eventId, 'seats')).toEqual(['held', 'released']);
  expect(await checkouts.status(order.orderId)).toMatchObject({ status: 'releasing' });

  await outage.lift();
  expect(await checkouts.result(order.orderId)).toMatchObject({
    outcome: 'expired',
    payments: [{ paymentId, state: 'canceled' }],
  });
  expect(await checkouts.status(order.orderId)).toMatchObject({ attention: [] });
  await stack.expectLaw(eventId);
});

test.concurrent('a provider that could not be reached, and had taken the money: seats that are still free are sold after all', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'unreachablepaid', ['A-1', ['Floor', 1]]);
  const { paymentId, confirm, start, fault: outage } = await startWithOutage(order);
  await confirm();
  await isReleasing(order);
  if (start.state === 'held') await stack.seatsio.holdTokens.expiresInMinutes(start.token, 0);
  await outage.lift();

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', paymentId });
  await stack.expectLaw(eventId);
});

test.concurrent('money that comes while an expired checkout lets its seats go buys them again, as the next attempt', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'whileending', ['A-1']);
  const hold = await checkouts.start(order);
  const outage = await stack.fault({
    system: 'seatsio',
    call: 'expireToken',
    match: hold.state === 'held' ? hold.token : '',
    action: { type: 'status', status: 503, when: 'before' },
    times: 'forever',
  });
  await outage.hit();
  const paymentId = await stack.buy(checkouts, order);
  await outage.lift();

  const first = stack.temporal.workflow.getHandle(`checkout/${order.orderId}`);
  expect(await first.result()).toMatchObject({
    outcome: 'expired',
    payments: [{ paymentId, state: 'captured' }],
  });
  expect(await stack.temporal.workflow.getHandle(`late/${paymentId}`).result()).toEqual({
    became: 'rescued',
  });
  expect(await checkouts.result(order.orderId)).toMatchObject({
    outcome: 'completed',
    attempt: 2,
    paymentId,
  });
  await stack.expectLaw(eventId);
});

test.concurrent('a hold of places whose first call arrives late is made anew under another token, and booked once', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'holdtwice', [['Floor', 2]]);
  // The call waits for longer than its try does: it is given up, and takes effect after its repeat.
  const late = await stack.fault({
    system: 'seatsio',
    call: 'hold',
    match: `${order.orderId}-1`,
    action: { type: 'pause' },
  });
  await checkouts.start(order);
  await late.release();
  await stack.fault({
    system: 'seatsio',
    call: 'book',
    match: `${order.orderId}-1`,
    action: { type: 'drop', when: 'after' },
  });
  await stack.buy(checkouts, order);

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed' });
  const { seats } = await stack.ledgers.ofEvent(eventId);
  expect(seats.filter(({ effect }) => effect === 'booked')).toMatchObject([{ label: 'Floor', quantity: 2 }]);
  await stack.expectLaw(eventId);
});
