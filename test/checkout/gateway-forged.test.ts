import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import {
  type Delivery,
  deliver,
  paymentDelivery,
  paymentReport,
  stripeDelivery,
  stripeEvent,
  stripeSignature,
} from '../stack/signed-webhooks.ts';
import { useGateway, WEBHOOK_SECRETS } from '../stack/use-gateway.ts';
import { orderOf, useStack } from '../stack/use-stack.ts';

/** Webhooks that nobody with a live secret has sent so. Each goes out beside the valid one that it was made of. */
const stack = await useStack();
const gateway = await useGateway();
const checkouts = stack.checkouts();
const eventId = await stack.newEvent();

type Forge = (valid: Delivery) => Delivery;
const withBody =
  (change: (body: string) => string | Buffer): Forge =>
  (valid) => ({ ...valid, body: change(String(valid.body)) });
const withHeader =
  (name: string, change: (value: string) => string): Forge =>
  (valid) => ({ ...valid, headers: { ...valid.headers, [name]: change(String(valid.headers[name])) } });
const without =
  (name: string): Forge =>
  (valid) => {
    const headers = { ...valid.headers };
    Reflect.deleteProperty(headers, name);
    return { ...valid, headers };
  };

/** What is done to the bytes, whoever signed them. */
const BODIES: [string, Forge][] = [
  ['another amount', withBody((body) => body.replace('2500', '2501'))],
  ['another order', withBody((body) => body.replace('-forged', '-other'))],
  ['another payment', withBody((body) => body.replace(/pi_\w/, 'pi_z'))],
  ['one byte more', withBody((body) => `${body} `)],
  ['one byte before', withBody((body) => ` ${body}`)],
  ['one byte less', withBody((body) => body.slice(0, -1))],
  ['written anew with blanks', withBody((body) => JSON.stringify(JSON.parse(body), null, 2))],
  ['keys in another order', withBody((body) => JSON.stringify(reversed(JSON.parse(body))))],
  ['a key twice', withBody((body) => body.replace(/}$/, ',"id":"evt_other"}'))],
  ['a mark of byte order', withBody((body) => `\uFEFF${body}`)],
  ['another encoding', withBody((body) => Buffer.from(body, 'utf16le'))],
  ['a letter as an escape', withBody((body) => body.replace('type', '\\u0074ype'))],
  ['a byte that is no text', withBody((body) => Buffer.concat([Buffer.from(body), Buffer.from([0xff])]))],
  ['a zero byte', withBody((body) => `${body}\0`)],
  ['no body', withBody(() => '')],
  ['an empty object', withBody(() => '{}')],
  ['a body of 300 KB', withBody((body) => `${body}${' '.repeat(300_000)}`)],
  ['a form', withHeader('content-type', () => 'application/x-www-form-urlencoded')],
  ['text', withHeader('content-type', () => 'text/plain')],
];

const signature = 'stripe-signature';
const timeOf = (header: string) => String(/t=(\d+)/.exec(header)?.[1]);
const signedAnew = (secret: string, t: (now: number) => number | string): Forge =>
  withHeaderAndBody((body) => {
    const time = t(Math.floor(Date.now() / 1000));
    return { [signature]: `t=${time},v1=${stripeSignature(secret, time, body)}` };
  });
const live = String(WEBHOOK_SECRETS.stripe[0]);
const STRIPE: [string, Forge][] = [
  ...BODIES,
  ['no signature', without(signature)],
  ['an empty signature', withHeader(signature, () => '')],
  ['nonsense as signature', withHeader(signature, () => randomBytes(32).toString('hex'))],
  ['no time', withHeader(signature, (value) => value.replace(/t=\d+,/, ''))],
  [
    'a time of one second later',
    withHeader(signature, (value) => value.replace(/t=(\d+)/, (_, t) => `t=${+t + 1}`)),
  ],
  ['a time that is no number', withHeader(signature, (value) => value.replace(/t=\d+/, 't=now'))],
  ['a time with letters behind', withHeader(signature, (value) => value.replace(/t=(\d+)/, 't=$1abc'))],
  ['a time below zero', withHeader(signature, (value) => value.replace('t=', 't=-'))],
  ['only the old scheme', withHeader(signature, (value) => value.replace('v1=', 'v0='))],
  ['half a signature', withHeader(signature, (value) => value.slice(0, -32))],
  [
    'one digit changed',
    withHeader(signature, (value) => value.replace(/.$/, (last) => (last === '0' ? '1' : '0'))),
  ],
  [
    'the signature in capitals',
    withHeader(signature, (value) => value.replace(/v1=(.*)/, (_, hex: string) => `v1=${hex.toUpperCase()}`)),
  ],
  ['two times', withHeader(signature, (value) => `${value},t=${timeOf(value)}`)],
  ['the header twice', withHeader(signature, (value) => `${value}, ${value}`)],
  ['another secret', signedAnew('whsec_of_somebody_else_000', (now) => now)],
  ['an empty secret', signedAnew('', (now) => now)],
  ['the secret of the other webhook', signedAnew(String(WEBHOOK_SECRETS.payments[0]), (now) => now)],
  ['a live secret, 301 seconds ago', signedAnew(live, (now) => now - 302)],
  ['a live secret, an hour ago', signedAnew(live, (now) => now - 3600)],
  ['a live secret, 310 seconds ahead', signedAnew(live, (now) => now + 310)],
  ['a live secret, a year ahead', signedAnew(live, (now) => now + 31_536_000)],
  ['a live secret, in milliseconds', signedAnew(live, (now) => now * 1000)],
  ['a live secret, at the time 0', signedAnew(live, () => 0)],
  ['sent to the other webhook', (valid) => ({ ...valid, path: '/webhooks/payments' })],
];

