import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { createRequest } from '../stack/gateway-request.ts';
import { KEYS, useGateway } from '../stack/use-gateway.ts';
import { orderOf, useStack } from '../stack/use-stack.ts';

/** What somebody sends who wants the gateway to fail, to tell, or to do what it should not. */
const stack = await useStack();
const gateway = await useGateway();
const request = createRequest(gateway.url);
const eventId = await stack.newEvent();
const hold_token = { token: 'no-such-token' };

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

test('JSON that is nested thousands of times is refused, wherever it stands', async () => {
  const deep = nested(15_000);
  const bodies: [path: string, body: string][] = [
    ['/expire_hold_token_seatsio', `{"data":{"hold_token":{"token":"t","x":${deep}}}}`],
    [
      '/book_seats_seatsio',
      `{"data":{"event_id":"E","seats":["A-1"],"hold_token":{"token":"t","x":${deep}}}}`,
    ],
    ['/hold_seats_seatsio', `{"data":{"event_id":"E","seats":${deep}}}`],
    ['/release_seats_seatsio', `{"data":{"event_id":"E","seats":["A-1"],"hold_token":${deep}}}`],
    ['/checkouts', `{"order":${deep}}`],
    ['/checkouts', deep],
  ];
  for (const [path, body] of bodies) {
    const { status } = await request('POST', path, { body });
    expect([path, status]).toEqual([path, 400]);
  }
});

test.each([
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '\ud800',
  'A-1\udc00',
  '\u202e1-A',
  '../../A-1',
  '%2e%2e',
  "A-1' OR 1=1",
  '{"label":"A-1"}',
  '\u2028',
])('the seat %j is refused by each function as one that the event does not have', async (label) => {
  for (const seats of [[label], [{ objectId: label, quantity: 1 }], ['A-1', label]]) {
    const answers = [
      await gateway.call('hold_seats_seatsio', { event_id: eventId, seats }),
      await gateway.call('release_seats_seatsio', { event_id: eventId, seats, hold_token: 'none' }),
      await gateway.call('book_seats_seatsio', { event_id: eventId, seats, hold_token }),
      await gateway.call(
        'release_seats_seatsio',
        { event_id: eventId, seats, reason: 'for the tests' },
        { admin: true },
      ),
    ];
    expect(answers.map(({ http }) => http)).toEqual([400, 400, 400, 400]);
  }
  const order = { ...orderOf(eventId, 'odd', ['A-1']), seats: [{ label }] };
  const { status } = await request('POST', '/checkouts', {
    body: { order: { ...order, orderId: `o${Date.now()}` } },
  });
  expect([409, 422]).toContain(status);
});

test.each([1e308, -1, 1.5, 2 ** 53, '1', null, [1], Number.MAX_SAFE_INTEGER])(
  'the number %j is refused where a count or an amount is wanted',
  async (number) => {
    const order = orderOf(eventId, 'numbers', ['A-1']);
    const wrong = [
      { order: { ...order, seats: [{ area: 'Floor', quantity: number }] } },
      { order, retryOf: number },
      ...(number === Number.MAX_SAFE_INTEGER
        ? []
        : [{ order: { ...order, total: { amount: number, currency: 'USD' } } }]),
    ];
    for (const body of wrong) expect((await request('POST', '/checkouts', { body })).status).toBe(422);
    const seats = [{ objectId: 'Floor', quantity: number }];
    expect(await gateway.call('hold_seats_seatsio', { event_id: eventId, seats })).toMatchObject({
      http: 400,
    });
  },
);

test('keys and tokens count in their header only, and once', async () => {
  const order = orderOf(eventId, 'places', [['Floor', 1]]);
  const { orderToken } = (await request('POST', '/checkouts', { body: { order } })).body;
  const path = `/checkouts/${order.orderId}`;
  const none = { key: null };
  const { token } = orderToken;
  const attempts = [
    await request('GET', `${path}?x-api-key=${KEYS.checkout}`, none),
    await request('POST', `${path}/cancel?token=${token}`, none),
    await request('POST', `${path}/cancel?access_token=${token}`, none),
    await request('POST', `${path}/cancel`, { ...none, body: { token, key: KEYS.checkout } }),
    await request('GET', path, { ...none, headers: { cookie: `x-api-key=${KEYS.checkout}` } }),
    await request('GET', path, { ...none, headers: { authorization: `Bearer ${KEYS.checkout}` } }),
    await request('GET', path, { ...none, headers: { authorization: `Basic ${btoa(`:${KEYS.checkout}`)}` } }),
    await request('GET', path, { key: `${KEYS.payments}, ${KEYS.checkout}` }),
    await request('GET', path, { key: token }),
    await request('GET', path, { token: `${token}, ${token}` }),
  ];
  expect(attempts.map(({ status }) => status)).toEqual(attempts.map(() => 401));
  expect((await request('GET', path, { token })).status).toBe(200);
});

/** Sends bytes as they are. @returns what came back until the connection ended */
async function sendRaw(text: string, url = gateway.url): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    answer += chunk;
  });
  socket.on('error', () => undefined);
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

test.each([
  [
    'two lengths',
    'POST /checkouts HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 3\r\nCANARY',
    400,
  ],
  [
    'a length and chunks',
    'POST /checkouts HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\nCANARY',
    400,
  ],
  ['no HTTP at all', 'hello CANARY\r\n\r\nCANARY', 400],
  ['a header without a name', 'GET / HTTP/1.1\r\nhost: x\r\n: CANARY\r\nCANARY', 400],
  ['headers of 20 KiB', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\nCANARY`, 431],
])(
  'a request with %s is a problem document and the end of its connection; no log line has it',
  async (_, text, status) => {
    const sent = text.replace('CANARY', `x-api-key: ${KEYS.checkout}\r\n\r\n`);
    const before = gateway.log.length;
    const answer = await sendRaw(sent);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer.toLowerCase()).toContain('content-type: application/problem+json');
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))).toMatchObject({ status });
    const lines = gateway.log.slice(before).join('\n');
    expect(lines).not.toContain(KEYS.checkout);
    expect(lines).not.toContain('rawPacket');
  },
);
