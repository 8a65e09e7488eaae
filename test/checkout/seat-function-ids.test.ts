import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { useGateway } from '../stack/use-gateway.ts';
import { useStack } from '../stack/use-stack.ts';

/** A Seats.io that only notes who comes. */
const calls: string[] = [];
const upstream = createServer((request, response) => {
  calls.push(`${request.method} ${request.url}`);
  response.writeHead(500).end();
}).listen(0, '127.0.0.1');
await new Promise((resolve) => upstream.once('listening', resolve));
afterAll(() => {
  upstream.closeAllConnections();
  upstream.close();
});

const stack = await useStack();
const seatsioUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
const { call } = await useGateway({ checkouts: stack.checkouts(), seatsioUrl });

const NO_IDS = [
  '../events/x',
  '..',
  '.',
  '%2e%2e',
  '%2e%2e%2fevents%2fx',
  '..\\events',
  'a/b',
  'a?b=c',
  'a#b',
  'a b',
  'a\u0000b',
  'a\n',
  '',
  'ü',
  'x'.repeat(129),
  '*',
];
const seats = ['A-1'];
const event_id = 'Ev1';
const hold_token = { token: 'token-1' };
const reason = 'a good reason';

/** Every place where an id or token comes in, with a good call around it. */
const PLACES: [name: string, admin: boolean, data: (id: unknown) => object][] = [
  ['create_event_seatsio', true, (id) => ({ event_id: id, chart_id: 'club' })],
  ['create_event_seatsio', true, (id) => ({ event_id, chart_id: id })],
  ['hold_seats_seatsio', false, (id) => ({ event_id: id, seats })],
  ['release_seats_seatsio', false, (id) => ({ event_id: id, seats, hold_token: 'token-1' })],
  ['release_seats_seatsio', false, (id) => ({ event_id, seats, hold_token: id })],
  ['release_seats_seatsio', true, (id) => ({ event_id: id, seats, reason })],
  ['expire_hold_token_seatsio', false, (id) => ({ hold_token: { token: id } })],
  ['book_seats_seatsio', false, (id) => ({ event_id: id, seats, hold_token })],
  ['book_seats_seatsio', false, (id) => ({ event_id, seats, hold_token: { token: id } })],
];

test.each(PLACES)(
  '%s takes no id that could leave its path, and asks Seats.io nothing',
  async (name, admin, data) => {
    calls.length = 0;
    for (const id of [...NO_IDS, null, 7, {}, ['Ev1']]) {
      const answer = await call(name, data(id), { admin });
      expect([id, answer.http, answer.data.code]).toEqual([id, 400, 'bad_request']);
      if (typeof id === 'string' && id.length > 2) expect(answer.data.status).not.toContain(id);
    }
    expect(calls).toEqual([]);

    expect((await call(name, data('Good_id-1'), { admin })).http, 'the same call with an id').toBeGreaterThan(
      400,
    );
    expect(calls).not.toEqual([]);
  },
);

test.each([
  ['no seats', []],
  ['no list', 'A-1'],
  ['more than a hundred', Array.from({ length: 101 }, (_, index) => `A-${index}`)],
  ['a label twice', ['A-1', 'A-1']],
  ['a label and an area of one name', ['Floor', { objectId: 'Floor', quantity: 1 }]],
  ['an empty label', ['']],
  ['a label with a control character', ['A-\u0001']],
  ['a label of 257 characters', ['x'.repeat(257)]],
  ['no places', [{ objectId: 'Floor', quantity: 0 }]],
  ['half a place', [{ objectId: 'Floor', quantity: 1.5 }]],
  ['places as text', [{ objectId: 'Floor', quantity: '2' }]],
  ['an area without places', [{ objectId: 'Floor' }]],
  ['something else', [null]],
])('seats that are %s are refused by each function, and Seats.io is asked nothing', async (_, wrong) => {
  calls.length = 0;
  for (const name of ['hold_seats_seatsio', 'release_seats_seatsio', 'book_seats_seatsio']) {
    const token = name === 'release_seats_seatsio' ? 'token-1' : hold_token;
    const answer = await call(name, { event_id, seats: wrong, hold_token: token });
    expect(answer).toMatchObject({ http: 400, data: { code: 'bad_request' } });
  }
  const override = { event_id, seats: wrong, reason };
  expect(await call('release_seats_seatsio', override, { admin: true })).toMatchObject({ http: 400 });
  expect(calls).toEqual([]);
});

test.each([
  ['absent', {}],
  ['null', { hold_token: null }],
  ['a plain string', { hold_token: 'token-1' }],
  ['without a token', { hold_token: { expiresAt: 'x' } }],
])('a booking with a hold token that is %s never reaches Seats.io', async (_, token) => {
  calls.length = 0;
  expect(await call('book_seats_seatsio', { event_id, seats, ...token })).toMatchObject({ http: 400 });
  expect(calls).toEqual([]);
});
