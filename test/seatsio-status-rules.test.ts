import { CreateEventParams } from 'seatsio';
import { beforeEach, describe, expect, it } from 'vitest';
import { area, rows } from './stand-ins/drawings.ts';
import { EVENT, FLOOR, refusal, useSeatsio } from './stand-ins/use-seatsio.ts';

const seatsio = useSeatsio();
const events = () => seatsio.client.events;

/** Whose token a call shows. */
type Who = 'own' | 'other' | 'expired' | 'none';
/** What the seat is before: held is held by `own`. */
type From = 'free' | 'held' | 'freed by expiry' | 'booked' | 'booked after a hold' | 'custom' | 'resale';

let tokens: Record<Exclude<Who, 'none'>, string>;

beforeEach(async () => {
  tokens = {
    own: await seatsio.newToken(20),
    other: await seatsio.newToken(20),
    expired: await seatsio.newToken(5),
  };
});

const tokenOf = (who: Who) => (who === 'none' ? null : tokens[who]);
const change = (to: string, who: Who) =>
  to === 'release'
    ? events().release(EVENT, 'A-1', tokenOf(who))
    : events().changeObjectStatus(EVENT, 'A-1', to, tokenOf(who));

async function bring(from: From): Promise<void> {
  if (from === 'held' || from === 'booked after a hold') await change('reservedByToken', 'own');
  if (from === 'booked after a hold') await change('booked', 'own');
  if (from === 'booked') await change('booked', 'none');
  if (from === 'custom') await change('lolzor', 'none');
  if (from === 'resale') await change('resale', 'none');
  if (from === 'freed by expiry') {
    await change('reservedByToken', 'expired');
    await seatsio.advance(300_000);
  }
}

describe('a seat', () => {
  it.each<[From, string, Who, string]>([
    ['free', 'reservedByToken', 'own', 'reservedByToken'],
    ['free', 'booked', 'none', 'booked'],
    ['free', 'lolzor', 'none', 'lolzor'],
    ['held', 'booked', 'own', 'booked'],
    ['held', 'booked', 'none', 'booked'],
    ['held', 'lolzor', 'own', 'lolzor'],
    ['held', 'release', 'own', 'free'],
    ['held', 'release', 'none', 'free'],
    ['held', 'free', 'own', 'free'],
    ['booked', 'release', 'none', 'free'],
    ['booked', 'free', 'none', 'free'],
    ['booked after a hold', 'release', 'none', 'free'],
    ['custom', 'other custom', 'none', 'other custom'],
    ['custom', 'release', 'none', 'free'],
    ['resale', 'booked', 'none', 'booked'],
    ['resale', 'reservedByToken', 'own', 'reservedByToken'],
  ])('that is %s goes to %s with the token: %s', async (from, to, who, status) => {
    await bring(from);
    const { objects } = await change(to, who);
    expect(objects['A-1']).toMatchObject({ status });
    const holdToken = status === 'reservedByToken' ? tokens.own : undefined;
    expect(await seatsio.seat('A-1')).toMatchObject({ status, holdToken });
  });

  it.each<[From, string, Who]>([
    ['free', 'reservedByToken', 'none'],
    ['free', 'reservedByToken', 'expired'],
    ['free', 'booked', 'own'],
    ['held', 'booked', 'other'],
    ['held', 'reservedByToken', 'other'],
    ['held', 'reservedByToken', 'own'],
    ['held', 'release', 'other'],
    ['held', 'lolzor', 'other'],
    ['freed by expiry', 'booked', 'expired'],
    ['booked', 'booked', 'none'],
    ['booked', 'booked', 'own'],
    ['booked', 'reservedByToken', 'own'],
    ['booked after a hold', 'booked', 'own'],
    ['booked after a hold', 'release', 'own'],
    ['free', 'release', 'none'],
    ['custom', 'booked', 'none'],
    ['custom', 'reservedByToken', 'own'],
  ])('that is %s does not go to %s with the token: %s', async (from, to, who) => {
    if (who === 'expired') await seatsio.advance(from === 'freed by expiry' ? 0 : 300_000);
    await bring(from);
    const [before, effects] = [await seatsio.seat('A-1'), seatsio.effects().length];
    await expect(change(to, who)).rejects.toMatchObject({
      status: 400,
      errors: [{ code: expect.any(String) }],
    });
    expect([await seatsio.seat('A-1'), seatsio.effects().length]).toEqual([before, effects]);
  });

  it('that was released can carry an order id, so a booking is known by status and order id', async () => {
    await events().book(EVENT, 'A-1', null, 'order-1');
    await events().release(EVENT, 'A-1', null, 'order-1');
    expect(await seatsio.seat('A-1')).toMatchObject({ status: 'free', orderId: 'order-1' });
  });

  it('keeps its ticket type and order id through a hold and a booking that say them', async () => {
    const seat = { objectId: 'A-1', ticketType: 'adult' };
    for (const action of ['hold', 'book'] as const)
      await events()[action](EVENT, seat, tokens.own, 'order-1');
    expect(await seatsio.seat('A-1')).toMatchObject({ ticketType: 'adult', orderId: 'order-1' });
  });

  it('is held and booked in several events with one token', async () => {
    await events().create('club');
    await events().hold(EVENT, 'A-1', tokens.own);
    const { key } = await events().create('club');
    await events().hold(key, 'A-1', tokens.own);
    await events().book([EVENT, key], 'A-1', tokens.own);
    expect(await events().retrieveObjectInfo(key, 'A-1')).toMatchObject({ status: 'booked' });
  });

  it('is not held longer because more is held with its token', async () => {
    await events().hold(EVENT, 'A-1', tokens.expired);
    await seatsio.advance(200_000);
    await events().hold(EVENT, 'A-2', tokens.expired);
    await seatsio.advance(100_000);
    for (const label of ['A-1', 'A-2']) expect(await seatsio.seat(label)).toMatchObject({ status: 'free' });
  });
});

