import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { beforeEach, describe, expect, it, test } from 'vitest';
import { type FaultScriptInput, faultScript } from '../emulators/stand-in/fault-script.ts';
import { createSeatFunctionActivities } from '../src/activities/seat-functions.ts';
import { createSeatActivities } from '../src/activities/seats.ts';
import { createStepInterceptor } from '../src/activities/step.ts';
import type { Seat } from '../src/checkout/order.ts';
import { toProblem } from '../src/http/to-problem.ts';
import { RemoteError } from '../src/remote-error.ts';
import { createEventFunctions } from '../src/seat-functions/event-functions.ts';
import { orderKeyOf } from '../src/seat-functions/order-key.ts';
import { createSeatFunctions, type SeatFunctions } from '../src/seat-functions/seat-functions.ts';
import { createSeatsApi, type Seats } from '../src/seatsio/seats-api.ts';
import type { SeatsEvents } from '../src/seatsio/seats-events.ts';
import { EVENT, useSeatsio } from './stand-ins/use-seatsio.ts';

/** Seats.io writes its log of changes some time after them. */
const LOG_MS = 60_000;
const CALL = { timeoutMs: 5_000 };
const floor = (quantity: number) => ({ area: 'Floor', quantity });

describe('over Seats.io', () => {
  const remote = useSeatsio();
  let seats: Seats;
  let functions: SeatFunctions;
  beforeEach(() => {
    seats = createSeatsApi({ baseUrl: remote.url, secretKey: 'seatsio-demo-secret', maxInFlight: 50 });
    functions = createSeatFunctions({ seats });
  });
  const fault = (call: string, action: FaultScriptInput['action'], rest: Partial<FaultScriptInput> = {}) =>
    remote.standIn.faults.add(faultScript.parse({ system: 'seatsio', call, action, ...rest }));
  const booked = () => remote.effects().filter((effect) => effect === 'booked').length;

  it('a hold that nobody can undo says that its seats come free by themselves, after three tries', async () => {
    fault('hold', { type: 'drop', when: 'after' });
    const expiry = fault('expireToken', { type: 'drop', when: 'before' }, { times: 'forever' });
    const hold = functions.holdSeats({ eventId: EVENT, seats: [{ label: 'A-1' }] }, CALL);

    await expect(hold).rejects.toMatchObject({ code: 'hold_unknown' });
    expect(await remote.standIn.faults.hits(expiry, 0)).toBe(3);
    await remote.advance(10 * 60_000 + 1_000);
    expect((await remote.seat('A-1')).status).toBe('free');
  });

  it('a hold whose first tries to undo it fail is undone by the next', async () => {
    fault('hold', { type: 'garbage' });
    fault('expireToken', { type: 'status', status: 500, when: 'before' }, { times: 2 });
    const hold = functions.holdSeats({ eventId: EVENT, seats: [floor(4)] }, CALL);

    await expect(hold).rejects.toMatchObject({ code: 'hold_undone' });
    expect(await remote.seat('Floor')).toMatchObject({ numHeld: 0, numFree: 100 });
  });

  it('a hold that hangs leaves time to undo it', async () => {
    fault('hold', { type: 'hang', when: 'after' });
    const hold = functions.holdSeats({ eventId: EVENT, seats: [{ label: 'A-1' }] }, { timeoutMs: 1_500 });

    await expect(hold).rejects.toMatchObject({ code: 'hold_undone' });
    expect((await remote.seat('A-1')).status).toBe('free');
  });

  it('a token that could not be made holds nothing, and is not undone', async () => {
    fault('createToken', { type: 'status', status: 429, when: 'before' });
    const hold = functions.holdSeats({ eventId: EVENT, seats: [{ label: 'A-1' }] }, CALL);

    await expect(hold).rejects.toMatchObject({ kind: 'throttled' });
    expect(remote.effects()).toEqual([]);
  });

  it.each([
    ['just these places', 3],
    ['more places', 9],
  ])(
    'places alone, of a token that holds %s, are booked once though answers are lost and the call is repeated',
    async (_, held) => {
      const { token } = await functions.holdSeats({ eventId: EVENT, seats: [floor(held)] }, CALL);
      const request = { eventId: EVENT, seats: [floor(3)], token };
      fault('book', { type: 'drop', when: 'after' });
      await expect(functions.bookSeats(request, CALL)).resolves.toHaveProperty('Floor');
      await remote.advance(LOG_MS);
      await expect(functions.bookSeats(request, CALL)).resolves.toHaveProperty('Floor');

      expect(booked()).toBe(1);
      expect(await remote.seat('Floor')).toMatchObject({ numBooked: 3, numHeld: held - 3 });
    },
  );

  it.each([[[{ label: 'A-1' }, floor(2)]], [[floor(2)]]])(
    'a booking of %j that hangs leaves time to see that it happened',
    async (wanted) => {
      const request = { eventId: EVENT, seats: wanted };
      const { token } = await functions.holdSeats(request, CALL);
      fault('book', { type: 'hang', when: 'after' });
      const booking = functions.bookSeats({ ...request, token }, { timeoutMs: 1_200 });

      await expect(booking).resolves.toHaveProperty('Floor');
    },
  );

  it('a booking that may have happened stays unknown when nobody can look', async () => {
    const request = { eventId: EVENT, seats: [{ label: 'A-1' }] };
    const { token } = await functions.holdSeats(request, CALL);
    fault('book', { type: 'drop', when: 'after' });
    fault('readObjects', { type: 'status', status: 429, when: 'before' }, { nth: 2 });

    await expect(functions.bookSeats({ ...request, token }, CALL)).rejects.toMatchObject({ kind: 'unknown' });
  });

  it('places that may be booked, when nobody can look, are not said to be recognised before the log has them', async () => {
    const { token } = await functions.holdSeats({ eventId: EVENT, seats: [floor(5)] }, CALL);
    const request = { eventId: EVENT, seats: [floor(2)], token };
    fault('book', { type: 'drop', when: 'after' });
    fault('readObjects', { type: 'status', status: 429, when: 'before' }, { nth: 2 });
    const error: unknown = await functions.bookSeats(request, CALL).catch((failed: unknown) => failed);

    expect(error).toMatchObject({ code: 'booking_unknown' });
    const { status, details } = toProblem(error);
    expect([status, details.next]).toEqual([502, expect.stringContaining('two minutes')]);
    await remote.advance(2 * 60_000);
    await expect(functions.bookSeats(request, CALL)).resolves.toHaveProperty('Floor');
    expect(await remote.seat('Floor')).toMatchObject({ numBooked: 2, numHeld: 3 });
  });

  it('as an activity, a booking of places that may have happened is tried again once the log has it', async () => {
    const { token } = await functions.holdSeats({ eventId: EVENT, seats: [floor(5)] }, CALL);
    fault('book', { type: 'drop', when: 'after' });
    fault('readObjects', { type: 'status', status: 429, when: 'before' }, { nth: 2 });
    const { book_seats_seatsio } = createSeatFunctionActivities({ seats });
    const data = { event_id: EVENT, seats: [{ objectId: 'Floor', quantity: 2 }], hold_token: { token } };
    const interceptors = [createStepInterceptor];
    const logger = new DefaultLogger('ERROR');
    const environment = new MockActivityEnvironment(
      { startToCloseTimeoutMs: 10_000 },
      { interceptors, logger },
    );
    const run = environment.run(book_seats_seatsio, data);

    await expect(run).rejects.toMatchObject({ nonRetryable: false, nextRetryDelay: 120_000 });
  });

  it('a creation that hangs leaves time to find the event; one that nobody can look for is unknown', async () => {
    fault('events', { type: 'hang', when: 'after' });
    const event = { key: 'Ev3', chartKey: 'club' };
    await expect(functions.createEvent(event, { timeoutMs: 1_200 })).resolves.toMatchObject({ key: 'Ev3' });

    fault('events', { type: 'drop', when: 'after' });
    fault('events', { type: 'status', status: 429, when: 'before' }, { nth: 2 });
    const other = functions.createEvent({ key: 'Ev4', chartKey: 'club' }, CALL);
    await expect(other).rejects.toMatchObject({ kind: 'unknown' });
  });

  it('places that went off a token that has ended are not taken for booked', async () => {
    const { token } = await functions.holdSeats({ eventId: EVENT, seats: [floor(3)] }, CALL);
    const request = { eventId: EVENT, seats: [floor(3)], token };
    const ending: Seats = {
      ...seats,
      async bookShown() {
        await seats.expireToken(token, CALL);
        throw new RemoteError({ remote: 'seatsio', call: 'book', kind: 'unknown' });
      },
    };
    const book = createSeatFunctions({ seats: ending }).bookSeats(request, CALL);

    await expect(book).rejects.toMatchObject({ code: 'booking_unknown' });
    await expect(functions.bookSeats(request, CALL)).rejects.toMatchObject({ code: 'not_held' });
    expect(booked()).toBe(0);
  });

  it('more places than the token holds are not booked, though Seats.io would take free ones for the rest', async () => {
    await remote.set({ bookMorePlaces: 'accept' });
    const { token } = await functions.holdSeats({ eventId: EVENT, seats: [floor(3)] }, CALL);
    const more = functions.bookSeats({ eventId: EVENT, seats: [floor(4)], token }, CALL);

    await expect(more).rejects.toMatchObject({ code: 'not_held', seats: ['Floor'] });
    expect(booked()).toBe(0);
  });

  it.each(['omit', 'refuse'])(
    'seats that the event lacks are named, to seat functions and to a checkout, when a read of them is answered with: %s',
    async (readUnknown) => {
      await remote.set({ readUnknown });
      const token = await remote.newToken();
      for (const [labels, lacked] of [
        [['Z-9'], ['Z-9']],
        [['A-1', 'Z-9'], ['Z-9']],
      ] as const) {
        const request = { eventId: EVENT, seats: labels.map((label) => ({ label })) };
        const named = { code: 'unknown_seat', seats: lacked };
        await expect(functions.holdSeats(request, CALL)).rejects.toMatchObject(named);
        await expect(functions.bookSeats({ ...request, token }, CALL)).rejects.toMatchObject(named);
        const environment = new MockActivityEnvironment(
          { startToCloseTimeoutMs: 10_000 },
          { interceptors: [createStepInterceptor] },
        );
        const step = { ...request, token, attemptId: 'order-1' };
        const activities = createSeatActivities({ seats });
        expect(await environment.run(() => activities.holdSeats(step))).toEqual({
          held: false,
          reason: 'refused',
          seats: lacked,
        });
      }
    },
  );

  it('a booking that was lost before it happened is unknown, and happens when it is sent again', async () => {
    const request = { eventId: EVENT, seats: [{ label: 'A-1' }, floor(2)] };
    const { token } = await functions.holdSeats(request, CALL);
    fault('book', { type: 'drop', when: 'before' });
    await expect(functions.bookSeats({ ...request, token }, CALL)).rejects.toMatchObject({ kind: 'unknown' });
    expect(booked()).toBe(0);
    await functions.bookSeats({ ...request, token }, CALL);

    expect(booked()).toBe(2);
  });

  it('a release of places without an answer is not to be sent again; one of labels may be', async () => {
    const { token } = await functions.holdSeats(
      { eventId: EVENT, seats: [{ label: 'A-1' }, floor(5)] },
      CALL,
    );
    const release = (seats: Seat[]) => functions.releaseSeats({ eventId: EVENT, seats, token }, CALL);
    fault('batch', { type: 'drop', when: 'after' });
    const error: unknown = await release([floor(2)]).catch((failed: unknown) => failed);
    expect(error).toMatchObject({ code: 'release_unknown' });
    expect(toProblem(error).details.next).toContain('Do not send it again');
    expect(await remote.seat('Floor')).toMatchObject({ numHeld: 3 });

    fault('batch', { type: 'drop', when: 'before' });
    await expect(release([{ label: 'A-1' }])).rejects.toMatchObject({ kind: 'unknown' });
    await release([{ label: 'A-1' }]);
  });

  it('a seat that is booked with the token between the look and the release stays booked', async () => {
    const request = { eventId: EVENT, seats: [{ label: 'A-1' }, { label: 'A-2' }] };
    const { token } = await functions.holdSeats(request, CALL);
    const meanwhile: Seats = {
      ...seats,
      async releaseHeld(release, call) {
        await functions.bookSeats({ eventId: EVENT, seats: [{ label: 'A-2' }], token }, CALL);
        return seats.releaseHeld(release, call);
      },
    };
    const release = createSeatFunctions({ seats: meanwhile }).releaseSeats({ ...request, token }, CALL);

    await expect(release).rejects.toMatchObject({ code: 'not_held' });
    expect((await remote.seat('A-1')).status, 'all or none').toBe('reservedByToken');
    expect((await remote.seat('A-2')).status).toBe('booked');
  });

  it('as activities the six take and give the same data, and refuse for good', async () => {
    const interceptors = [createStepInterceptor];
    const logger = new DefaultLogger('ERROR');
    const environment = new MockActivityEnvironment(
      { startToCloseTimeoutMs: 10_000 },
      { interceptors, logger },
    );
    const activities = createSeatFunctionActivities({ seats });
    const run = <T>(activity: (data: unknown) => Promise<T>, data: unknown): Promise<T> =>
      environment.run(activity, data);

    const { event } = await run(activities.create_event_seatsio, { chart_id: 'club', event_id: 'Ev2' });
    expect(event).toMatchObject({ key: 'Ev2', statusSummary: { free: 140 } });
    expect((await run(activities.list_event_seatsio, {})).events.map(({ key }) => key)).toEqual([
      'Ev2',
      EVENT,
    ]);
    const wanted = ['A-1', { objectId: 'Floor', quantity: 2 }, 'A-2'];
    const { hold } = await run(activities.hold_seats_seatsio, { event_id: 'Ev2', seats: wanted });
    const { token } = hold.holdToken;
    await run(activities.release_seats_seatsio, { event_id: 'Ev2', seats: ['A-2'], hold_token: token });
    const sold = { event_id: 'Ev2', seats: wanted.slice(0, 2), hold_token: hold.holdToken };
    expect((await run(activities.book_seats_seatsio, sold)).counts).toEqual({ assigned: 1, ga: 1, total: 2 });
    expect(await run(activities.expire_hold_token_seatsio, { hold_token: hold.holdToken })).toEqual({
      hold_token: hold.holdToken,
      expired: true,
    });

    const taken = run(activities.hold_seats_seatsio, { event_id: 'Ev2', seats: ['A-1', 'A-3'] });
    const details = [{ seats: ['A-1'] }];
    await expect(taken).rejects.toMatchObject({ type: 'seats_unavailable', nonRetryable: true, details });
    const bad = run(activities.hold_seats_seatsio, { event_id: '../x', seats: ['A-1'] });
    await expect(bad).rejects.toMatchObject({ type: 'bad_request', nonRetryable: true });
    const override = run(activities.release_seats_seatsio, { event_id: 'Ev2', seats: ['A-1'] });
    await expect(override).rejects.toMatchObject({ type: 'bad_request', nonRetryable: true });
    expect((await remote.client.events.retrieveObjectInfo('Ev2', 'A-1')).status).toBe('booked');
  });
});

