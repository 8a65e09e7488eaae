import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createIdempotentHolds } from '../../src/http/idempotent-holds.ts';
import { OTHER_SHOP, useGateway } from '../stack/use-gateway.ts';
import { useStack } from '../stack/use-stack.ts';

const stack = await useStack();
const gateway = await useGateway({ checkouts: stack.checkouts() });
const nobodyWorks = await useGateway({
  checkouts: stack.checkouts(),
  idempotentHolds: createIdempotentHolds({
    client: stack.temporal,
    taskQueue: 'nobody-polls-this',
    withinMs: 2_000,
  }),
});

const hold = (eventId: string, seats: unknown[], key: string, on = gateway) =>
  on.call('hold_seats_seatsio', { event_id: eventId, seats }, { headers: { 'idempotency-key': key } });
const heldIn = async (eventId: string) =>
  (await stack.ledgers.read('seatsio')).filter(({ effect, event }) => effect === 'held' && event === eventId);

test('the same call with the same key holds once and has the same answer, quoted or bare', async () => {
  const eventId = await stack.newEvent();
  const seats = ['A-1', { objectId: 'Floor', quantity: 2 }];
  const key = randomUUID();
  const first = await hold(eventId, seats, key);
  expect(first).toMatchObject({ http: 200, data: { hold: { holdToken: { token: expect.any(String) } } } });

  expect(await hold(eventId, seats, key)).toEqual(first);
  expect(await hold(eventId, seats, `"${key}"`)).toEqual(first);
  expect((await heldIn(eventId)).map(({ label }) => label)).toEqual(['A-1', 'Floor']);
});

test('the same key with another body is refused, and holds nothing', async () => {
  const eventId = await stack.newEvent();
  const key = randomUUID();
  await hold(eventId, ['A-1'], key);

  expect(await hold(eventId, ['A-2'], key)).toMatchObject({ http: 422, data: { code: 'key_reused' } });
  expect(await heldIn(eventId)).toHaveLength(1);
});

test('a call whose twin is still under way is told so, and has its answer later', async () => {
  const eventId = await stack.newEvent();
  const key = randomUUID();
  const pause = await stack.fault({
    system: 'seatsio',
    call: 'hold',
    match: eventId,
    action: { type: 'pause', when: 'before' },
  });
  const first = hold(eventId, ['A-1'], key);
  await pause.hit();
  expect(await hold(eventId, ['A-1'], key)).toMatchObject({ http: 409, data: { code: 'still_running' } });
  await pause.release();

  expect(await first).toMatchObject({ http: 200 });
  expect(await hold(eventId, ['A-1'], key)).toEqual(await first);
  expect(await heldIn(eventId)).toHaveLength(1);
});

test('calls with one key at one moment hold once', async () => {
  const eventId = await stack.newEvent();
  const key = randomUUID();
  const answers = await Promise.all(Array.from({ length: 8 }, () => hold(eventId, ['A-1'], key)));

  expect(answers.filter(({ http }) => http !== 200 && http !== 409)).toEqual([]);
  const tokens = answers.flatMap(({ data }) => data.hold?.holdToken.token ?? []);
  expect(new Set(tokens).size).toBe(1);
  expect(await heldIn(eventId)).toHaveLength(1);
});

test('a refusal is the answer for good, though the seats are free again', async () => {
  const eventId = await stack.newEvent();
  const { token } = (await hold(eventId, ['A-1'], randomUUID())).data.hold.holdToken;
  const key = randomUUID();
  const refused = await hold(eventId, ['A-1'], key);
  expect(refused).toMatchObject({ http: 400, data: { code: 'seats_unavailable', seats: ['A-1'] } });
  await gateway.call('expire_hold_token_seatsio', { hold_token: { token } });

  const again = await hold(eventId, ['A-1'], key);
  const { requestId: _, ...facts } = refused.data;
  expect(again).toMatchObject({ http: 400, data: facts });
  expect(await hold(eventId, ['A-1'], randomUUID())).toMatchObject({ http: 200 });
});

test('a hold whose answer was lost is made again with a new token, under the same key', async () => {
  const eventId = await stack.newEvent();
  const action = { type: 'drop', when: 'after' };
  await stack.fault({ system: 'seatsio', call: 'hold', match: eventId, action });
  const key = randomUUID();
  const answer = await hold(eventId, ['A-1'], key);

  expect(answer).toMatchObject({ http: 200 });
  const { token } = answer.data.hold.holdToken;
  expect(await stack.seatsio.events.retrieveObjectInfo(eventId, 'A-1')).toMatchObject({ holdToken: token });
  expect(await heldIn(eventId), 'the lost one, and this one').toHaveLength(2);
});

test('the keys of two callers are two keys', async () => {
  const key = randomUUID();
  const eventId = await stack.newEvent();
  const headers = { 'idempotency-key': key };
  const mine = { event_id: eventId, seats: ['A-1'] };
  const first = await gateway.call('hold_seats_seatsio', mine, { headers });
  const second = await gateway.call('hold_seats_seatsio', mine, { headers, key: OTHER_SHOP });

  expect([first.http, second.http], 'the other shop’s own call finds the seat taken').toEqual([200, 400]);
  expect(JSON.stringify(second)).not.toContain(first.data.hold.holdToken.token);
});

test.each(['', 'short', 'x'.repeat(256), 'with a blank in it'])(
  'the key %j is refused, and nothing is held',
  async (key) => {
    const eventId = await stack.newEvent();
    expect(await hold(eventId, ['A-1'], key)).toMatchObject({ http: 400, data: { code: 'bad_key' } });
    expect(await heldIn(eventId)).toEqual([]);
  },
);

test('a key whose call was given up is still of its body: another one is refused', async () => {
  const eventId = await stack.newEvent();
  const key = randomUUID();
  await hold(eventId, ['A-1'], key, nobodyWorks);

  expect(await hold(eventId, ['A-2'], key)).toMatchObject({ http: 422, data: { code: 'key_reused' } });
  expect(await heldIn(eventId)).toEqual([]);
});

test('while no worker runs the call is given up, holds nothing later, and the key may be used again', async () => {
  const eventId = await stack.newEvent();
  const key = randomUUID();
  expect(await hold(eventId, ['A-1'], key, nobodyWorks)).toMatchObject({
    http: 502,
    data: { code: 'hold_unknown' },
  });

  expect(await hold(eventId, ['A-1'], key)).toMatchObject({ http: 200 });
  expect(await heldIn(eventId)).toHaveLength(1);
});
