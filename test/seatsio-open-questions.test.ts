import { describe, expect, it } from 'vitest';
import { answers } from '../emulators/seatsio/open-questions.ts';
import { createSeatsApi } from '../src/seatsio/seats-api.ts';
import { EVENT, FLOOR, refusal, useSeatsio } from './stand-ins/use-seatsio.ts';

const seatsio = useSeatsio();
const events = () => seatsio.client.events;
const tokens = () => seatsio.client.holdTokens;

const set = (settings: object) => seatsio.set(settings);

describe('a setting', () => {
  it('holdAgain: a seat is held again by its token, or refused', async () => {
    const token = await seatsio.newToken();
    await events().hold(EVENT, 'A-1', token);
    await expect(events().hold(EVENT, 'A-1', token)).rejects.toMatchObject(refusal());
    await set({ holdAgain: 'accept' });
    await events().hold(EVENT, 'A-1', token, 'order-2');
    expect(await seatsio.seat('A-1')).toMatchObject({ holdToken: token, orderId: 'order-2' });
  });

  it('deadTokenStatus: a hold with an unknown token is 400 or 404', async () => {
    for (const deadTokenStatus of [400, 404]) {
      await set({ deadTokenStatus });
      await expect(events().hold(EVENT, 'A-1', 'gone')).rejects.toMatchObject({ status: deadTokenStatus });
      await expect(events().book(EVENT, 'A-1', 'gone')).rejects.toMatchObject({ status: deadTokenStatus });
    }
  });

  it('releaseFree and releaseBookedWithToken: a release that may be nothing or too much', async () => {
    const token = await seatsio.newToken();
    await events().book(EVENT, 'A-2');
    await expect(events().release(EVENT, 'A-1')).rejects.toMatchObject(refusal());
    await expect(events().release(EVENT, 'A-2', token)).rejects.toMatchObject(refusal());
    await set({ releaseFree: 'accept', releaseBookedWithToken: 'accept' });
    await events().release(EVENT, 'A-1');
    await events().release(EVENT, 'A-2', token);
    expect(await seatsio.seat('A-2')).toMatchObject({ status: 'free' });
  });

  it('releaseFree: more places than are taken are released, or refused', async () => {
    const [token, other] = [await seatsio.newToken(), await seatsio.newToken()];
    const releases = [
      () => events().release(EVENT, FLOOR(1)),
      () => events().release(EVENT, FLOOR(1), token),
      () => events().changeObjectStatus(EVENT, FLOOR(1), 'free'),
    ];
    for (const release of releases) await expect(release()).rejects.toMatchObject(refusal());
    await set({ releaseFree: 'accept' });
    for (const release of releases) await release();
    expect(seatsio.standIn.ledger.entries().filter(({ effect }) => effect === 'released')).toEqual([]);
    await events().hold(EVENT, FLOOR(2), token);
    await events().release(EVENT, FLOOR(5), token);
    await events().book(EVENT, FLOOR(2));
    await events().release(EVENT, FLOOR(5));
    expect(await seatsio.seat('Floor')).toMatchObject({ numBooked: 0, numHeld: 0, numFree: 100 });
    expect(seatsio.standIn.ledger.entries().at(-1)).toMatchObject({ effect: 'released', quantity: 2 });
    // Of places that others have none is free.
    await events().hold(EVENT, FLOOR(98), other);
    await events().hold(EVENT, FLOOR(2), token);
    await expect(events().release(EVENT, FLOOR(3), token)).rejects.toMatchObject(refusal());
    await expect(events().release(EVENT, FLOOR(101))).rejects.toMatchObject(refusal());
    expect(await seatsio.seat('Floor')).toMatchObject({ numHeld: 100 });
  });

  it('releaseBookedWithToken: a token releases booked places, after those that it holds, or none', async () => {
    const [token, other] = [await seatsio.newToken(), await seatsio.newToken()];
    await events().hold(EVENT, FLOOR(3), token);
    await events().book(EVENT, FLOOR(2), token);
    await events().hold(EVENT, FLOOR(1), other);
    await events().changeObjectStatus(EVENT, FLOOR(1), 'lolzor');
    await expect(events().release(EVENT, FLOOR(2), token)).rejects.toMatchObject(refusal());
    await set({ releaseBookedWithToken: 'accept' });
    await expect(events().release(EVENT, FLOOR(4), token)).rejects.toMatchObject(refusal());
    await events().release(EVENT, FLOOR(2), token);
    expect(await seatsio.seat('Floor')).toMatchObject({
      numBooked: 2,
      holds: { [other]: { NO_TICKET_TYPE: 1 } },
    });
    await events().release(EVENT, FLOOR(1), token);
    expect(await seatsio.seat('Floor')).toMatchObject({ numBooked: 1, numHeld: 1 });
    // What is booked with a token is still what it holds.
    await expect(events().book(EVENT, FLOOR(1), token)).rejects.toMatchObject(refusal());
  });

  it('beyondCap: a token of more than two hours is cut or refused', async () => {
    expect((await tokens().create(121)).expiresInSeconds).toBe(7200);
    const token = await seatsio.newToken(10);
    await set({ beyondCap: 'refuse' });
    await expect(tokens().create(121)).rejects.toMatchObject(refusal('GENERAL_ERROR'));
    await expect(tokens().expiresInMinutes(token, 121)).rejects.toMatchObject(refusal('GENERAL_ERROR'));
    expect((await tokens().retrieve(token)).expiresInSeconds).toBeLessThanOrEqual(600);
  });

  it('createWithZero, negativeMinutes and partsOfMinutes: lives that are none, or no whole ones', async () => {
    const token = await seatsio.newToken(10);
    for (const minutes of [0, -1]) {
      await expect(tokens().create(minutes)).rejects.toMatchObject(refusal('GENERAL_ERROR'));
    }
    await expect(tokens().expiresInMinutes(token, -1)).rejects.toMatchObject(refusal('GENERAL_ERROR'));
    await set({ createWithZero: 'accept', negativeMinutes: 'accept', partsOfMinutes: 'refuse' });
    for (const minutes of [0, -1]) expect((await tokens().create(minutes)).expiresInSeconds).toBe(0);
    await expect(tokens().create(0.5)).rejects.toMatchObject(refusal('GENERAL_ERROR'));
    await tokens().expiresInMinutes(token, -1);
    await expect(tokens().retrieve(token)).rejects.toMatchObject({ status: 404 });
  });

  it('releaseDelayMs: what an expired token held is free some time later', async () => {
    await set({ releaseDelayMs: 5_000 });
    const token = await seatsio.newToken(10);
    await events().hold(EVENT, 'A-1', token);
    await seatsio.advance(601_000);
    await expect(tokens().retrieve(token)).rejects.toMatchObject({ status: 404 });
    expect(await seatsio.seat('A-1')).toMatchObject({ status: 'reservedByToken' });
    await seatsio.advance(5_000);
    expect(await seatsio.seat('A-1')).toMatchObject({ status: 'free' });
  });

  it('detailsSurviveBooking: order id and ticket type of a hold are there after a bare booking, or not', async () => {
    const token = await seatsio.newToken();
    const details = { orderId: 'order-1', ticketType: 'adult' };
    const adult = ['A-1', 'A-2'].map((objectId) => ({ objectId, ticketType: 'adult' }));
    await events().hold(EVENT, adult, token, 'order-1');
    await events().book(EVENT, 'A-1', token);
    expect(await seatsio.seat('A-1')).toMatchObject({ orderId: undefined, ticketType: undefined });
    await set({ detailsSurviveBooking: true });
    await events().book(EVENT, 'A-2', token);
    expect(await seatsio.seat('A-2')).toMatchObject(details);
  });

  it('bookFewerPlaces and bookMorePlaces: a token books another number of places than it holds', async () => {
    const token = await seatsio.newToken();
    await events().hold(EVENT, FLOOR(5), token);
    await events().book(EVENT, FLOOR(1), token);
    await expect(events().book(EVENT, FLOOR(5), token)).rejects.toMatchObject(refusal());
    await set({ bookFewerPlaces: 'refuse', bookMorePlaces: 'accept' });
    await expect(events().book(EVENT, FLOOR(3), token)).rejects.toMatchObject(refusal());
    await expect(events().book(EVENT, FLOOR(100), token)).rejects.toMatchObject(refusal());
    await events().book(EVENT, FLOOR(6), token);
    expect(await seatsio.seat('Floor')).toMatchObject({ numBooked: 7, numHeld: 0, numFree: 93 });
    // A token that holds nothing takes nothing, whatever the setting: that is what makes a booking safe to repeat.
    await expect(events().book(EVENT, FLOOR(6), token)).rejects.toMatchObject(refusal());
  });

  it('readUnknown: a label that the event has not is left out of what is read, or refused', async () => {
    expect(Object.keys(await events().retrieveObjectInfos(EVENT, ['A-1', 'Z-9']))).toEqual(['A-1']);
    await set({ readUnknown: 'refuse' });
    await expect(events().retrieveObjectInfos(EVENT, ['A-1', 'Z-9'])).rejects.toMatchObject({ status: 400 });
  });
});