const standard = (secret: string, ahead: number): Forge =>
  withHeaderAndBody((body, headers) => {
    const time = new Date(Date.now() + ahead * 1000);
    return {
      'webhook-timestamp': String(Math.floor(time.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(String(headers['webhook-id']), time, body),
    };
  });
const own = String(WEBHOOK_SECRETS.payments[0]);
const STANDARD: [string, Forge][] = [
  ...BODIES,
  ['no id', without('webhook-id')],
  ['another id', withHeader('webhook-id', (id) => `${id}0`)],
  ['the id twice', withHeader('webhook-id', (id) => `${id}, ${id}`)],
  ['no time', without('webhook-timestamp')],
  ['a time of one second later', withHeader('webhook-timestamp', (time) => String(Number(time) + 1))],
  ['a time that is no number', withHeader('webhook-timestamp', () => 'now')],
  ['a time with letters behind', withHeader('webhook-timestamp', (time) => `${time}abc`)],
  ['a time with a zero before', withHeader('webhook-timestamp', (time) => `0${time}`)],
  ['no signature', without('webhook-signature')],
  [
    'nonsense as signature',
    withHeader('webhook-signature', () => `v1,${randomBytes(32).toString('base64')}`),
  ],
  ['another scheme', withHeader('webhook-signature', (value) => value.replace('v1,', 'v1a,'))],
  ['no scheme', withHeader('webhook-signature', (value) => value.replace('v1,', ''))],
  ['half a signature', withHeader('webhook-signature', (value) => value.slice(0, -20))],
  ['another secret', standard(randomBytes(24).toString('base64'), 0)],
  ['a live secret, 301 seconds ago', standard(own, -302)],
  ['a live secret, an hour ago', standard(own, -3600)],
  ['a live secret, 310 seconds ahead', standard(own, 310)],
  ['sent to the other webhook', (valid) => ({ ...valid, path: '/webhooks/stripe' })],
];

const cases = [
  ...STRIPE.map(([what, forge]) => ({ webhook: 'stripe', what, forge })),
  ...STANDARD.map(([what, forge]) => ({ webhook: 'payments', what, forge })),
].map((row, n) => ({ ...row, name: `n${n}-forged` }));

test('there are sixty ways and more', () => {
  expect(cases.length).toBeGreaterThanOrEqual(60);
});

test.concurrent.each(cases)(
  '/webhooks/$webhook of captured money with $what is refused and does nothing; the valid one beside it sells',
  async ({ webhook, forge, name }) => {
    const order = orderOf(eventId, name, [['Floor', 1]]);
    await checkouts.start(order);
    const { paymentId, confirm } = await stack.pay(order);
    await confirm();
    const valid =
      webhook === 'stripe'
        ? stripeDelivery(stripeEvent('payment_intent.succeeded', order, paymentId))
        : paymentDelivery(paymentReport('captured', order, paymentId));
    const forged = forge(valid);
    expect(forged).not.toEqual(valid);

    const refused = await deliver(gateway.url, forged);
    expect([400, 413, 415]).toContain(refused.status);
    expect(await checkouts.status(order.orderId)).toMatchObject({ status: 'awaiting_payment', payments: [] });

    expect((await deliver(gateway.url, valid)).status).toBe(200);
    expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', paymentId });
  },
);

test('all that was sold, was sold once', async () => {
  await stack.expectLaw(eventId);
});

function withHeaderAndBody(
  headersOf: (body: string, headers: Record<string, string>) => Record<string, string>,
): Forge {
  return (valid) => ({
    ...valid,
    headers: { ...valid.headers, ...headersOf(String(valid.body), valid.headers) },
  });
}

function reversed(value: object): object {
  return Object.fromEntries(Object.entries(value).reverse());
}
