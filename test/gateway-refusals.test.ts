import { afterAll, expect, test } from 'vitest';
import { createLoneGateway, LONE_KEYS, type LoneGatewayOptions } from './stack/lone-gateway.ts';

async function use(options: LoneGatewayOptions = {}) {
  const lone = await createLoneGateway({ temporalIsUp: async () => true, ...options });
  afterAll(lone.close);
  return lone;
}

const { gateway } = await use();
const post = (url: string, payload: object | undefined, role: keyof typeof LONE_KEYS = 'checkout') =>
  gateway.public.inject({
    ...{ method: 'POST', url, headers: { 'x-api-key': LONE_KEYS[role] } },
    ...(payload && { payload }),
  });
const order = {
  ...{ orderId: 'o1', eventId: 'Ev1', eventName: 'Gala', seats: [{ label: 'A-1' }] },
  ...{ total: { amount: 100, currency: 'USD' }, buyer: { email: 'ana@example.org', name: 'Ana' } },
};

test('a cancel with anything in its body is refused: it has no parameters', async () => {
  const { statusCode, body } = await post('/checkouts/o1/cancel', { refund: true });
  expect([statusCode, JSON.parse(body).type]).toEqual([422, 'urn:checkout-saga:problem:invalid']);
});

test.each<[string, string, object | undefined, keyof typeof LONE_KEYS]>([
  ['a start', '/checkouts?retry=1', { order }, 'checkout'],
  ['a cancel', '/checkouts/o1/cancel?after=1', undefined, 'checkout'],
  ['a payment', '/checkouts/o1/payments?type=failed', { type: 'opened', paymentId: 'pi_1' }, 'payments'],
])('%s with a query that nobody reads is refused', async (_, url, payload, role) => {
  expect((await post(url, payload, role)).statusCode).toBe(400);
});

test('a read with a query that nobody reads is refused', async () => {
  const headers = { 'x-api-key': LONE_KEYS.checkout };
  for (const url of ['/checkouts/o1?until=1', '/events/Ev1/seats?fresh=1']) {
    expect((await gateway.public.inject({ url, headers })).statusCode).toBe(400);
  }
});

test('an e-mail of more than 254 characters is refused', async () => {
  const email = `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.example.org`;
  const buyer = { email, name: 'Ana' };
  expect((await post('/checkouts', { order: { ...order, buyer } })).statusCode).toBe(422);
});

test('administrators have a rate too', async () => {
  const { gateway } = await use({ limits: { callsPerSecond: 1 } });
  const call = () =>
    gateway.admin.inject({
      ...{ method: 'POST', url: '/create_event_seatsio', payload: {} },
      headers: { 'x-api-key': LONE_KEYS.admin },
    });
  expect([(await call()).statusCode, (await call()).statusCode, (await call()).statusCode]).toEqual([
    400, 400, 429,
  ]);
});

test('the listener of administrators sheds load as the other one does', async () => {
  const { gateway } = await use({ limits: { maxLagMs: -1 } });
  for (const app of [gateway.public, gateway.admin]) {
    expect((await app.inject({ url: '/readyz' })).statusCode).toBe(503);
    expect((await app.inject({ url: '/healthz' })).statusCode).toBe(200);
  }
});

test.each(['error', 'silent'])(
  'at log level %s an override leaves its line, and no free text in it',
  async (logLevel) => {
    const { gateway, log } = await use({ logLevel });
    const seats = [
      'A-1',
      { objectId: 'Floor', quantity: 2 },
      'for Ana Canary',
      'canary@example.org',
      '+34600000000',
    ];
    await gateway.admin.inject({
      ...{ method: 'POST', url: '/release_seats_seatsio', headers: { 'x-api-key': LONE_KEYS.admin } },
      payload: { data: { event_id: 'Ev1', seats, reason: 'sold twice' } },
    });
    const lines = log.map((line) => JSON.parse(line)).filter(({ audit }) => audit);
    expect(lines).toEqual([
      expect.objectContaining({
        ...{ audit: 'release_override', caller: 'admin', eventId: 'Ev1', reason: 'sold twice' },
        ...{ seats: ['A-1', { objectId: 'Floor', quantity: 2 }], seatsOfOtherForm: 3 },
        requestId: expect.any(String),
      }),
    ]);
    expect(log.join('')).not.toMatch(/canary|Canary|34600/);
  },
);
