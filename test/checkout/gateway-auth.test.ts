import { expect, test } from 'vitest';
import { KEYS, useGateway } from '../stack/use-gateway.ts';
import { useStack } from '../stack/use-stack.ts';

const stack = await useStack();
const gateway = await useGateway({ checkouts: stack.checkouts() });
const renamed = await useGateway({ checkouts: stack.checkouts(), keyHeader: 'authorization' });
const eventId = await stack.newEvent();
await stack.seatsio.events.book(eventId, ['D-1']);

const seats = ['A-1'];
const hold_token = { token: 'no-such-token' };
const override = { event_id: eventId, seats: ['D-1'], reason: 'a good reason' };

/** What each role gets of each function, written down before it is asked. */
const CELLS: [name: string, admin: boolean, data: object, cells: Record<keyof typeof KEYS, number>][] = [
  ['list_event_seatsio', false, {}, { checkout: 200, payments: 403, admin: 403 }],
  ['hold_seats_seatsio', false, { event_id: eventId, seats }, { checkout: 200, payments: 403, admin: 403 }],
  [
    'release_seats_seatsio',
    false,
    { event_id: eventId, seats, hold_token: 'no-such-token' },
    { checkout: 400, payments: 403, admin: 403 },
  ],
  ['release_seats_seatsio', false, override, { checkout: 403, payments: 403, admin: 403 }],
  ['release_seats_seatsio', true, override, { checkout: 403, payments: 403, admin: 200 }],
  ['expire_hold_token_seatsio', false, { hold_token }, { checkout: 200, payments: 403, admin: 403 }],
  [
    'book_seats_seatsio',
    false,
    { event_id: eventId, seats, hold_token },
    { checkout: 400, payments: 403, admin: 403 },
  ],
  [
    'create_event_seatsio',
    false,
    { event_id: eventId, chart_id: 'club' },
    { checkout: 403, payments: 403, admin: 403 },
  ],
  [
    'create_event_seatsio',
    true,
    { event_id: eventId, chart_id: 'club' },
    { checkout: 403, payments: 403, admin: 200 },
  ],
  ['hold_seats_seatsio', true, { event_id: eventId, seats }, { checkout: 404, payments: 404, admin: 404 }],
];

test.each(CELLS)(
  '%s (admin listener: %s) is for the roles that are written down',
  async (name, admin, data, cells) => {
    const got = { ...cells };
    for (const role of Object.keys(cells) as (keyof typeof KEYS)[]) {
      got[role] = (await gateway.call(name, data, { admin, key: KEYS[role] })).http;
    }
    expect(got).toEqual(cells);
    if (cells.admin === 404) return;
    for (const key of [
      '',
      'key',
      `${KEYS.checkout}x`,
      KEYS.checkout.slice(0, -1),
      `${KEYS.admin}, ${KEYS.admin}`,
    ]) {
      const answer = await gateway.call(name, data, { admin, key });
      expect(answer).toMatchObject({ http: 401, status: 401, data: { code: 'no_key' } });
    }
  },
);

test('the key is looked at before the body is read', async () => {
  const send = (headers: Record<string, string>) =>
    fetch(`${gateway.url}/hold_seats_seatsio`, { method: 'POST', headers, body: 'not json' });
  expect((await send({ 'content-type': 'application/json' })).status).toBe(401);
  expect((await send({ 'content-type': 'application/json', 'x-api-key': KEYS.checkout })).status).toBe(400);
});

test('a setting names the header; as authorization, the key stands behind Bearer', async () => {
  const call = (headers: Record<string, string>) =>
    fetch(`${renamed.url}/list_event_seatsio`, { method: 'POST', headers }).then(({ status }) => status);

  expect(await call({ authorization: `Bearer ${KEYS.checkout}` })).toBe(200);
  expect(await call({ authorization: KEYS.checkout })).toBe(401);
  expect(await call({ authorization: `Basic ${btoa(`${KEYS.checkout}:`)}` })).toBe(401);
  expect(await call({ 'x-api-key': KEYS.checkout })).toBe(401);
  const refused = await fetch(`${renamed.url}/list_event_seatsio`, { method: 'POST' });
  expect(refused.headers.get('www-authenticate')).toBe('Bearer');
});

test('an override leaves who, what and why in the log, before it frees what others booked', async () => {
  const booked = await stack.newEvent();
  await stack.seatsio.events.book(booked, ['B-1']);
  const asked = { event_id: booked, seats: ['B-1'], reason: 'double sale, ticket 17 was refunded' };
  const answer = await gateway.call('release_seats_seatsio', asked, { admin: true });

  expect(answer).toMatchObject({ http: 200, data: { release: { objects: { 'B-1': { status: 'free' } } } } });
  const audit = gateway.log
    .map((line) => JSON.parse(line))
    .filter((line) => line.audit && line.eventId === booked);
  expect(audit).toEqual([
    expect.objectContaining({
      audit: 'release_override',
      caller: 'operators',
      seats: ['B-1'],
      reason: asked.reason,
    }),
  ]);
});

test.each([
  '',
  '  ',
  'ok',
  'x'.repeat(301),
  'ana@example.org asked',
  `because of ${'k'.repeat(25)}`,
  7,
  null,
])('an override for the reason %j is refused, and frees nothing', async (reason) => {
  const held = await stack.newEvent();
  const { token } = (await gateway.call('hold_seats_seatsio', { event_id: held, seats })).data.hold.holdToken;
  const asked = { event_id: held, seats, reason };
  expect(await gateway.call('release_seats_seatsio', asked, { admin: true })).toMatchObject({ http: 400 });
  expect(await stack.seatsio.events.retrieveObjectInfo(held, 'A-1')).toMatchObject({ holdToken: token });
});

test('no key, token or personal datum gets into a log line or an answer that is not for it', async () => {
  const canary = await stack.newEvent();
  const { token } = (await gateway.call('hold_seats_seatsio', { event_id: canary, seats })).data.hold
    .holdToken;
  const body = { message: token, messages: [token], errors: [{ code: token, message: token }] };
  const failure = { type: 'status', status: 500, when: 'before', body };
  await stack.fault({ system: 'seatsio', call: 'book', match: canary, action: failure });
  const personal = { email: 'canary.mail@example.org', name: 'Canary Name' };
  const answers = [
    await gateway.call('book_seats_seatsio', { event_id: canary, seats, hold_token: { token, ...personal } }),
    await gateway.call('hold_seats_seatsio', { event_id: canary, seats, ...personal }),
    await gateway.call('release_seats_seatsio', { event_id: personal.email, seats, hold_token: token }),
    await gateway.call(`nothing/${personal.email}?token=${token}`, {}),
    await gateway.call('hold_seats_seatsio', {}, { key: `${KEYS.admin}-but-wrong` }),
  ];
  expect(answers.map(({ http }) => http)).toEqual([502, 400, 400, 404, 401]);

  const secrets = [
    token,
    'canary.mail',
    'Canary Name',
    ...Object.values(KEYS),
    String(stack.env.SEATSIO_SECRET_KEY),
  ];
  const found = (text: string) => secrets.filter((secret) => text.includes(secret));
  expect(gateway.log.length).toBeGreaterThan(10);
  expect(found(gateway.log.join('\n')), 'in the log').toEqual([]);
  expect(found(JSON.stringify(answers)), 'in the answers').toEqual([]);
});
