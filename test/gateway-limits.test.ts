import { pino } from 'pino';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { addLoadShedding } from '../src/http/load-shedding.ts';
import { createOpenOrders, type NewOrder } from '../src/http/open-orders.ts';
import { problemAnswers } from '../src/http/problem.ts';
import { createBuckets } from '../src/http/rate-limit.ts';
import { createSeatReports } from '../src/http/seat-reports.ts';
import { createServer } from '../src/http/server.ts';

test('a caller has its burst at once, then its rate, and is told how long to wait', () => {
  let now = 0;
  const { take } = createBuckets({ perSecond: 2, burst: 3 }, () => now);
  expect([take('a'), take('a'), take('a'), take('a')]).toEqual([0, 0, 0, 500]);
  expect(take('b'), 'another caller').toBe(0);
  now = 499;
  expect(take('a')).toBeGreaterThan(0);
  now = 500;
  expect([take('a'), take('a')]).toEqual([0, 500]);
  now = 1e9;
  expect([take('a'), take('a'), take('a'), take('a') > 0]).toEqual([0, 0, 0, true]);
});

test('while the event loop lags requests are 503 with Retry-After, health is answered all the same', async () => {
  let lagMs = 0;
  const app = createServer({
    ...{ title: 'test', log: pino({ level: 'silent' }), keyHeader: 'x-api-key' },
    ...{ findCaller: () => undefined, orderTokens: { verify: async () => undefined } },
  });
  addLoadShedding(app, 100, () => lagMs);
  for (const url of ['/healthz', '/work']) {
    const schema = { summary: url, response: { 200: z.object({ ok: z.boolean() }), ...problemAnswers() } };
    app.get(url, { config: { access: 'anybody' }, schema }, async () => ({ ok: true }));
  }
  const get = (url: string) => app.inject({ url });
  expect((await get('/work')).statusCode).toBe(200);
  lagMs = 101;
  const refused = await get('/work');
  expect(refused.statusCode).toBe(503);
  expect(refused.headers['retry-after']).toBe('1');
  expect((await get('/healthz')).statusCode).toBe(200);
  lagMs = 100;
  expect((await get('/work')).statusCode).toBe(200);
  await app.close();
});

test('the lag is measured: a loop that is kept busy sheds, and recovers', async () => {
  const app = createServer({
    ...{ title: 'test', log: pino({ level: 'silent' }), keyHeader: 'x-api-key' },
    ...{ findCaller: () => undefined, orderTokens: { verify: async () => undefined } },
  });
  addLoadShedding(app, 200);
  const schema = { summary: 'work', response: { 200: z.object({ ok: z.boolean() }), ...problemAnswers() } };
  app.get('/work', { config: { access: 'anybody' }, schema }, async () => ({ ok: true }));
  await app.ready();
  const status = async () => (await app.inject({ url: '/work' })).statusCode;

  const busy = setInterval(() => {
    const end = performance.now() + 400;
    while (performance.now() < end);
  }, 1);
  await expect.poll(status, { timeout: 20_000, interval: 5 }).toBe(503);
  clearInterval(busy);
  await expect.poll(status, { timeout: 20_000, interval: 50 }).toBe(200);
  await app.close();
});

test('a buyer is refused only while as many of its orders are open; e-mails count whatever their case', async () => {
  const ended = new Set<string>();
  const openOrders = createOpenOrders({ most: 2, isOpen: async ({ orderId }) => !ended.has(orderId) });
  const admit = async (one: NewOrder, isOpen = true) => (await openOrders.admit(one)).settle(isOpen);
  const order = (orderId: string, email = 'ana@example.org', owner = 'shop') => ({ owner, orderId, email });
  const tooMany = { kind: 'too_many_open' };
  await admit(order('1'));
  await admit(order('2', 'ANA@example.org '));
  await admit(order('1'));
  await expect(admit(order('3'))).rejects.toMatchObject(tooMany);
  await admit(order('4', 'ben@example.org'));
  await admit(order('5', 'ana@example.org', 'other shop'));

  ended.add('2');
  await admit(order('3'));
  await expect(admit(order('6'))).rejects.toMatchObject(tooMany);
  await admit(order('1'), false);
  await admit(order('6'));
});

