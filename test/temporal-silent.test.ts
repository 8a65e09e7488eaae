import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { afterAll, expect, test } from 'vitest';
import type { TemporalIsUp } from '../src/http/require-temporal.ts';
import { askSometimes } from '../src/temporal-probe.ts';
import { createLoneGateway, LONE_KEYS, LONE_SECRETS } from './stack/lone-gateway.ts';

const order = {
  ...{ orderId: 'o1', eventId: 'Ev1', eventName: 'Gala', seats: [{ label: 'A-1' }] },
  ...{ total: { amount: 100, currency: 'USD' }, buyer: { email: 'ana@example.org', name: 'Ana' } },
};
const opened = { type: 'opened', paymentId: 'pi_1' };
const declined = { type: 'declined', eventId: 'e1', paymentId: 'pi_1' };

/** Every route that needs Temporal. */
const ROUTES: Record<string, () => Sent> = {
  'a start': () => post('/checkouts', { order }),
  'a start after an unsold attempt': () => post('/checkouts', { order, retryOf: 1 }),
  'a read': () => ({ path: '/checkouts/o1', init: { headers: { 'x-api-key': LONE_KEYS.checkout } } }),
  'a wait': () => ({
    path: '/checkouts/o1?after=x&wait=1',
    init: { headers: { 'x-api-key': LONE_KEYS.checkout } },
  }),
  'a cancel': () => post('/checkouts/o1/cancel', undefined),
  'an opened payment': () => post('/checkouts/o1/payments', opened, LONE_KEYS.payments),
  'a report of a payment': () => post('/checkouts/o1/payments', declined, LONE_KEYS.payments),
  'a hold with a key': () =>
    post('/hold_seats_seatsio', { data: { event_id: 'Ev1', seats: ['A-1'] } }, LONE_KEYS.checkout, {
      'idempotency-key': 'a-key-of-a-hold',
    }),
  'a webhook of Stripe': stripeWebhook,
  'a webhook of a payment service': paymentWebhook,
};

interface Sent {
  path: string;
  init: RequestInit;
}

function post(
  path: string,
  body: unknown,
  key = LONE_KEYS.checkout,
  more: Record<string, string> = {},
): Sent {
  const headers = { 'content-type': 'application/json', 'x-api-key': key, ...more };
  return {
    path,
    init: { method: 'POST', headers, ...(body !== undefined && { body: JSON.stringify(body) }) },
  };
}

function stripeWebhook(): Sent {
  const metadata = { order_id: 'o1' };
  const object = { object: 'payment_intent', id: 'pi_1', amount_received: 100, currency: 'usd', metadata };
  const payload = JSON.stringify({ id: 'evt_1', type: 'payment_intent.succeeded', data: { object } });
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret: LONE_SECRETS.stripe });
  const headers = { 'content-type': 'application/json', 'stripe-signature': signature };
  return { path: '/webhooks/stripe', init: { method: 'POST', headers, body: payload } };
}

function paymentWebhook(): Sent {
  const body = JSON.stringify({ type: 'payment.declined', data: { orderId: 'o1', paymentId: 'pi_1' } });
  const now = new Date();
  const headers = {
    'content-type': 'application/json',
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': new Webhook(LONE_SECRETS.payments).sign('msg_1', now, body),
  };
  return { path: '/webhooks/payments', init: { method: 'POST', headers, body } };
}

const sockets = new Set<Socket>();
const blackHole = createServer((socket) => {
  sockets.add(socket);
  socket.on('error', () => {});
}).listen(0, '127.0.0.1');
await once(blackHole, 'listening');
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  blackHole.close();
});
const ADDRESSES = {
  'refuses connections': '127.0.0.1:1',
  'takes connections and never answers': `127.0.0.1:${(blackHole.address() as AddressInfo).port}`,
};

/** A gateway whose Temporal is at the address. */
async function gatewayTo(address: string, temporalIsUp?: TemporalIsUp) {
  const { gateway, close } = await createLoneGateway({ address, ...(temporalIsUp && { temporalIsUp }) });
  afterAll(close);
  const { url } = await gateway.listen();
  return async (name: string) => {
    const { path, init } = (ROUTES[name] as () => Sent)();
    const startedAt = performance.now();
    const { status, headers } = await fetch(`${url}${path}`, init);
    return { status, retryAfter: headers.get('retry-after'), ms: performance.now() - startedAt };
  };
}

const rows = Object.entries(ADDRESSES).flatMap(([how, address]) =>
  Object.keys(ROUTES).map((name) => [name, how, address] as const),
);
const gateways = new Map(
  await Promise.all(Object.values(ADDRESSES).map(async (at) => [at, await gatewayTo(at)] as const)),
);

test.each(rows)('%s is 503 with Retry-After, and soon, while Temporal %s', async (name, _how, address) => {
  const answer = await gateways.get(address)?.(name);
  expect(answer).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^[1-9]\d?$/) });
  expect(answer?.ms).toBeLessThan(4_000);
});

/** What it comes to when Temporal goes down just after it was seen up. Where something may have happened, it is 502. */
const AFTERWARDS: Record<string, number> = {
  'a start after an unsold attempt': 503,
  ...{ 'a read': 503, 'a wait': 503, 'a cancel': 503, 'an opened payment': 503 },
  ...{ 'a report of a payment': 503, 'a webhook of Stripe': 503, 'a webhook of a payment service': 503 },
  'a hold with a key': 502,
};
test.each(Object.entries(ADDRESSES))(
  'all but a start are answered within a quarter of a minute, when Temporal %s though it was just seen up',
  { timeout: 30_000 },
  async (_how, address) => {
    const send = await gatewayTo(address, async () => true);
    const answers = await Promise.all(
      Object.keys(AFTERWARDS).map(async (name) => [name, await send(name)] as const),
    );
    expect(Object.fromEntries(answers.map(([name, { status }]) => [name, status]))).toEqual(AFTERWARDS);
    expect(Math.max(...answers.map(([, { ms }]) => ms))).toBeLessThan(15_000);
  },
);

test('Temporal is asked once in a second, by however many at a moment', async () => {
  let now = 0;
  const answers: ((isUp: boolean) => void)[] = [];
  const isUp = askSometimes(
    () => new Promise<boolean>((resolve) => answers.push(resolve)),
    () => now,
  );
  const many = [isUp(), isUp()];
  now = 5_000;
  many.push(isUp());
  answers[0]?.(false);
  expect(await Promise.all(many)).toEqual([false, false, false]);
  now = 5_999;
  expect([await isUp(), answers.length]).toEqual([false, 1]);
  now = 6_000;
  const next = isUp();
  answers[1]?.(true);
  expect(await next).toBe(true);
});