/** The other answer to each question that a checkout can meet. */
const OTHERS = {
  holdAgain: 'accept',
  deadTokenStatus: 404,
  releaseFree: 'accept',
  releaseBookedWithToken: 'accept',
  beyondCap: 'refuse',
  createWithZero: 'accept',
  negativeMinutes: 'accept',
  releaseDelayMs: 50,
  detailsSurviveBooking: true,
  bookFewerPlaces: 'refuse',
  bookMorePlaces: 'accept',
  readUnknown: 'refuse',
  retryAfterSeconds: 1,
  changeListDelayMs: 5_000,
} as const;
const names = Object.keys(OTHERS) as (keyof typeof OTHERS)[];
const combinations = [
  [],
  ...names.map((name) => [name]),
  ...names.flatMap((one, index) => names.slice(index + 1).map((other) => [one, other])),
];

describe("the product's adapter", () => {
  it('sells, repeats, refuses and frees the same whatever the answers are, alone and in pairs', async () => {
    const calls = { timeoutMs: 5_000 };
    const api = createSeatsApi({ baseUrl: seatsio.url, secretKey: 'seatsio-demo-secret', maxInFlight: 50 });
    const seats = [{ label: 'A-1' }, { label: 'A-2' }, { area: 'Floor', quantity: 3 }];
    const defaults = answers();
    expect(combinations).toHaveLength(1 + 14 + 91);
    for (const combination of combinations) {
      await set({ ...defaults, ...Object.fromEntries(combination.map((name) => [name, OTHERS[name]])) });
      const outcome = async (call: Promise<unknown>) =>
        call.then(
          () => 'done',
          (error: { kind: string }) => error.kind,
        );
      const { token } = await api.createToken(10, calls);
      const change = { eventId: EVENT, seats, token, orderKey: `order-${combination.join('-')}` };
      const told = [await outcome(api.hold(change, calls)), await outcome(api.book(change, calls))];
      // A repeated book of seats is refused: nothing is taken twice, and nothing goes back.
      told.push(await outcome(api.book(change, calls)));
      const [booked] = await api.read(EVENT, [{ label: 'A-1' }], calls);
      told.push(booked?.status ?? 'absent');
      const back = { ...change, token: (await api.createToken(2, calls)).token };
      told.push(await outcome(api.unbook(back, calls)));
      await api.expireToken(back.token, calls);
      told.push(await outcome(api.expireToken(token, calls)), await outcome(api.expireToken(token, calls)));
      const dead = await outcome(api.hold(change, calls));
      const [free] = await api.read(EVENT, [{ label: 'A-1' }], calls);
      told.push(['refused', 'not_found'].includes(dead) ? 'no hold' : dead, free?.status ?? 'absent');
      expect({ combination, told }).toEqual({
        combination,
        told: ['done', 'done', 'refused', 'booked', 'done', 'done', 'done', 'no hold', 'free'],
      });
      expect(await seatsio.seat('Floor')).toMatchObject({ numFree: 100 });
    }
  });
});
