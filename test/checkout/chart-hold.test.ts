import { expect, test } from 'vitest';
import { InvalidInputError } from '../../src/parse.ts';
import { orderOf, useStack } from '../stack/use-stack.ts';

const stack = await useStack();
const checkouts = stack.checkouts();

/** The buyer has chosen the seats in the chart: they are held by the browser's token. */
async function chooseInChart(eventId: string, objects: (string | { objectId: string; quantity: number })[]) {
  const { holdToken } = await stack.seatsio.holdTokens.create(15);
  for (const object of objects)
    await stack.seatsio.events.hold(
      eventId,
      [typeof object === 'string' ? { objectId: object } : object],
      holdToken,
    );
  return holdToken;
}

test('the seats and places that the chart holds are taken over in one step, and sold', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'chart', ['A-1', 'A-2', ['Floor', 2]]);
  const chartToken = await chooseInChart(eventId, ['A-1', 'A-2', { objectId: 'Floor', quantity: 2 }]);

  const hold = await checkouts.start(order, { chartToken });
  expect(hold).toMatchObject({ state: 'held' });
  expect(hold.state === 'held' && hold.token).not.toBe(chartToken);
  await expect(
    stack.seatsio.events.release(eventId, ['A-1'], chartToken),
    'the chart cannot let go what is being paid for',
  ).rejects.toThrow();
  await stack.buy(checkouts, order);

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed' });
  await stack.expectLaw(eventId);
});

test('what the chart holds beyond the order stays with the chart', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'more', ['A-1', ['Floor', 1]]);
  const chartToken = await chooseInChart(eventId, ['A-1', 'B-1', { objectId: 'Floor', quantity: 3 }]);

  await checkouts.start(order, { chartToken });
  await checkouts.cancel(order.orderId);

  const {
    'A-1': seat,
    'B-1': other,
    Floor,
  } = await stack.seatsio.events.retrieveObjectInfos(eventId, ['A-1', 'B-1', 'Floor']);
  expect([seat?.status, other?.status, Floor?.numHeld]).toEqual(['free', 'reservedByToken', 2]);
  await stack.seatsio.holdTokens.expiresInMinutes(chartToken, 0);
  await stack.expectLaw(eventId);
});

test('a chart that holds not all of the seats, or holds them no more, is told which; nothing changes', async () => {
  const eventId = await stack.newEvent();
  await stack.seatsio.events.book(eventId, ['A-2'], null, 'somebody');
  const chartToken = await chooseInChart(eventId, ['A-1', { objectId: 'Floor', quantity: 1 }]);

  const some = orderOf(eventId, 'some', ['A-1', 'A-2', ['Floor', 2]]);
  expect(await checkouts.start(some, { chartToken })).toMatchObject({
    state: 'ended',
    result: { outcome: 'unavailable', reason: 'not_held_by_chart', seats: ['A-2', 'Floor'] },
  });
  const { 'A-1': kept, 'A-2': sold } = await stack.seatsio.events.retrieveObjectInfos(eventId, [
    'A-1',
    'A-2',
  ]);
  expect([kept?.holdToken, sold?.status]).toEqual([chartToken, 'booked']);

  await stack.seatsio.holdTokens.expiresInMinutes(chartToken, 0);
  const ended = orderOf(eventId, 'ended', ['A-1']);
  expect(await checkouts.start(ended, { chartToken })).toMatchObject({
    result: { reason: 'not_held_by_chart', seats: ['A-1'] },
  });
});

test('two orders that bring the same chart token: one has the seats', async () => {
  const eventId = await stack.newEvent();
  const chartToken = await chooseInChart(eventId, ['A-1']);
  const answers = await Promise.all(
    ['one', 'two'].map((name) => checkouts.start(orderOf(eventId, name, ['A-1']), { chartToken })),
  );

  expect(answers.map(({ state }) => state).toSorted()).toEqual(['ended', 'held']);
});

test.each(['before', 'after'])(
  'a lost answer to the taking over, %s it acted: the seats are held once, for the order',
  async (when) => {
    const eventId = await stack.newEvent();
    const order = orderOf(eventId, `lost${when}`, ['A-1', ['Floor', 2]]);
    const chartToken = await chooseInChart(eventId, ['A-1', { objectId: 'Floor', quantity: 2 }]);
    await stack.fault({
      system: 'seatsio',
      call: 'batch',
      match: chartToken,
      action: { type: 'drop', when },
    });

    expect(await checkouts.start(order, { chartToken })).toMatchObject({ state: 'held' });
    await stack.buy(checkouts, order);
    expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed' });
    await stack.expectLaw(eventId);
  },
);

test('a chart token that is none is refused at the edge', async () => {
  const order = orderOf(await stack.newEvent(), 'bad', ['A-1']);

  await expect(checkouts.start(order, { chartToken: '../x' })).rejects.toThrow(InvalidInputError);
});

const FLOOR = { objectId: 'Floor', quantity: 1 };

test.each([
  ['lets places go', { type: 'status', status: 503, when: 'before' }, 'release'],
  ['adds a place', { type: 'drop', when: 'after' }, 'hold'],
] as const)(
  'a chart that %s with the token of the order, while its book has no answer, changes nothing of the sale',
  async (_what, action, change) => {
    const eventId = await stack.newEvent();
    const order = orderOf(eventId, change, [['Floor', 2]]);
    const start = await checkouts.start(order);
    if (start.state !== 'held') throw new Error('the places were not held');
    await stack.seatsio.events[change](eventId, [FLOOR], start.token);
    if (change === 'release') await stack.seatsio.events.release(eventId, [FLOOR], start.token);
    const match = `${order.orderId}-1`;
    await stack.fault({ system: 'seatsio', call: 'book', match, action });

    await stack.buy(checkouts, order);

    expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed' });
    await stack.expectLaw(eventId);
  },
);