describe('a guard', () => {
  const guarded = (allowed: string[] | null, rejected: string[] | null = null) =>
    events().changeObjectStatus(EVENT, 'A-1', 'lolzor', null, null, null, null, null, allowed, rejected);

  it.each([
    ['is not in the list of allowed previous statuses', ['booked'], null],
    ['is in the list of rejected previous statuses', null, ['free']],
  ])('that is broken is told: free %s', async (words, allowed, rejected) => {
    await expect(guarded(allowed, rejected)).rejects.toMatchObject({
      messages: [`Cannot change from [free] to [lolzor]: free ${words}`],
      errors: [
        { code: 'ILLEGAL_STATUS_CHANGE', message: `Cannot change from [free] to [lolzor]: free ${words}` },
      ],
    });
    expect(await seatsio.seat('A-1')).toMatchObject({ status: 'free' });
  });

  it('that holds lets the change pass', async () => {
    await guarded(['free', 'booked'], ['booked']);
    expect(await seatsio.seat('A-1')).toMatchObject({ status: 'lolzor' });
  });

  it('is for areas too: an area is free until it has no free place', async () => {
    const change = (status: string, quantity: number, allowed: string[] | null, rejected?: string[]) => {
      const details = [null, null, null, null, null, allowed, rejected] as const;
      return events().changeObjectStatus(EVENT, FLOOR(quantity), status, ...details);
    };
    await expect(change('lolzor', 1, ['booked'])).rejects.toMatchObject(refusal());
    await expect(change('lolzor', 1, null, ['free'])).rejects.toMatchObject(refusal());
    expect(await seatsio.seat('Floor')).toMatchObject({ numFree: 100 });
    await change('lolzor', 100, ['free'], ['lolzor']);
    await expect(change('free', 1, ['free'])).rejects.toMatchObject(refusal());
    await expect(change('free', 1, null, ['lolzor'])).rejects.toMatchObject(refusal());
    await change('free', 1, ['lolzor']);
    expect(await seatsio.seat('Floor')).toMatchObject({ status: 'free', numBooked: 99 });
  });

  it('makes a booking without a token safe: it takes no held seat', async () => {
    await events().hold(EVENT, 'A-1', tokens.own);
    const safe = events().changeObjectStatus(EVENT, 'A-1', 'booked', null, null, null, null, null, ['free']);
    await expect(safe).rejects.toMatchObject(refusal());
    expect(await seatsio.seat('A-1')).toMatchObject({ holdToken: tokens.own });
  });
});

