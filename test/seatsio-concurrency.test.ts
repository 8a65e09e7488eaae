import { Region, SeatsioClient } from 'seatsio';
import { describe, expect, it } from 'vitest';
import { DEMO_SECRET_KEY } from '../emulators/seatsio/stand-in.ts';
import { EVENT, useSeatsio } from './stand-ins/use-seatsio.ts';

const seatsio = useSeatsio({ ceilings: { priority: 1_000 } });
const buyers = (count: number) =>
  Array.from({ length: count }, () => new SeatsioClient(new Region(seatsio.url), DEMO_SECRET_KEY));
const won = (results: PromiseSettledResult<unknown>[]) =>
  results.filter(({ status }) => status === 'fulfilled').length;

describe('buyers who come at once', () => {
  it('a hundred for one seat: one holds and books it', async () => {
    const results = await Promise.allSettled(
      buyers(100).map(async ({ holdTokens, events }, buyer) => {
        const { holdToken } = await holdTokens.create();
        await events.hold(EVENT, 'A-1', holdToken, `order-${buyer}`);
        await events.book(EVENT, 'A-1', holdToken, `order-${buyer}`);
        return `order-${buyer}`;
      }),
    );
    expect(won(results)).toBe(1);
    const winner = results.find((result) => result.status === 'fulfilled')?.value;
    expect(await seatsio.seat('A-1')).toMatchObject({ status: 'booked', orderId: winner });
    expect(seatsio.effects().filter((effect) => effect !== 'token.created')).toEqual(['held', 'booked']);
  });

  it('a hundred for one seat without tokens: one books it', async () => {
    const results = await Promise.allSettled(buyers(100).map(({ events }) => events.book(EVENT, 'A-1')));
    expect(won(results)).toBe(1);
    expect(seatsio.effects()).toEqual(['booked']);
  });

  it('a hundred and fifty for a hundred places: a hundred hold and book one', async () => {
    let held = 0;
    const results = await Promise.allSettled(
      buyers(150).map(async ({ holdTokens, events }) => {
        const { holdToken } = await holdTokens.create();
        await events.hold(EVENT, 'Floor', holdToken);
        held += 1;
        await events.book(EVENT, 'Floor', holdToken);
      }),
    );
    expect([held, won(results)]).toEqual([100, 100]);
    expect(await seatsio.seat('Floor')).toMatchObject({
      numBooked: 100,
      numHeld: 0,
      numFree: 0,
      status: 'booked',
    });
  });

  it('fifty for overlapping pairs of seats: nobody has half a pair', async () => {
    const pairs = buyers(50).map(({ events }, buyer) => {
      const first = 1 + (buyer % 9);
      return events.book(EVENT, [`B-${first}`, `B-${first + 1}`], null, `order-${buyer}`);
    });
    const results = await Promise.allSettled(pairs);
    const report = await seatsio.client.eventReports.byOrderId(EVENT);
    const { NO_ORDER_ID: _, ...orders } = report;
    expect(Object.values(orders).map(({ length }) => length)).toEqual(Array(won(results)).fill(2));
    expect(won(results)).toBeGreaterThan(0);
  });
});
