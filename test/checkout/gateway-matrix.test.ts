import { expect, test } from 'vitest';
import type { Order } from '../../src/checkout/order.ts';
import { type Asked, createRequest } from '../stack/gateway-request.ts';
import { KEYS, OTHER_SHOP, useGateway } from '../stack/use-gateway.ts';
import { orderOf, useStack } from '../stack/use-stack.ts';

/** Who may do what: every route, for everybody. The cells were written before they were asked. */
const stack = await useStack();
const gateway = await useGateway({ limits: { openPerBuyer: 100 } });
const eventId = await stack.newEvent();
await stack.seatsio.events.book(eventId, ['D-1']);
const listeners = { public: createRequest(gateway.url), admin: createRequest(gateway.adminUrl) };

/** The shop whose order it is and its buyer; another shop, another order's buyer; the other roles; no key at all. */
const WHO = ['owner', 'other', 'buyer', 'otherBuyer', 'payments', 'admin', 'nobody'] as const;
type Who = (typeof WHO)[number];
type Cells = Record<Who, number>;

interface Target {
  order: Order;
  token: string;
  otherToken: string;
}
type Listener = keyof typeof listeners;
type Row = [listener: Listener, route: string, cells: Cells, body?: (target: Target) => object];

const cells = (...[owner, other, buyer, otherBuyer, payments, admin, nobody]: number[]): Cells =>
  ({ owner, other, buyer, otherBuyer, payments, admin, nobody }) as Cells;

const all = (status: number) => cells(status, status, status, status, status, status, status);
/** Shops only, and whichever of them it is. */
const shops = (status: number) => cells(status, status, 401, 401, 403, 403, 401);
const admins = (status: number) => cells(403, 403, 401, 401, 403, status, 401);
const data = (value: object) => () => ({ data: value });
const seats = ['D-1'];

const ROWS: Row[] = [
  ['public', 'GET /healthz', all(200)],
  ['public', 'GET /readyz', all(200)],
  ['public', 'GET /openapi.json', all(200)],
  // An order id is taken for whoever did not take it.
  ['public', 'POST /checkouts', cells(200, 409, 401, 401, 403, 403, 401), ({ order }) => ({ order })],
  ['public', 'GET /checkouts/{orderId}', cells(200, 404, 200, 401, 403, 403, 401)],
  ['public', 'POST /checkouts/{orderId}/cancel', cells(200, 404, 200, 401, 403, 403, 401)],
  [
    'public',
    'POST /checkouts/{orderId}/payments',
    cells(403, 403, 401, 401, 202, 403, 401),
    () => ({ type: 'declined', eventId: 'evt_matrix', paymentId: 'pi_matrix' }),
  ],
  ['public', 'GET /events/{eventId}/seats', shops(200)],
  // Signed, not keyed: without a signature nobody gets through.
  ['public', 'POST /webhooks/stripe', all(400), () => ({ id: 'evt_1', type: 'ping' })],
  ['public', 'POST /webhooks/payments', all(400), () => ({ type: 'ping' })],
  ['public', 'POST /list_event_seatsio', shops(200), data({})],
  ['public', 'POST /hold_seats_seatsio', shops(400), data({ event_id: 'NoSuchEvent', seats })],
  ['public', 'POST /release_seats_seatsio', shops(403), () => ({ data: { event_id: eventId, seats } })],
  ['public', 'POST /expire_hold_token_seatsio', shops(200), data({ hold_token: { token: 'none' } })],
  [
    'public',
    'POST /book_seats_seatsio',
    shops(400),
    data({ event_id: 'NoSuchEvent', seats, hold_token: { token: 'none' } }),
  ],
  ['public', 'POST /create_event_seatsio', admins(403), data({})],
  ['admin', 'GET /healthz', all(200)],
  ['admin', 'GET /readyz', all(200)],
  ['admin', 'GET /openapi.json', all(200)],
  [
    'admin',
    'POST /create_event_seatsio',
    admins(200),
    () => ({ data: { event_id: eventId, chart_id: 'club' } }),
  ],
  [
    'admin',
    'POST /release_seats_seatsio',
    admins(200),
    () => ({ data: { event_id: eventId, seats, reason: 'for the matrix of tests' } }),
  ],
];

const byRoute = (listener: Listener) => ROWS.filter(([name]) => name === listener).map(([, route]) => route);

test.each(['public', 'admin'] as const)('the table has every route of the %s listener', async (listener) => {
  const { body } = await listeners[listener]('GET', '/openapi.json', { key: null });
  const routes = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(byRoute(listener).toSorted()).toEqual(routes.toSorted());
});

let targets = 0;
async function newTarget(): Promise<Target> {
  const start = async () => {
    targets += 1;
    const order = orderOf(eventId, `matrix${targets}`, [['Floor', 1]]);
    const { body } = await listeners.public('POST', '/checkouts', { body: { order } });
    return { order, token: body.orderToken.token };
  };
  const [{ order, token }, other] = [await start(), await start()];
  return { order, token, otherToken: other.token };
}

function asWho(who: Who, { token, otherToken }: Target): Asked {
  const as: Record<Who, Asked> = {
    owner: { key: KEYS.checkout },
    other: { key: OTHER_SHOP },
    buyer: { token },
    otherBuyer: { token: otherToken },
    payments: { key: KEYS.payments },
    admin: { key: KEYS.admin },
    nobody: { key: null },
  };
  return as[who];
}

test.each(ROWS)('%s %s', { timeout: 120_000 }, async (listener, route, expected, body) => {
  const [method, path] = route.split(' ') as ['GET' | 'POST', string];
  const got = { ...expected };
  const answers: string[] = [];
  const forOrders = path.includes('/checkouts');
  const shared = forOrders ? undefined : await newTarget();
  for (const who of WHO) {
    const target = shared ?? (await newTarget());
    const to = path.replace('{orderId}', target.order.orderId).replace('{eventId}', eventId);
    const asked = { ...asWho(who, target), ...(body && { body: body(target) }) };
    const answer = await listeners[listener](method, to, asked);
    got[who] = answer.status;
    const holder = answer.body?.holdToken;
    if (who !== 'owner' && holder !== undefined) throw new Error(`${who} got a hold token`);
    if (answer.status >= 400) answers.push(JSON.stringify(answer.body));
  }
  expect(got).toEqual(expected);
  // What is refused tells nothing of the order.
  for (const text of answers) expect(text).not.toMatch(/example\.org|Ana Buyer|awaiting_payment|deadline/);
});

test('a route without its callers, its summary or its answers stops the start', async () => {
  const { createServer } = await import('../../src/http/server.ts');
  const { pino } = await import('pino');
  const app = createServer({
    ...{ title: 'test', log: pino({ level: 'silent' }), keyHeader: 'x-api-key' },
    ...{ findCaller: () => undefined, orderTokens: { verify: async () => undefined } },
  });
  expect(() => app.get('/a', async () => 1)).toThrow(/who may call it/);
  expect(() => app.get('/b', { config: { access: 'anybody' } }, async () => 1)).toThrow(/lacks its summary/);
  await app.close();
});
