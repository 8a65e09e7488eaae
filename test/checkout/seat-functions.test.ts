import { expect, test } from 'vitest';
import { useGateway } from '../stack/use-gateway.ts';
import { useStack } from '../stack/use-stack.ts';

const stack = await useStack();
const { call } = await useGateway({ checkouts: stack.checkouts() });

const seatsLedger = async (eventId: string) =>
  (await stack.ledgers.read('seatsio')).filter(({ event }) => event === eventId);
const effects = async (eventId: string) =>
  (await seatsLedger(eventId)).map(({ effect, label }) => `${effect} ${String(label)}`);
const statusOf = async (eventId: string, label: string) =>
  (await stack.seatsio.events.retrieveObjectInfo(eventId, label)).status;
const ended = async (token: string) =>
  (await stack.ledgers.read('seatsio')).some(
    ({ effect, holdToken }) => effect === 'token.expired' && holdToken === token,
  );
const hold = async (eventId: string, seats: unknown[]): Promise<string> =>
  (await call('hold_seats_seatsio', { event_id: eventId, seats })).data.hold.holdToken.token;
const newEventId = () => `Fn${process.pid}x${Math.random().toString(36).slice(2)}`;

test('a created event is answered with its seats counted; the same again is the same, another chart is refused', async () => {
  const eventId = newEventId();
  const data = { chart_id: 'club', event_id: eventId, name_event: 'Gala', date_event: '2027-03-01' };
  const first = await call('create_event_seatsio', data, { admin: true });

  expect(first).toMatchObject({ http: 200, status: 200 });
  expect(first.data.event).toEqual({
    id: expect.any(Number),
    key: eventId,
    chartKey: 'club',
    name: 'Gala',
    date: '2027-03-01',
    statusSummary: expect.objectContaining({ free: 140 }),
  });
  await hold(eventId, ['A-1']);
  const again = await call('create_event_seatsio', { ...data, name_event: 'Other' }, { admin: true });
  expect(again.data.event).toMatchObject({ name: 'Gala', statusSummary: { free: 139, reservedByToken: 1 } });

  const other = await call('create_event_seatsio', { ...data, chart_id: 'theatre' }, { admin: true });
  expect(other).toMatchObject({ http: 400, status: 400, data: { code: 'event_has_another_chart' } });
  const noChart = { ...data, event_id: newEventId(), chart_id: 'nowhere' };
  expect(await call('create_event_seatsio', noChart, { admin: true })).toMatchObject({
    status: 400,
    data: { code: 'chart_not_found' },
  });
});

test.each(['2027-02-30', '01-03-2027', '2027-3-1', '2027-03-01T20:00:00Z', 20270301, ''])(
  'an event on %s is refused, and not created',
  async (date) => {
    const eventId = newEventId();
    const data = { chart_id: 'club', event_id: eventId, name_event: 'Gala', date_event: date };
    expect(await call('create_event_seatsio', data, { admin: true })).toMatchObject({ http: 400 });
    await expect(stack.seatsio.events.retrieve(eventId)).rejects.toMatchObject({ status: 404 });
  },
);

test('a creation whose answer was lost is found; without its counters the event is still answered', async () => {
  const eventId = newEventId();
  await stack.fault({
    system: 'seatsio',
    call: 'events',
    match: eventId,
    action: { type: 'drop', when: 'after' },
  });
  await stack.fault({ system: 'seatsio', call: 'reports', match: eventId, action: { type: 'garbage' } });
  const answer = await call('create_event_seatsio', { chart_id: 'club', event_id: eventId }, { admin: true });

  expect(answer).toMatchObject({ http: 200, data: { event: { key: eventId, statusSummary: null } } });
});

test('every event is listed, each with its counters, with or without a body', async () => {
  const eventId = await stack.newEvent();
  await hold(eventId, [{ objectId: 'Floor', quantity: 3 }]);
  const { data } = await call('list_event_seatsio', {});
  const found = data.events.find(({ key }: { key: string }) => key === eventId);

  expect(found).toMatchObject({ chartKey: 'club', statusSummary: { free: 137, reservedByToken: 3 } });
  expect(data.events.every((event: object) => 'statusSummary' in event)).toBe(true);
});

