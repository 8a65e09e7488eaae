import { expect, test, vi } from 'vitest';
import type { Order } from '../../src/checkout/order.ts';
import { createRequest } from '../stack/gateway-request.ts';
import { KEYS, OTHER_SHOP, useGateway } from '../stack/use-gateway.ts';
import { orderOf, report, useStack } from '../stack/use-stack.ts';

/** The checkout API, as shops and buyers call it. */
const stack = await useStack();
const gateway = await useGateway();
const request = createRequest(gateway.url);
const quick = createRequest((await useGateway({ holdMinutes: 0.3 / 60 })).url);
const inProcess = stack.checkouts();
const SOON = { timeout: 30_000 };

const start = (order: Order, more: object = {}, ask = request) =>
  ask('POST', '/checkouts', { body: { order, ...more } });
const read = (order: Order, query = '') => request('GET', `/checkouts/${order.orderId}${query}`);
const problem = (kind: string, status: number) => ({
  status,
  body: { type: `urn:checkout-saga:problem:${kind}`, status },
});

async function pay(order: Order) {
  const { paymentId, confirm } = await stack.pay(order);
  await confirm();
  await inProcess.recordPayment(report(order, paymentId, 'captured'));
  return paymentId;
}

test.concurrent('a start holds the seats: 201 with hold, deadline and both tokens; again it is 200 with the same hold', async () => {
  const order = orderOf(await stack.newEvent(), 'held', ['A-1', ['Floor', 2]]);
  const first = await start(order);
  expect(first).toMatchObject({
    status: 201,
    body: { orderId: order.orderId, attempt: 1, state: 'awaiting_payment', deadline: expect.any(String) },
  });
  const { holdToken, orderToken } = first.body;
  expect(await stack.seatsio.holdTokens.retrieve(holdToken)).toMatchObject({ holdToken });
  const rest = Date.parse(orderToken.expiresAt) - Date.parse(first.body.deadline);
  expect(rest).toBe(24 * 60 * 60 * 1000);

  const again = await start(order);
  expect(again.status).toBe(200);
  expect(again.body).toMatchObject({ holdToken, deadline: first.body.deadline });
});

test.concurrent('a start that joins an order that is being sold says so, and never that it may be paid', async () => {
  const order = orderOf(await stack.newEvent(), 'joined', ['A-1']);
  await start(order);
  const book = await stack.fault({
    ...{ system: 'seatsio', call: 'book', match: `${order.orderId}-1` },
    action: { type: 'pause' },
  });
  await pay(order);
  await book.hit();

  const joined = await start(order);
  expect(joined).toMatchObject({ status: 200, body: { state: 'processing', version: '1-processing' } });
  await book.release();
  await inProcess.result(order.orderId);
});

test.concurrent('a sold order is 200 with its tickets, for the shop; its buyer sees the state', async () => {
  const order = orderOf(await stack.newEvent(), 'sold', ['A-1']);
  const { orderToken } = (await start(order)).body;
  await pay(order);
  await inProcess.result(order.orderId);

  expect(await start(order)).toMatchObject({ status: 200, body: { state: 'completed' } });
  const tickets = [{ ticketId: expect.any(String), zoneId: 'STALLS', object: 'A-1' }];
  expect((await read(order)).body).toMatchObject({ state: 'completed', tickets });
  const seen = await request('GET', `/checkouts/${order.orderId}`, { token: orderToken.token });
  expect(seen.body).toEqual({
    ...{ orderId: order.orderId, attempt: 1, state: 'completed', version: '1-completed' },
  });
});