describe('the list of events', () => {
  const event = (id: number) => ({ id, key: `Ev${id}`, chartKey: 'club', name: null, date: null });
  const unused = () => Promise.reject(new Error('not for a list'));

  it('has every page, and never more than five calls in flight, also for two lists at once', async () => {
    let inFlight = 0;
    let most = 0;
    const waiting: (() => void)[] = [];
    const underWay = async <T>(answer: T): Promise<T> => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      await new Promise<void>((resolve) => waiting.push(resolve));
      inFlight -= 1;
      return answer;
    };
    const remote: SeatsEvents = {
      createEvent: unused,
      findEvent: unused,
      listEvents: (after = 0) =>
        underWay({ events: [event(after + 1), event(after + 2)], next: after < 8 ? after + 2 : undefined }),
      countByStatus: (key) => underWay({ free: Number(key.slice(2)) }),
    };
    const events = createEventFunctions(remote);
    const lists = Promise.all([events.listEvents(CALL), events.listEvents(CALL)]);
    let done = false;
    void lists.finally(() => {
      done = true;
    });
    // Answers one call, after everybody who can has called.
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve));
      waiting.shift()?.();
    }

    const [first, second] = await lists;
    expect(first.map(({ id, counters }) => [id, counters?.free])).toEqual(
      Array.from({ length: 10 }, (_, index) => [index + 1, index + 1]),
    );
    expect(second).toEqual(first);
    expect(most).toBe(5);
  });

  it('gives an event whose counters are not to be had without them', async () => {
    const remote: SeatsEvents = {
      createEvent: unused,
      findEvent: unused,
      listEvents: async () => ({ events: [event(1), event(2)], next: undefined }),
      countByStatus: async (key) => {
        if (key === 'Ev1') throw new RemoteError({ remote: 'seatsio', call: 'x', kind: 'throttled' });
        return { free: 2 };
      },
    };
    const counters = (await createEventFunctions(remote).listEvents(CALL)).map((one) => one.counters);

    expect(counters).toEqual([null, { free: 2 }]);
  });
});

test('the order id is the same for the same call, another for any other, and shows nothing of the token', () => {
  const seats = [{ label: 'A-1' }, floor(2)];
  const key = orderKeyOf('Ev1', seats, 'token-1');

  expect(orderKeyOf('Ev1', seats.toReversed(), 'token-1'), 'in any order').toBe(key);
  const others = [
    orderKeyOf('Ev2', seats, 'token-1'),
    orderKeyOf('Ev1', seats, 'token-2'),
    orderKeyOf('Ev1', [{ label: 'A-1' }, floor(3)], 'token-1'),
    orderKeyOf('Ev1', [{ label: 'A-1' }, { label: 'Floor' }], 'token-1'),
  ];
  expect(new Set([key, ...others]).size).toBe(5);
  expect(key).toMatch(/^tok_[\w-]{32}$/);
});