test('a hold answers with a new token of ten minutes inside the result, and holds labels and places', async () => {
  const eventId = await stack.newEvent();
  const seats = ['A-1', { objectId: 'Floor', quantity: 2 }];
  const { http, data } = await call('hold_seats_seatsio', { event_id: eventId, seats, whole: { object: 1 } });
  const { token, expiresAt } = data.hold.holdToken;

  expect(http).toBe(200);
  const restMs = Date.parse(expiresAt) - Date.now();
  expect(restMs).toBeGreaterThan(9 * 60_000);
  expect(restMs).toBeLessThanOrEqual(10 * 60_000);
  expect(data.hold.objects['A-1']).toMatchObject({ status: 'reservedByToken', holdToken: token });
  expect(data.hold.objects.Floor).toMatchObject({ numHeld: 2 });
  expect(data.hold.objects.Floor, 'the holds of an area are tokens of all its buyers').not.toHaveProperty(
    'holds',
  );
  expect(await hold(eventId, ['A-2'])).not.toBe(token);
});

test('a refused hold names the seats that are taken, holds none, and its new token has ended', async () => {
  const eventId = await stack.newEvent();
  const first = await hold(eventId, ['B-2']);
  const before = (await stack.ledgers.read('seatsio')).length;
  const refused = await call('hold_seats_seatsio', { event_id: eventId, seats: ['B-1', 'B-2', 'B-3'] });

  expect(refused).toMatchObject({ http: 400, data: { code: 'seats_unavailable', seats: ['B-2'] } });
  expect(JSON.stringify(refused)).not.toContain(first);
  const since = (await stack.ledgers.read('seatsio')).slice(before);
  const created = since.filter(({ effect }) => effect === 'token.created');
  const [token] = created.filter(({ holdToken }) =>
    since.some((one) => one.effect === 'token.expired' && one.holdToken === holdToken),
  );
  expect(token, 'a token was made and ended again').toBeDefined();
  expect(await statusOf(eventId, 'B-1')).toBe('free');
});

test('a hold whose answer was lost is freed before it is answered', async () => {
  const eventId = await stack.newEvent();
  await stack.fault({
    system: 'seatsio',
    call: 'hold',
    match: eventId,
    action: { type: 'drop', when: 'after' },
  });
  const answer = await call('hold_seats_seatsio', { event_id: eventId, seats: ['A-1'] });

  expect(answer).toMatchObject({ http: 503, data: { code: 'hold_undone' } });
  const ledger = await seatsLedger(eventId);
  const held = ledger.find(({ effect }) => effect === 'held');
  expect(held, 'it was held').toBeDefined();
  expect(await ended(String(held?.holdToken))).toBe(true);
  expect(await statusOf(eventId, 'A-1')).toBe('free');
});

test('an unknown event, or a chart in its place, is told to call create_event_seatsio first', async () => {
  for (const eventId of ['club', newEventId()]) {
    const answer = await call('hold_seats_seatsio', { event_id: eventId, seats: ['A-1'] });
    expect(answer).toMatchObject({ http: 400, data: { code: 'event_not_found' } });
    expect(answer.data.status).toContain('create_event_seatsio first');
  }
});

test('a seat that the event lacks, an area by its bare label, and a label as an area are refused by name', async () => {
  const eventId = await stack.newEvent();
  const token = await hold(eventId, [{ objectId: 'Floor', quantity: 2 }, 'A-1']);
  const cases = [
    [['Z-99'], 'unknown_seat', ['Z-99']],
    [['Floor'], 'not_a_seat', ['Floor']],
    [[{ objectId: 'A-1', quantity: 1 }], 'not_a_seat', ['A-1']],
    [['B-1', { objectId: 'B-2', quantity: 1 }], 'not_a_seat', ['B-2']],
  ] as const;
  for (const [seats, code, labels] of cases) {
    const held = await call('hold_seats_seatsio', { event_id: eventId, seats });
    expect(held).toMatchObject({ http: 400, data: { code, seats: labels } });
    const booked = await call('book_seats_seatsio', { event_id: eventId, seats, hold_token: { token } });
    expect(booked).toMatchObject({ http: 400, data: { code, seats: labels } });
  }
  expect((await effects(eventId)).filter((effect) => effect.startsWith('booked'))).toEqual([]);
  expect(await statusOf(eventId, 'B-2'), 'Seats.io did hold it').toBe('free');
});