test.concurrent('seats that are held by another order are 409 with which, and a next attempt wants retryOf', async () => {
  const eventId = await stack.newEvent();
  const [mine, other] = [orderOf(eventId, 'mine', ['A-1', 'A-2']), orderOf(eventId, 'other', ['A-2', 'A-3'])];
  await start(other);

  const refused = await start(mine);
  expect(refused).toMatchObject(problem('seats-unavailable', 409));
  expect(refused.body).toMatchObject({
    seats: ['A-2'],
    attempt: 1,
    next: expect.stringContaining('retryOf'),
  });
  expect((await read(mine)).body).toMatchObject({ state: 'unavailable', unavailable: ['A-2'] });

  await request('POST', `/checkouts/${other.orderId}/cancel`);
  expect(await start(mine)).toMatchObject(problem('seats-unavailable', 409));
  expect(await start(mine, { retryOf: 1 })).toMatchObject({ status: 201, body: { attempt: 2 } });
  expect(await start(mine, { retryOf: 2 })).toMatchObject({ status: 200, body: { attempt: 2 } });
  expect(await start(mine, { retryOf: 7 })).toMatchObject(problem('conflict', 409));
});

test.concurrent('an expired order says how it ended and what to send to try again', async () => {
  const order = orderOf(await stack.newEvent(), 'expired', ['A-1']);
  await start(order, {}, quick);
  await inProcess.result(order.orderId);

  const again = await start(order);
  expect(again).toMatchObject(problem('retry-wanted', 409));
  expect(again.body).toMatchObject({ attempt: 1, outcome: 'expired' });
  expect((await read(order)).body).toMatchObject({ state: 'expired' });
});

test.concurrent('the same order id with other content is 409, and nothing of the first order is told', async () => {
  const order = orderOf(await stack.newEvent(), 'taken', ['A-1']);
  await start(order);
  const other = { ...order, total: { amount: 1, currency: 'USD' } };

  const taken = await start(other);
  expect(taken).toMatchObject(problem('order-taken', 409));
  expect(JSON.stringify(taken.body)).not.toContain(order.buyer.email);
});

const order = orderOf('Ev', 'bad', ['A-1']);
test.concurrent.each([
  ['no order', {}],
  ['a key that is not known', { order: { ...order, discount: 1 } }],
  ['a key that is not known beside the order', { order, price: 1 }],
  ['a hold length of its own', { order, holdMinutes: 60 }],
  ['an id that is a path', { order: { ...order, orderId: '../events/x' } }],
  ['an event with a dash', { order: { ...order, eventId: 'a-b' } }],
  ['no seats', { order: { ...order, seats: [] } }],
  ['a seat twice', { order: { ...order, seats: [{ label: 'A-1' }, { label: 'A-1' }] } }],
  ['part of a cent', { order: { ...order, total: { amount: 0.5, currency: 'USD' } } }],
  ['no such currency', { order: { ...order, total: { amount: 1, currency: 'XXQ' } } }],
  ['no e-mail', { order: { ...order, buyer: { name: 'Ana', email: 'ana' } } }],
  ['more places than an order may have', { order: { ...order, seats: [{ area: 'Floor', quantity: 21 }] } }],
  ['a token that is a path', { order, chartToken: '..' }],
])('an order with %s is 422, and says what is wrong without what was sent', async (_what, body) => {
  const answer = await request('POST', '/checkouts', { body });
  expect(answer).toMatchObject(problem('invalid', 422));
  expect(answer.body.problems.length).toBeGreaterThan(0);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
});

test.concurrent('a body that is no JSON is 400, one that is too large 413, another content type 415', async () => {
  const send = (body: string, headers = {}) => request('POST', '/checkouts', { body, headers });
  expect(await send('{"order":')).toMatchObject(problem('bad-request', 400));
  expect(await send(JSON.stringify({ order: 'x'.repeat(70_000) }))).toMatchObject(problem('too-large', 413));
  expect(await send('order=1', { 'content-type': 'application/x-www-form-urlencoded' })).toMatchObject(
    problem('unsupported', 415),
  );
});

test.concurrent('an event that Seats.io does not know is 422', async () => {
  const unknown = orderOf(`Unknown${Date.now()}`, 'x', ['A-1']);
  expect(await start(unknown)).toMatchObject(problem('invalid', 422));
});

