import { expect, test } from 'vitest';
import { createRequest } from '../stack/gateway-request.ts';
import {
  deliver,
  paymentDelivery,
  paymentReport,
  stripeDelivery,
  stripeEvent,
} from '../stack/signed-webhooks.ts';
import { KEYS, ORDER_TOKEN_KEYS, useGateway, WEBHOOK_SECRETS } from '../stack/use-gateway.ts';
import { orderOf, useStack } from '../stack/use-stack.ts';

/** A canary for each kind of secret, sent on every way through the gateway; then its log is searched. */
const stack = await useStack();
const gateway = await useGateway();
const request = createRequest(gateway.url);

test('no key, token, signature or personal datum gets into a log line or into the text of a refusal', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'secrets', ['A-1']);
  order.buyer = {
    email: 'canary.mail@example.org',
    name: 'Canary Name',
    nationalId: 'canary-national-id',
    phone: '+58-canary',
  };
  const { body: held } = await request('POST', '/checkouts', { body: { order } });
  const { holdToken, orderToken } = held;
  const { token } = orderToken;
  const { paymentId, confirm } = await stack.pay(order);
  await confirm();
  const event = stripeEvent('payment_intent.succeeded', order, paymentId);
  const withEmail = {
    ...event,
    data: { object: { ...event.data.object, receipt_email: order.buyer.email } },
  };
  const wrong = stripeDelivery(withEmail, { secret: 'whsec_canary_that_is_wrong' });
  const path = `/checkouts/${order.orderId}`;

  // What goes well, and what is refused with the secret somewhere in the request.
  const refusals = [
    await request('POST', '/checkouts', { body: { order: { ...order, total: null } } }),
    await request('POST', '/checkouts', { body: { order: { ...order, canary: holdToken } } }),
    await request('POST', '/checkouts', { body: { order, chartToken: `${holdToken}/..` } }),
    await request('POST', '/checkouts', { body: JSON.stringify({ order }).slice(0, -3) }),
    await request('POST', '/checkouts', { body: { order: { ...order, eventName: 'other' } } }),
    await request('GET', `${path}?token=${token}`),
    await request('GET', `${path}?after=${order.buyer.email}${'x'.repeat(64)}`),
    await request('GET', path, { token: `${token}x` }),
    await request('GET', `/checkouts/${holdToken}..`),
    await request('GET', `/nothing/${order.buyer.email}/${holdToken}`),
    await request('POST', `${path}/payments`, { key: KEYS.payments, body: { type: holdToken } }),
    await request('GET', path, { key: `${KEYS.admin}-canary-key` }),
    await deliver(gateway.url, wrong),
    await deliver(gateway.url, paymentDelivery(paymentReport('captured', order, order.buyer.email))),
  ];
  expect(refusals.map(({ status }) => status).filter((status) => status < 400)).toEqual([]);
  await request('GET', path, { token });
  await request('GET', `/events/${eventId}/seats`);
  expect((await deliver(gateway.url, stripeDelivery(withEmail))).status).toBe(200);
  expect(await stack.checkouts().result(order.orderId)).toMatchObject({ outcome: 'completed' });

  const secrets = [
    ...[holdToken, token, token.split('.')[2]],
    ...['canary.mail', 'Canary Name', 'canary-national-id', '+58-canary', 'canary-key'],
    ...[...Object.values(KEYS), ...WEBHOOK_SECRETS.stripe, ...WEBHOOK_SECRETS.payments],
    ...ORDER_TOKEN_KEYS.map(({ secret }) => secret),
    ...[String(stack.env.SEATSIO_SECRET_KEY), String(stack.env.STRIPE_API_KEY)],
    ...[String(wrong.headers['stripe-signature']).slice(-64)],
  ];
  const found = (text: string) => secrets.filter((secret) => text.includes(secret));
  expect(gateway.log.length).toBeGreaterThan(refusals.length);
  expect(found(gateway.log.join('\n')), 'in the log').toEqual([]);
  expect(found(JSON.stringify(refusals.map(({ body }) => body))), 'in the refusals').toEqual([]);
});
