import { describe, expect, it } from 'vitest';
import { createAdmin } from '../emulators/stand-in/admin.ts';
import { EVENT, useSeatsio } from './stand-ins/use-seatsio.ts';

const seatsio = useSeatsio();

describe('the clock of the stand-in', () => {
  it('is moved over the admin API, and what expires by the move is released before the answer', async () => {
    const token = await seatsio.newToken(10);
    await seatsio.client.events.hold(EVENT, 'A-1', token);
    await seatsio.advance(599_000);
    expect(await seatsio.client.holdTokens.retrieve(token)).toMatchObject({ holdToken: token });
    await seatsio.advance(1_000);
    expect(seatsio.effects()).toEqual(['token.created', 'held', 'token.expired', 'released']);
    await expect(seatsio.client.holdTokens.retrieve(token)).rejects.toMatchObject({ status: 404 });
  });

  it('tells what is left of a token by its own time, backwards too', async () => {
    const token = await seatsio.newToken(10);
    await seatsio.advance(60_000);
    expect((await seatsio.client.holdTokens.retrieve(token)).expiresInSeconds).toBeLessThanOrEqual(540);
    await seatsio.advance(-60_000);
    expect((await seatsio.client.holdTokens.retrieve(token)).expiresInSeconds).toBeGreaterThan(590);
  });

  it('frees what a token holds at its new end, whether that is sooner or later than the old one', async () => {
    const { holdTokens, events } = seatsio.client;
    const [shortened, lengthened] = [await seatsio.newToken(30), await seatsio.newToken(5)];
    await events.hold(EVENT, 'A-1', shortened);
    await events.hold(EVENT, 'A-2', lengthened);
    expect((await holdTokens.expiresInMinutes(shortened, 5)).expiresInSeconds).toBe(300);
    expect((await holdTokens.expiresInMinutes(lengthened, 30)).expiresInSeconds).toBe(1800);
    const statuses = async () => [(await seatsio.seat('A-1')).status, (await seatsio.seat('A-2')).status];
    await seatsio.advance(240_000);
    expect(await statuses()).toEqual(['reservedByToken', 'reservedByToken']);
    await seatsio.advance(60_000);
    expect(await statuses()).toEqual(['free', 'reservedByToken']);
    await seatsio.advance(1_500_000);
    expect(await statuses()).toEqual(['free', 'free']);
  });

  it('wakes by itself for an expiry that a move has brought near', async () => {
    const token = await seatsio.newToken(10);
    await seatsio.client.events.hold(EVENT, 'A-1', token);
    await seatsio.advance(599_900);
    await expect.poll(() => seatsio.effects(), { interval: 20, timeout: 5_000 }).toContain('released');
  });

  it('can be set to a moment, and refuses what is none', async () => {
    const admin = createAdmin([seatsio.standIn]);
    const post = (payload: object) => admin.inject({ method: 'POST', url: '/seatsio/clock', payload });
    const set = await post({ now: '2030-01-01T00:00:00Z' });
    expect(set.json<{ now: string }>().now).toMatch(/^2030-01-01T00:00:0/);
    expect((await admin.inject('/seatsio/clock')).json<{ now: string }>().now).toMatch(/^2030-01-01/);
    for (const wrong of [{}, { now: 'soon' }, { advanceMs: 'x' }, { advanceMs: 1, now: 'x' }]) {
      expect((await post(wrong)).statusCode).toBe(400);
    }
    await admin.close();
  });

  it('is not moved out of the years that a date can be written in', async () => {
    const admin = createAdmin([seatsio.standIn]);
    const moves = [
      { advanceMs: 8_640_000_000_000_000 },
      { advanceMs: Number.MAX_SAFE_INTEGER },
      { advanceMs: -4_000_000_000_000 },
      { now: '1969-12-31T23:59:59Z' },
      { now: '9999-12-31T23:00:00Z' },
    ];
    for (const payload of moves) {
      const { statusCode, body } = await admin.inject({ method: 'POST', url: '/seatsio/clock', payload });
      expect([payload, statusCode, body]).toEqual([payload, 400, expect.stringContaining('1970 to 9999')]);
    }
    const { now } = (await admin.inject('/seatsio/clock')).json<{ now: string }>();
    expect(now.slice(0, 4)).toBe(String(new Date().getUTCFullYear()));
    expect(await seatsio.newToken()).toEqual(expect.any(String));
    await admin.close();
  });
});
