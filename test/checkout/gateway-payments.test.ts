import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { Order } from '../../src/checkout/order.ts';
import { createPaymentPoller, isDue } from '../../src/payment-poller.ts';
import { createPaymentProvider } from '../../src/stripe/payment-provider.ts';
import { createRequest } from '../stack/gateway-request.ts';
import { deliver, stripeDelivery, stripeEvent } from '../stack/signed-webhooks.ts';
import { KEYS, useGateway } from '../stack/use-gateway.ts';
import { orderOf, useStack } from '../stack/use-stack.ts';
import { startWorkerProcess } from '../stack/worker-process.ts';

/** What the payment service tells by its key, and what is asked when it tells nothing. */
const stack = await useStack();
const gateway = await useGateway();
const request = createRequest(gateway.url);
const checkouts = stack.checkouts();
let events = 0;

const tell = (order: Order, body: object, key: string | null = KEYS.payments) =>
  request('POST', `/checkouts/${order.orderId}/payments`, { key, body });
function reportOf(type: string, paymentId: string, order: Order) {
  events += 1;
  return { type, eventId: `evt_${process.pid}_told_${events}`, paymentId, money: order.total };
}

test.concurrent('a payment is opened before its form is shown; the answer says when its session has to end', async () => {
  const order = orderOf(await stack.newEvent(), 'opened', ['A-1']);
  const held = await checkouts.start(order);
  const { paymentId } = await stack.pay(order);

  const opened = await tell(order, { type: 'opened', paymentId });
  expect(opened).toMatchObject({ status: 200, body: { attempt: 1 } });
  expect(held).toMatchObject({ deadline: opened.body.deadline });
  expect(await tell(order, { type: 'opened', paymentId })).toMatchObject({ status: 200 });

  await checkouts.cancel(order.orderId);
  expect(await tell(order, { type: 'opened', paymentId })).toMatchObject({
    status: 409,
    body: { type: 'urn:checkout-saga:problem:takes-no-payment' },
  });
  const { money } = await stack.ledgers.ofEvent(order.eventId);
  expect(money.at(-1)).toMatchObject({ effect: 'payment.canceled', paymentId });
});

test.concurrent("another order's payment, and one that is not there, cannot be opened", async () => {
  const eventId = await stack.newEvent();
  const [mine, other] = [orderOf(eventId, 'mine', ['A-1']), orderOf(eventId, 'other', ['A-2'])];
  await checkouts.start(mine);
  const { paymentId } = await stack.pay(other);
  for (const id of [paymentId, 'pi_of_nobody']) {
    expect(await tell(mine, { type: 'opened', paymentId: id })).toMatchObject({ status: 422 });
  }
  expect(await checkouts.cancel(mine.orderId)).toMatchObject({ payments: [] });
});

test.concurrent('captured that is told is asked for at the provider: a lie books nothing, the truth sells', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'told', ['A-1']);
  await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay(order);
  const action = { type: 'pause', when: 'after' };
  const look = await stack.fault({ system: 'stripe', call: 'retrieve', match: paymentId, action });
  expect(await tell(order, reportOf('captured', paymentId, order))).toMatchObject({
    ...{ status: 202, body: { recorded: true } },
  });
  await look.hit();
  await look.release();
  expect(await checkouts.status(order.orderId)).toMatchObject({ status: 'awaiting_payment' });
  expect((await stack.ledgers.ofEvent(eventId)).seats.map(({ effect }) => effect)).toEqual(['held']);

  await confirm();
  expect(await tell(order, reportOf('captured', paymentId, order))).toMatchObject({ status: 202 });
  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', paymentId });
  // Late and doubled, it is recorded all the same.
  expect(await tell(order, reportOf('captured', paymentId, order))).toMatchObject({ status: 202 });
  await stack.expectLaw(eventId);
});

test.concurrent('a report that is told cannot take the id of one that is signed', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'shadow', ['A-1']);
  await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay(order);
  const signed = stripeEvent('payment_intent.succeeded', order, paymentId);
  for (const id of [signed.id, `stripe/${signed.id}`]) {
    const report = { ...reportOf('declined', paymentId, order), eventId: id };
    expect(await tell(order, report)).toMatchObject({ status: 202 });
  }
  await confirm();
  expect(await deliver(gateway.url, stripeDelivery(signed))).toMatchObject({ status: 200 });
  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', paymentId });
  await stack.expectLaw(eventId);
});

test.concurrent.each([
  ['no money for captured', { type: 'captured', eventId: 'e', paymentId: 'p' }],
  ['a state that is none', { type: 'paid', eventId: 'e', paymentId: 'p' }],
  ['a key that is not known', { type: 'failed', eventId: 'e', paymentId: 'p', unproven: false }],
  ['a claim to be proven', { type: 'captured', eventId: 'e', paymentId: 'p', proven: true }],
  ['a payment id that is a path', { type: 'opened', paymentId: '../p' }],
  ['a card number as payment id', { type: 'opened', paymentId: '4242 4242 4242 4242' }],
])('a report with %s is 422', async (_what, body) => {
  expect((await tell(orderOf('Ev', 'bad', ['A-1']), body)).status).toBe(422);
});

const taskQueue = `polled-${process.pid}-${Date.now()}`;
const polled = stack.checkouts(10, taskQueue);
const local = createPaymentPoller({
  client: stack.temporal,
  taskQueue,
  checkouts: polled,
  provider: createPaymentProvider({
    apiKey: String(stack.env.STRIPE_API_KEY),
    baseUrl: String(stack.env.STRIPE_BASE_URL),
  }),
  log: pino({ level: 'silent' }),
  everyMs: 60_000,
});

test('a payment whose report was lost is found by asking, and sells; one that is not paid stays open', async () => {
  // A queue of its own: the payments of other tests are their business.
  await startWorkerProcess({ ...stack.env, TASK_QUEUE: taskQueue });
  const eventId = await stack.newEvent();
  const [paid, unpaid] = [orderOf(eventId, 'paid', ['A-1']), orderOf(eventId, 'unpaid', ['A-2'])];
  const payments = [];
  for (const order of [paid, unpaid]) {
    await polled.start(order);
    const payment = await stack.pay(order);
    await polled.openPayment(order.orderId, payment.paymentId);
    payments.push(payment);
  }
  await payments[0]?.confirm();

  // Temporal's list may lag behind; both were started less than two minutes before then.
  await expect.poll(() => local.poll(Date.now() + 61_000), { timeout: 30_000 }).toBeGreaterThan(0);

  expect(await checkouts.result(paid.orderId)).toMatchObject({ outcome: 'completed' });
  expect(await checkouts.status(unpaid.orderId)).toMatchObject({
    status: 'awaiting_payment',
    payments: [{ state: 'open' }],
  });
});

test('a checkout is asked about at the ages of 1, 2, 4 and 8 rounds', () => {
  const due = Array.from({ length: 12 }, (_, round) => round).filter((round) =>
    isDue(round * 1000 + 500, 1000),
  );
  expect(due).toEqual([1, 2, 4, 8]);
});