test.concurrent('a cancel ends the order; again it answers the same; after the money came it is 409', async () => {
  const eventId = await stack.newEvent();
  const [first, second] = [orderOf(eventId, 'first', ['A-1']), orderOf(eventId, 'second', ['A-2'])];
  await Promise.all([start(first), start(second)]);
  const cancelled = { status: 200, body: { state: 'cancelled' } };
  expect(await request('POST', `/checkouts/${first.orderId}/cancel`)).toMatchObject(cancelled);
  expect(await request('POST', `/checkouts/${first.orderId}/cancel`)).toMatchObject(cancelled);

  const action = { type: 'pause' };
  const book = await stack.fault({
    ...{ system: 'seatsio', call: 'book', match: `${second.orderId}-1` },
    action,
  });
  const paid = pay(second);
  await book.hit();
  expect(await request('POST', `/checkouts/${second.orderId}/cancel`)).toMatchObject(
    problem('too-late', 409),
  );
  expect((await read(second)).body).toMatchObject({ state: 'processing' });
  await book.release();
  await paid;
  await inProcess.result(second.orderId);
  await stack.expectLaw(eventId);
});

test.concurrent('an order that is not there and one of another shop are answered alike', async () => {
  const order = orderOf(await stack.newEvent(), 'notyours', ['A-1']);
  await start(order);
  const without = (text: string) => text.replaceAll(/[\w-]+-(notyours|nobodys)|"requestId":"[^"]+"/g, '');
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '?after=1-awaiting_payment&wait=1'],
    ['POST', '/cancel'],
  ] as const) {
    const [yours, nobodys] = await Promise.all(
      [order.orderId, `${order.eventId}-nobodys`].map((id) =>
        request(method, `/checkouts/${id}${path}`, { key: OTHER_SHOP }),
      ),
    );
    expect(yours?.status).toBe(404);
    expect(without(JSON.stringify(yours?.body))).toBe(without(JSON.stringify(nobodys?.body)));
  }
});

test.concurrent('a read with the version that is known waits for the change, and not for other news of the run', async () => {
  const order = orderOf(await stack.newEvent(), 'waits', ['A-1']);
  const { version } = (await start(order)).body;
  const { paymentId, confirm } = await stack.pay(order);
  let answered = false;
  const change = read(order, `?after=${version}&wait=30`).then((answer) => {
    answered = true;
    return answer;
  });
  await inProcess.openPayment(order.orderId, paymentId);
  await inProcess.recordPayment(report(order, paymentId, 'declined'));
  await vi.waitFor(async () => {
    const { payments } = await inProcess.status(order.orderId);
    expect(payments).toHaveLength(1);
  }, SOON);
  expect(answered).toBe(false);

  await confirm();
  await inProcess.recordPayment(report(order, paymentId, 'captured'));
  const seen = [(await change).body];
  expect(seen[0]).toMatchObject({ state: expect.stringMatching(/processing|completed/) });
  while (seen.at(-1).state !== 'completed') {
    seen.push((await read(order, `?after=${seen.at(-1).version}&wait=30`)).body);
  }
  expect(seen.map(({ state }) => state)).toEqual(
    [...new Set(seen.map(({ state }) => state))].filter((state) => state !== 'awaiting_payment'),
  );
});

test.concurrent('a read with a wait answers when the time is over, with the version that it had', async () => {
  const order = orderOf(await stack.newEvent(), 'still', ['A-1']);
  const { version } = (await start(order)).body;
  expect((await read(order, `?after=${version}&wait=1`)).body).toMatchObject({ version });
  expect((await read(order, '?after=0-nothing&wait=30')).body).toMatchObject({ version });
  expect(await read(order, '?wait=31')).toMatchObject(problem('bad-request', 400));
  expect(await read(order, '?befor=1')).toMatchObject(problem('bad-request', 400));
});