test('a release with a token frees what it holds, labels and places', async () => {
  const eventId = await stack.newEvent();
  const token = await hold(eventId, ['A-1', 'A-2', { objectId: 'Floor', quantity: 3 }]);
  const seats = ['A-1', { objectId: 'Floor', quantity: 1 }];
  const answer = await call('release_seats_seatsio', { event_id: eventId, seats, hold_token: token });

  expect(answer).toMatchObject({
    http: 200,
    data: { release: { objects: { 'A-1': { status: 'free' }, Floor: { numHeld: 2 } } } },
  });
  expect(await statusOf(eventId, 'A-2')).toBe('reservedByToken');
});

test('one label that is not the token’s refuses the whole release', async () => {
  const eventId = await stack.newEvent();
  const mine = await hold(eventId, ['A-1', 'A-3', { objectId: 'Floor', quantity: 1 }]);
  await hold(eventId, ['A-2', { objectId: 'Floor', quantity: 5 }]);
  const booked = { event_id: eventId, seats: ['A-3'], hold_token: { token: mine } };
  expect(await call('book_seats_seatsio', booked)).toMatchObject({ http: 200 });

  for (const other of ['A-2', 'A-3', 'A-4', { objectId: 'Floor', quantity: 2 }]) {
    const seats = ['A-1', other];
    const answer = await call('release_seats_seatsio', { event_id: eventId, seats, hold_token: mine });
    const label = typeof other === 'string' ? other : other.objectId;
    expect(answer).toMatchObject({ http: 400, data: { code: 'not_held', seats: [label] } });
  }
  expect((await effects(eventId)).filter((effect) => effect.startsWith('released'))).toEqual([]);
});

test('only an absent hold token is the override, and the public listener has none', async () => {
  const eventId = await stack.newEvent();
  const token = await hold(eventId, ['A-1']);
  const data = { event_id: eventId, seats: ['A-1'] };
  for (const hold_token of [null, '', 7, false, [], {}, { token }, [token]]) {
    expect(await call('release_seats_seatsio', { ...data, hold_token })).toMatchObject({ http: 400 });
    const asAdmin = { ...data, hold_token, reason: 'a good reason' };
    expect(await call('release_seats_seatsio', asAdmin, { admin: true })).toMatchObject({ http: 400 });
  }
  expect(await call('release_seats_seatsio', data)).toMatchObject({
    http: 403,
    data: { code: 'admin_only' },
  });
  expect(await call('release_seats_seatsio', data, { admin: true }), 'without a reason').toMatchObject({
    http: 400,
  });
  expect(await statusOf(eventId, 'A-1')).toBe('reservedByToken');
});

test('an expiry frees all of the token’s seats at once, echoes the token whole, and is true when repeated', async () => {
  const eventId = await stack.newEvent();
  const token = await hold(eventId, ['A-1', { objectId: 'Floor', quantity: 4 }]);
  const hold_token = { expiresAt: '2027-01-01T00:00:00Z', token, extra: { deep: [1, null, 'ü'] } };
  for (const _ of ['first', 'again']) {
    const answer = await call('expire_hold_token_seatsio', { hold_token });
    expect(answer).toMatchObject({ http: 200, status: 200 });
    expect(answer.data).toEqual({ hold_token, expired: true });
  }
  expect(await statusOf(eventId, 'A-1')).toBe('free');
  expect(await stack.seatsio.events.retrieveObjectInfo(eventId, 'Floor')).toMatchObject({ numHeld: 0 });

  const padded = (bytes: number) => {
    const bare = { token, pad: '' };
    return { ...bare, pad: 'x'.repeat(bytes - JSON.stringify(bare).length) };
  };
  expect(await call('expire_hold_token_seatsio', { hold_token: padded(2_048) })).toMatchObject({ http: 200 });
  expect(await call('expire_hold_token_seatsio', { hold_token: padded(2_049) })).toMatchObject({ http: 400 });
});