test('a start that is under way counts though Temporal does not have its order yet', async () => {
  const { admit } = createOpenOrders({ most: 2, isOpen: async () => false });
  const order = (orderId: string) => ({ owner: 'shop', orderId, email: 'ana@example.org' });
  const first = await admit(order('1'));
  const again = await admit(order('1'));
  await admit(order('2'));
  await expect(admit(order('3'))).rejects.toMatchObject({ kind: 'too_many_open' });
  first.settle(true);
  await expect(admit(order('3')), 'its other start goes on').rejects.toMatchObject({ kind: 'too_many_open' });
  again.settle(true);
  await admit(order('3'));
});

test('an order that is started again while it is asked about stays counted', async () => {
  const answers: ((open: boolean) => void)[] = [];
  const isOpen = () => new Promise<boolean>((resolve) => answers.push(resolve));
  const { admit } = createOpenOrders({ most: 1, isOpen });
  const order = (orderId: string) => ({ owner: 'shop', orderId, email: 'ana@example.org' });
  (await admit(order('1'))).settle(true);
  const other = admit(order('2'));
  await admit(order('1'));
  answers[0]?.(false);
  await expect(other).rejects.toMatchObject({ kind: 'too_many_open' });
});

test('many starts of one buyer at the same moment do not get past the limit', async () => {
  const { admit } = createOpenOrders({ most: 2, isOpen: async () => true });
  const orders = Array.from({ length: 9 }, (_, n) => ({ owner: 's', orderId: `${n}`, email: 'a@b.c' }));
  const answers = await Promise.allSettled(orders.map((order) => admit(order)));
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
});

test('a seat report that takes longer than it stays fresh is still asked for once', async () => {
  let now = 0;
  const answers: (() => void)[] = [];
  const read = createSeatReports(
    {
      readOnSale: () => new Promise((resolve) => answers.push(() => resolve({ seats: [], areas: [] }))),
    },
    () => now,
  );
  const first = read('a');
  now = 7_000;
  const second = read('a');
  expect(answers).toHaveLength(1);
  answers[0]?.();
  expect(await second).toBe(await first);
  void read('a');
  expect(answers, 'it is of seven seconds ago').toHaveLength(2);
});

test('a seat report is asked for once in five seconds, by many at once, a failed one too', async () => {
  let now = 0;
  let asked = 0;
  let fails = false;
  const read = createSeatReports(
    {
      readOnSale: async () => {
        asked += 1;
        if (fails) throw new Error('down');
        return { seats: [], areas: [] };
      },
    },
    () => now,
  );
  await Promise.all([read('a'), read('a'), read('a')]);
  now = 4_999;
  await read('a');
  expect(asked).toBe(1);
  await read('b');
  now = 5_000;
  fails = true;
  await expect(read('a')).rejects.toThrow('down');
  await expect(read('a')).rejects.toThrow('down');
  expect(asked).toBe(3);
  fails = false;
  now = 10_000;
  expect(await read('a')).toMatchObject({ readAt: new Date(10_000).toISOString() });
});

test('reports of ten events are asked for at a time; for one more it is 503 with Retry-After', async () => {
  const answers: (() => void)[] = [];
  const read = createSeatReports({
    readOnSale: () => new Promise((resolve) => answers.push(() => resolve({ seats: [], areas: [] }))),
  });
  const ten = Array.from({ length: 10 }, (_, n) => read(`Ev${n}`));
  await expect(read('Ev10')).rejects.toMatchObject({
    kind: 'unavailable',
    details: { headers: { 'retry-after': '1' } },
  });
  const same = read('Ev3');
  answers[3]?.();
  expect(await same).toBe(await ten[3]);
  void read('Ev10');
  expect(answers).toHaveLength(11);
});
