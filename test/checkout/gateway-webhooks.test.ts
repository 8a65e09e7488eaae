import { Client, Connection } from '@temporalio/client';
import { expect, test, vi } from 'vitest';
import { cancelKey } from '../../src/checkout/ids.ts';
import type { Order } from '../../src/checkout/order.ts';
import {
  type Delivery,
  deliver,
  paymentDelivery,
  paymentReport,
  stripeDelivery,
  stripeEvent,
} from '../stack/signed-webhooks.ts';
import { useGateway, WEBHOOK_SECRETS } from '../stack/use-gateway.ts';
import { orderOf, useStack } from '../stack/use-stack.ts';

/** What the webhooks of payments come to, when their signature is right. */
const stack = await useStack();
const gateway = await useGateway();
const checkouts = stack.checkouts();
const send = (delivery: Delivery) => deliver(gateway.url, delivery);
const ACCEPTED = { status: 200, body: { accepted: true } };
const SOON = { timeout: 30_000 };

const stripe = (type: string, order: Order, paymentId: string, more?: object) =>
  stripeDelivery(stripeEvent(type, order, paymentId, more));
const signed = (type: string, order: Order, paymentId: string, more?: object) =>
  paymentDelivery(paymentReport(type, order, paymentId, more));
const stateOf = async (order: Order) =>
  (await checkouts.status(order.orderId)).payments.map(({ state }) => state);
const lateOf = (paymentId: string) => stack.temporal.workflow.getHandle(`late/${paymentId}`);

test.concurrent.each([
  ['Stripe', stripe, 'payment_intent.succeeded'],
  ['Standard Webhooks', signed, 'captured'],
] as const)('a captured payment by %s buys the seats', async (_name, make, type) => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'captured', ['A-1']);
  await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay(order);
  await confirm();

  expect(await send(make(type, order, paymentId))).toEqual(ACCEPTED);

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', paymentId });
  await stack.expectLaw(eventId);
});

test.concurrent('an authorised payment by Stripe is booked and captured', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'authorised', ['A-1']);
  await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay(order, { capture: 'manual' });
  await confirm();

  expect(await send(stripe('payment_intent.amount_capturable_updated', order, paymentId))).toEqual(ACCEPTED);

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', paymentId });
  await stack.expectLaw(eventId);
});

test.concurrent.each([
  ['processing', 'pending', 'pending'],
  ['payment_failed', 'declined', 'open'],
])('%s of Stripe, and %s, is a payment that is %s', async (type, own, state) => {
  const order = orderOf(await stack.newEvent(), type.replaceAll('_', ''), ['A-1']);
  await checkouts.start(order);
  const [first, second] = [await stack.pay(order), await stack.pay(order)];

  expect(await send(stripe(`payment_intent.${type}`, order, first.paymentId))).toEqual(ACCEPTED);
  expect(await send(signed(own, order, second.paymentId))).toEqual(ACCEPTED);

  await vi.waitFor(async () => expect(await stateOf(order)).toEqual([state, state]), SOON);
});

test.concurrent('canceled by Stripe is a payment that failed, and its seats are free at once', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'canceled', ['A-1']);
  await checkouts.start(order);
  const { paymentId } = await stack.pay(order);

  expect(await send(stripe('payment_intent.canceled', order, paymentId))).toEqual(ACCEPTED);

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'payment_failed' });
  await stack.expectLaw(eventId);
});

test.concurrent('canceled that was our own request does nothing: the seats stay held, and no late payment begins', async () => {
  const order = orderOf(await stack.newEvent(), 'ours', ['A-1']);
  await checkouts.start(order);
  const { paymentId } = await stack.pay(order);
  const keys = [
    cancelKey(`${order.orderId}-1`, paymentId),
    `${cancelKey(`${order.orderId}-1`, paymentId)}.2`,
  ];
  for (const idempotency_key of keys) {
    const ours = { request: { id: 'req_1', idempotency_key } };
    expect(await send(stripe('payment_intent.canceled', order, paymentId, ours))).toEqual(ACCEPTED);
  }
  expect(await checkouts.status(order.orderId)).toMatchObject({ status: 'awaiting_payment', payments: [] });
  expect(await checkouts.cancel(order.orderId)).toMatchObject({ outcome: 'cancelled' });
  const ours = { request: { id: 'req_1', idempotency_key: keys[0] } };
  await send(stripe('payment_intent.canceled', order, paymentId, ours));
  await expect(lateOf(paymentId).describe()).rejects.toMatchObject({ name: 'WorkflowNotFoundError' });
});