test.concurrent('while the seats are let go a buyer sees processing, never an end that may not be one', async () => {
  const order = orderOf(await stack.newEvent(), 'releasing', ['A-1']);
  const { orderToken } = (await start(order)).body;
  const { paymentId } = await stack.pay(order);
  await inProcess.openPayment(order.orderId, paymentId);
  const action = { type: 'pause' };
  const stop = await stack.fault({ system: 'stripe', call: 'cancel', match: paymentId, action });
  const cancel = request('POST', `/checkouts/${order.orderId}/cancel`, { token: orderToken.token });
  await stop.hit();
  const seen = await request('GET', `/checkouts/${order.orderId}`, { token: orderToken.token });
  expect(seen.body).toMatchObject({ state: 'processing' });
  await stop.release();
  expect(await cancel).toMatchObject({ status: 200, body: { state: 'cancelled' } });
});

test.concurrent('a checkout that was terminated is shown as processing, wants a person, and is not started again', async () => {
  const order = orderOf(await stack.newEvent(), 'broken', ['A-1']);
  await start(order);
  await stack.temporal.workflow.getHandle(`checkout/${order.orderId}`).terminate('by hand');

  expect((await read(order)).body).toMatchObject({ state: 'processing', needsPerson: true });
  expect(await start(order)).toMatchObject(problem('needs-person', 409));
});

test.concurrent('a buyer with as many open orders as are allowed is refused, until one of them has ended', async () => {
  const eventId = await stack.newEvent();
  const buyer = { email: `many.${eventId}@example.org`.toLowerCase(), name: 'Ana Buyer' };
  const orders = Array.from({ length: 6 }, (_, n) => ({
    ...orderOf(eventId, `many${n}`, [`B-${n + 1}`]),
    buyer: n % 2 ? { ...buyer, email: buyer.email.toUpperCase() } : buyer,
  }));
  const answers = [];
  for (const order of orders) answers.push(await start(order));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201, 429]);
  expect(answers[5]).toMatchObject(problem('too-many-open', 429));
  const [first, last] = [orders[0], orders[5]];
  if (!first || !last) throw new TypeError('six orders');
  expect((await start(first)).status, 'one that is counted').toBe(200);
  expect(await start(last, {}, createRequest(gateway.url)), 'still').toMatchObject({ status: 429 });

  await request('POST', `/checkouts/${first.orderId}/cancel`);
  expect((await start(last)).status).toBe(201);
});

test.concurrent('what can be sold of an event is told for all callers of five seconds by one report', async () => {
  const eventId = await stack.newEvent();
  await stack.seatsio.events.book(eventId, ['A-1']);
  const counted = await stack.fault({
    ...{ system: 'seatsio', call: 'reports', match: eventId, times: 100 },
    action: { type: 'delay', ms: 1 },
  });
  const path = `/events/${eventId}/seats`;
  const answers = await Promise.all(Array.from({ length: 10 }, () => request('GET', path)));
  answers.push(await request('GET', path, { key: OTHER_SHOP }));

  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  const { seats, areas } = answers[0]?.body ?? {};
  expect(seats).toHaveLength(39);
  expect(seats).toContainEqual({ label: 'A-2', category: 'Stalls' });
  expect(areas).toEqual([{ area: 'Floor', category: 'Standing', free: 100 }]);
  expect(await counted.hits()).toBe(1);
  expect(await request('GET', '/events/NoSuchEvent/seats')).toMatchObject(problem('not-found', 404));
  for (const id of ['..', '%2e%2e', '..%2fevents', 'a-b', 'x'.repeat(101)]) {
    expect((await request('GET', `/events/${id}/seats`)).status).toBeGreaterThanOrEqual(400);
  }
});

test.concurrent('only a key with the role gets in', async () => {
  const order = orderOf(await stack.newEvent(), 'roles', ['A-1']);
  for (const [key, status] of [
    [null, 401],
    ['nonsense', 401],
    [KEYS.payments, 403],
    [KEYS.admin, 403],
    [KEYS.checkout, 201],
  ] as const) {
    const answer = await request('POST', '/checkouts', { key, body: { order } });
    expect(answer.status, String(key)).toBe(status);
  }
});