describe('places of an area', () => {
  it('are named by a repeated label, or by a quantity, and by ticket type', async () => {
    const floor = (ticketType: string) => ({ objectId: 'Floor', ticketType });
    await events().hold(EVENT, ['Floor', 'Floor'], tokens.own);
    await events().hold(EVENT, [floor('adult'), floor('adult'), floor('child')], tokens.own);
    expect((await seatsio.seat('Floor')).holds).toEqual({
      [tokens.own]: { NO_TICKET_TYPE: 2, adult: 2, child: 1 },
    });
    expect(await seatsio.seat('Floor')).toMatchObject({
      status: 'free',
      numHeld: 5,
      holdToken: undefined,
      orderId: undefined,
    });
  });

  it('are one counter for everything that is neither free nor held, custom statuses too', async () => {
    await events().changeObjectStatus(EVENT, { objectId: 'Floor', quantity: 100 }, 'myCustomStatus');
    expect(await seatsio.seat('Floor')).toMatchObject({
      numBooked: 100,
      numFree: 0,
      status: 'myCustomStatus',
    });
    await expect(events().book(EVENT, FLOOR(1))).rejects.toMatchObject(refusal());
  });

  it('are booked twice by a booking that is repeated without a token, once with one', async () => {
    await events().hold(EVENT, FLOOR(5), tokens.own);
    await events().book(EVENT, FLOOR(5), tokens.own);
    await expect(events().book(EVENT, FLOOR(5), tokens.own)).rejects.toMatchObject(refusal());
    for (const _ of [1, 2]) await events().book(EVENT, FLOOR(5));
    expect(await seatsio.seat('Floor')).toMatchObject({ numBooked: 15 });
  });

  it('that are held by another token are neither booked nor released with one’s own', async () => {
    await events().hold(EVENT, FLOOR(98), tokens.other);
    await events().hold(EVENT, FLOOR(2), tokens.own);
    await expect(events().book(EVENT, FLOOR(3), tokens.own)).rejects.toMatchObject(refusal());
    await expect(events().release(EVENT, FLOOR(3), tokens.own)).rejects.toMatchObject(refusal());
    await events().release(EVENT, FLOOR(2), tokens.own);
    expect((await seatsio.seat('Floor')).holds).toEqual({ [tokens.other]: { NO_TICKET_TYPE: 98 } });
  });

  it('are freed by an expiry, whichever names of areas, ticket types and channels run into each other', async () => {
    const generalAdmissionAreas = [area('Standing'), area('Standing VIP')];
    await seatsio.upload('standing', { ...rows, subChart: { ...rows.subChart, generalAdmissionAreas } });
    const channels = ['c', 'b c'].map((key) => ({ key, name: key, areaPlaces: { Standing: 10 } }));
    const { key } = await events().create('standing', new CreateEventParams().withChannels(channels));
    const hold = (objectId: string, quantity: number, ticketType: string, channel = 'NO_CHANNEL') =>
      events().hold(key, { objectId, quantity, ticketType }, tokens.expired, null, null, null, [channel]);
    await hold('Standing', 3, 'VIP Adult');
    await hold('Standing VIP', 2, 'Adult');
    await hold('Standing', 1, 'a b', 'c');
    await hold('Standing', 1, 'a', 'b c');
    await seatsio.advance(300_000);
    const infos = await events().retrieveObjectInfos(key, ['Standing', 'Standing VIP']);
    for (const info of Object.values(infos)) expect(info).toMatchObject({ numHeld: 0, holds: {} });
  });
});