test.concurrent('a refund of a sold order that was not ours wants a person; ours, and a replay, do not', async () => {
  const eventId = await stack.newEvent();
  const [sold, late] = [orderOf(eventId, 'sold', ['A-1']), orderOf(eventId, 'lateone', ['A-2'])];
  await Promise.all([sold, late].map((order) => checkouts.start(order)));
  const paymentId = await stack.buy(checkouts, sold);
  await checkouts.result(sold.orderId);
  await checkouts.cancel(late.orderId);
  const refunded = await stack.buy(checkouts, late);
  expect(await lateOf(refunded).result()).toEqual({ became: 'refunded' });

  const runOf = (delivery: Delivery, payment: string) => {
    const { id } = JSON.parse(String(delivery.body));
    return stack.temporal.workflow.getHandle(`refund-report/${payment}/${id}`);
  };
  const foreign = stripe('charge.refunded', sold, paymentId);
  const ours = stripe('charge.refunded', late, refunded);
  expect(await send(foreign)).toEqual(ACCEPTED);
  expect(await send(foreign)).toEqual(ACCEPTED);
  expect(await send(ours)).toEqual(ACCEPTED);

  expect(await runOf(foreign, paymentId).result()).toEqual({ refundedBy: 'others' });
  expect((await runOf(foreign, paymentId).describe()).searchAttributes.NeedsAttention).toEqual([true]);
  expect(await runOf(ours, refunded).result()).toEqual({ refundedBy: 'us' });
  expect((await runOf(ours, refunded).describe()).searchAttributes.NeedsAttention).toEqual([false]);
  expect(await send(foreign)).toEqual(ACCEPTED);

  // Its key says so already, and its metadata need not: the payment is asked for its order.
  const byKey = stripe('charge.refunded', sold, paymentId, {
    request: { id: 'req_1', idempotency_key: `refund/${paymentId}` },
  });
  expect(await send(byKey)).toEqual(ACCEPTED);
  await expect(runOf(byKey, paymentId).describe()).rejects.toMatchObject({ name: 'WorkflowNotFoundError' });
  const bare = stripeEvent('charge.refunded', sold, paymentId);
  const without = stripeDelivery({ ...bare, data: { object: { ...bare.data.object, metadata: {} } } });
  expect(await send(without)).toEqual(ACCEPTED);
  expect(await runOf(without, paymentId).result()).toEqual({ refundedBy: 'others' });
});

test.concurrent('a refund of ours that fails at the bank wants a person, once', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'bankfailed', ['A-1']);
  await checkouts.start(order);
  await checkouts.cancel(order.orderId);
  const paymentId = await stack.buy(checkouts, order);
  expect(await lateOf(paymentId).result()).toEqual({ became: 'refunded' });
  await stack.failRefund(paymentId);

  const failed = stripeEvent('refund.failed', order, paymentId, {
    request: { id: 'req_1', idempotency_key: `refund/${paymentId}` },
  });
  expect(await send(stripeDelivery(failed))).toEqual(ACCEPTED);
  expect(await send(stripeDelivery(failed))).toEqual(ACCEPTED);

  const report = stack.temporal.workflow.getHandle(`refund-report/${paymentId}/${failed.id}`);
  expect(await report.result()).toEqual({ refundedBy: 'nobody' });
  expect((await report.describe()).searchAttributes.NeedsAttention).toEqual([true]);
  // As it was sold to nobody, only the person can put the law right.
  const { money } = await stack.ledgers.ofEvent(eventId);
  expect(money.map(({ effect }) => effect)).toEqual([
    'payment.created',
    'payment.captured',
    'payment.refunded',
    'payment.refund_failed',
  ]);
});