test('labels and places are booked in one call, answered by kind, and counted by entries', async () => {
  const eventId = await stack.newEvent();
  const seats = ['A-1', { objectId: 'Floor', quantity: 2 }, 'A-2'];
  const token = await hold(eventId, seats);
  const hold_token = { token, expiresAt: '2027-01-01T00:00:00Z' };
  const { http, data } = await call('book_seats_seatsio', { event_id: eventId, seats, hold_token });

  expect(http).toBe(200);
  expect(data).toEqual({
    results: {
      assigned: {
        objects: {
          'A-1': expect.objectContaining({ status: 'booked' }),
          'A-2': expect.objectContaining({ status: 'booked' }),
        },
      },
      ga: [
        {
          objectId: 'Floor',
          quantity: 2,
          result: { objects: { Floor: expect.objectContaining({ numBooked: 2 }) } },
        },
      ],
    },
    event_id: eventId,
    hold_token,
    counts: { assigned: 2, ga: 1, total: 3 },
  });
  const booked = (await seatsLedger(eventId)).filter(({ effect }) => effect === 'booked');
  const [orderId] = booked.map((entry) => String(entry.orderId));
  expect(orderId).toMatch(/^tok_[\w-]{32}$/);
  expect(booked.every((entry) => entry.orderId === orderId)).toBe(true);
  expect(orderId).not.toContain(token);
});

test('places alone have no assigned result', async () => {
  const eventId = await stack.newEvent();
  const seats = [{ objectId: 'Floor', quantity: 3 }];
  const hold_token = { token: await hold(eventId, seats) };
  const { data } = await call('book_seats_seatsio', { event_id: eventId, seats, hold_token });

  expect(data.results.assigned).toBeNull();
  expect(data.counts).toEqual({ assigned: 0, ga: 1, total: 1 });
});

test.each([
  ['a label of somebody else', ['A-1', 'B-1'], 'B-1'],
  ['a free label', ['A-1', 'C-1'], 'C-1'],
  ['more places than are held', ['A-1', { objectId: 'Floor', quantity: 3 }], 'Floor'],
])('a booking with %s books nothing', async (_, seats, label) => {
  const eventId = await stack.newEvent();
  const token = await hold(eventId, ['A-1', { objectId: 'Floor', quantity: 2 }]);
  await hold(eventId, ['B-1', { objectId: 'Floor', quantity: 9 }]);
  const answer = await call('book_seats_seatsio', { event_id: eventId, seats, hold_token: { token } });

  expect(answer).toMatchObject({ http: 400, data: { code: 'not_held', seats: [label] } });
  expect((await effects(eventId)).filter((effect) => effect.startsWith('booked'))).toEqual([]);
});

test.each([{ type: 'drop', when: 'after' }, { type: 'garbage' }])(
  'a booking whose answer was lost ($type) is recognised, at once and when it is repeated',
  async (action) => {
    const eventId = await stack.newEvent();
    const seats = ['A-1', { objectId: 'Floor', quantity: 2 }];
    const data = { event_id: eventId, seats, hold_token: { token: await hold(eventId, seats) } };
    await stack.fault({ system: 'seatsio', call: 'book', match: eventId, action });

    for (const _ of ['first', 'again']) {
      expect(await call('book_seats_seatsio', data)).toMatchObject({
        http: 200,
        data: { counts: { total: 2 } },
      });
    }
    expect((await effects(eventId)).filter((effect) => effect.startsWith('booked'))).toEqual([
      'booked A-1',
      'booked Floor',
    ]);
  },
);

test('a booking of other places beside a label that is booked is no repeat of it', async () => {
  const eventId = await stack.newEvent();
  const token = await hold(eventId, ['A-1', { objectId: 'Floor', quantity: 2 }]);
  const book = (seats: unknown[]) =>
    call('book_seats_seatsio', { event_id: eventId, seats, hold_token: { token } });
  expect(await book(['A-1', { objectId: 'Floor', quantity: 2 }])).toMatchObject({ http: 200 });
  await stack.seatsio.events.hold(eventId, { objectId: 'Floor', quantity: 3 }, token);

  expect(await book(['A-1', { objectId: 'Floor', quantity: 3 }])).toMatchObject({ http: 400 });
});

test('a booking under a token that has ended is refused, though the seats are free', async () => {
  const eventId = await stack.newEvent();
  const token = await hold(eventId, ['A-1']);
  await call('expire_hold_token_seatsio', { hold_token: { token } });
  const data = { event_id: eventId, seats: ['A-1'], hold_token: { token } };

  expect(await call('book_seats_seatsio', data)).toMatchObject({ http: 400, data: { code: 'not_held' } });
});