test.concurrent('the same webhook again, and many at once, is one event with no second effect', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'replay', ['A-1']);
  await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay(order);
  await confirm();
  const deliveries = [
    stripe('payment_intent.succeeded', order, paymentId),
    signed('captured', order, paymentId),
  ];

  const answers = await Promise.all(deliveries.flatMap((one) => [one, one, one, one].map(send)));
  expect(answers).toEqual(answers.map(() => ACCEPTED));
  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', paymentId });
  for (const delivery of deliveries) expect(await send(delivery)).toEqual(ACCEPTED);
  expect(await lateOf(paymentId).result()).toEqual({ became: 'accounted_for' });

  const { money } = await stack.ledgers.ofEvent(eventId);
  expect(money.map(({ effect }) => effect)).toEqual(['payment.created', 'payment.captured']);
  await stack.expectLaw(eventId);
});

test.concurrent('money that comes late is accepted, and is refunded or buys the seats again', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'late', ['A-1']);
  await stack.checkouts(0.3 / 60).start(order);
  await checkouts.result(order.orderId);
  const { paymentId, confirm } = await stack.pay(order);
  await confirm();

  expect(await send(stripe('payment_intent.succeeded', order, paymentId))).toEqual(ACCEPTED);

  expect(await lateOf(paymentId).result()).toEqual({ became: 'rescued' });
  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', attempt: 2 });
  await stack.expectLaw(eventId);
});

test.concurrent('money of an order that nobody knows is accepted, and waits for a person', async () => {
  const order = orderOf(await stack.newEvent(), 'unknown', ['A-1']);
  const { paymentId, confirm } = await stack.pay(order);
  await confirm();
  expect(await send(signed('captured', order, paymentId))).toEqual(ACCEPTED);
  expect(await lateOf(paymentId).result()).toEqual({ became: 'attention' });
});

test.concurrent.each([
  ['a type that is not known', { type: 'customer.created', id: 'evt_1', data: {} }],
  ['a payment of another system, without an order', { metadata: {} }],
  ['a payment whose order id is none', { metadata: { order_id: 'what ever/..' } }],
])('%s is accepted, and starts nothing', async (_what, odd) => {
  const order = orderOf('Ev', 'odd', ['A-1']);
  const event = stripeEvent('payment_intent.succeeded', order, `pi_odd_${Date.now()}`);
  const body = 'type' in odd ? odd : { ...event, data: { object: { ...event.data.object, ...odd } } };
  expect(await send(stripeDelivery(body))).toEqual(ACCEPTED);
  await expect(lateOf(event.data.object.id).describe()).rejects.toMatchObject({
    name: 'WorkflowNotFoundError',
  });
});

test.concurrent('a report that is signed and not of its form is 422: nothing is lost in silence', async () => {
  const order = orderOf('Ev', 'form', ['A-1']);
  for (const odd of [
    { money: undefined },
    { money: { amount: -1, currency: 'USD' } },
    { paymentId: '../x' },
    { orderId: 'a b' },
    { discount: 1 },
  ]) {
    expect((await send(signed('captured', order, 'pi_1', odd))).status).toBe(422);
  }
  const event = stripeEvent('payment_intent.succeeded', order, 'pi_1');
  const odd = { ...event, data: { object: { ...event.data.object, amount_received: 'much' } } };
  expect((await send(stripeDelivery(odd))).status).toBe(422);
});

test('while Temporal is down a webhook is 503, so that it is sent again', { timeout: 60_000 }, async () => {
  const temporal = new Client({ connection: Connection.lazy({ address: '127.0.0.1:1' }) });
  const cutOff = await useGateway({ temporal });
  const order = orderOf('Ev', 'down', ['A-1']);
  const answers = await Promise.all(
    [
      stripe('payment_intent.succeeded', order, 'pi_1'),
      stripe('charge.refunded', order, 'pi_1'),
      signed('captured', order, 'pi_1'),
    ].map((delivery) => deliver(cutOff.url, delivery)),
  );
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
});

test.concurrent('both live secrets are accepted', async () => {
  const order = orderOf('Ev', 'secrets', ['A-1']);
  for (const secret of WEBHOOK_SECRETS.stripe) {
    expect(await send(stripeDelivery({ id: 'evt_1', type: 'ping' }, { secret }))).toEqual(ACCEPTED);
  }
  for (const secret of WEBHOOK_SECRETS.payments) {
    const ping = { ...paymentReport('captured', order, 'pi_1'), type: 'ping' };
    expect(await send(paymentDelivery(ping, { secret }))).toEqual(ACCEPTED);
  }
});
