import { createServer, type Server } from 'node:net';
import { CreateEventParams, Region, SeatsioClient } from 'seatsio';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createSeatsioStandIn, DEMO_SECRET_KEY, DEMO_WORKSPACE_KEY } from '../emulators/seatsio/stand-in.ts';
import { type FaultScriptInput, faultScript } from '../emulators/stand-in/fault-script.ts';
import type { StandIn } from '../emulators/stand-in/stand-in.ts';
import type { Seat } from '../src/checkout/order.ts';
import type { RemoteError } from '../src/remote-error.ts';
import type { SeatChange } from '../src/seatsio/change-seats.ts';
import { bookedBy, freeObjects, holdsAll, type ObjectState } from '../src/seatsio/object-state.ts';
import { createSeatsApi, type SeatsApi, type SeatsReports } from '../src/seatsio/seats-api.ts';

const EVENT = 'evening';
const SEATS: Seat[] = [{ label: 'A-1' }, { label: 'A-2' }, { area: 'Floor', quantity: 3 }];
const CALL = { timeoutMs: 5000 };
const SHORT = { timeoutMs: 150 };

let standIn: StandIn;
let url: string;
let seats: SeatsApi & SeatsReports;

beforeEach(async () => {
  standIn = createSeatsioStandIn();
  url = await standIn.listen(0);
  seats = createSeatsApi({ baseUrl: url, secretKey: DEMO_SECRET_KEY, maxInFlight: 50 });
  const client = new SeatsioClient(new Region(url), DEMO_SECRET_KEY);
  await client.events.create('club', new CreateEventParams().withKey(EVENT));
});

afterEach(() => standIn.close());

const fault = (call: string, action: FaultScriptInput['action'], rest: Partial<FaultScriptInput> = {}) =>
  standIn.faults.add(faultScript.parse({ system: 'seatsio', call, action, ...rest }));

const newChange = async (orderKey = 'order-1'): Promise<SeatChange> => {
  const { token } = await seats.createToken(10, CALL);
  return { eventId: EVENT, seats: SEATS, token, orderKey };
};
const effects = () => standIn.ledger.entries().map(({ effect }) => effect);
const booked = () => effects().filter((effect) => effect === 'booked').length;
const rejection = (call: Promise<unknown>): Promise<RemoteError> =>
  call.then(
    () => {
      throw new Error('the call succeeded');
    },
    (error: RemoteError) => error,
  );

describe('a sale of seats and places', () => {
  it('is held, read and booked, with the category of each seat', async () => {
    const change = await newChange();
    expect(await seats.hold(change, CALL)).toEqual([
      { seat: { label: 'A-1' }, categoryKey: '1', categoryLabel: 'Stalls' },
      { seat: { label: 'A-2' }, categoryKey: '1', categoryLabel: 'Stalls' },
      { seat: { area: 'Floor', quantity: 3 }, categoryKey: '2', categoryLabel: 'Standing' },
    ]);
    expect(holdsAll(await seats.read(EVENT, SEATS, CALL), SEATS, change.token)).toBe(true);
    expect(await seats.book(change, CALL)).toHaveLength(3);
    const states = await seats.read(EVENT, SEATS, CALL);
    expect(bookedBy(states, SEATS, 'order-1', change.token)).toBe('booked');
    expect(bookedBy(states, SEATS, 'order-2', change.token)).toBe('not_booked');
    expect(holdsAll(states, SEATS, change.token)).toBe(false);
  });

  it('is refused whole when one seat belongs to another buyer', async () => {
    await seats.hold({ ...(await newChange('order-2')), seats: [{ label: 'A-2' }] }, CALL);
    const mine = await newChange();
    expect(await rejection(seats.hold(mine, CALL))).toMatchObject({
      kind: 'refused',
      facts: { status: 400 },
    });
    expect(freeObjects(await seats.read(EVENT, SEATS, CALL), SEATS)).toEqual(['A-1', 'Floor']);
  });

  it('turns a booking into the hold of another token, whose end frees it', async () => {
    const change = await newChange();
    await seats.hold(change, CALL);
    await seats.book(change, CALL);
    const back = { ...(await newChange()), seats: [{ label: 'A-1' }, { area: 'Floor', quantity: 2 }] };
    await seats.unbook(back, CALL);
    expect(holdsAll(await seats.read(EVENT, back.seats, CALL), back.seats, back.token)).toBe(true);
    await seats.expireToken(back.token, CALL);
    expect(freeObjects(await seats.read(EVENT, SEATS, CALL), SEATS)).toEqual(['A-1', 'Floor']);
  });

  it('takes back nothing when its token has ended, or one of the seats is not booked', async () => {
    const change = await newChange();
    await seats.hold(change, CALL);
    await seats.book(change, CALL);
    const free = { ...(await newChange()), seats: [...change.seats, { label: 'A-9' }] };
    expect(await rejection(seats.unbook(free, CALL))).toMatchObject({ kind: 'refused' });
    const late = await newChange();
    await seats.expireToken(late.token, CALL);
    expect(await rejection(seats.unbook(late, CALL))).toMatchObject({ kind: 'refused' });
    expect(bookedBy(await seats.read(EVENT, SEATS, CALL), SEATS, 'order-1', change.token)).toBe('booked');
    expect(effects()).not.toContain('released');
  });

  it('shows no state for an object that the event lacks, left out by Seats.io or a reason to refuse', async () => {
    const wanted = [{ label: 'Z-9' }, { label: 'A-1' }];
    const known = [expect.objectContaining({ label: 'A-1' })];
    expect(await seats.read(EVENT, wanted, CALL)).toEqual(known);
    fault('readObjects', { type: 'status', status: 400, when: 'before' }, { match: 'Z-9', times: 'forever' });
    expect(await seats.read(EVENT, wanted, CALL)).toEqual(known);
    // Nothing is known when none can be read: a booked seat would be taken for one that the event lacks.
    for (const none of [wanted.slice(0, 1), [...wanted.slice(0, 1), { label: 'Z-99' }]]) {
      expect(await rejection(seats.read(EVENT, none, CALL))).toMatchObject({ kind: 'refused' });
    }
  });
});

describe('the whole event', () => {
  it('is read as every object once, with what is held and booked under which name', async () => {
    const change = await newChange();
    await seats.hold(change, CALL);
    await seats.book(change, CALL);
    const states = await seats.readAll(EVENT, CALL);

    expect(states).toHaveLength(41);
    expect(states).toContainEqual(
      expect.objectContaining({ label: 'A-1', status: 'booked', orderId: 'order-1' }),
    );
    expect(states.find(({ label }) => label === 'Floor')).toMatchObject({ area: { booked: 3, free: 97 } });
    expect(await rejection(seats.readAll('elsewhere', CALL))).toMatchObject({ kind: 'not_found' });
  });

  it.each(['garbage', 'truncate'] as const)('that is answered with %s is unknown', async (type) => {
    fault('reports', { type });
    expect(await rejection(seats.readAll(EVENT, CALL))).toMatchObject({ kind: 'unknown' });
  });
});

describe('hold tokens', () => {
  it('are extended and retrieved with the rest that Seats.io grants', async () => {
    const { token, expiresInSeconds } = await seats.createToken(11, CALL);
    expect(expiresInSeconds).toBe(660);
    expect(await seats.extendToken(token, 20, CALL)).toEqual({ expiresInSeconds: 1200 });
    expect(await seats.retrieveToken(token, CALL)).toEqual({
      expiresInSeconds: expect.any(Number),
      workspaceKey: DEMO_WORKSPACE_KEY,
    });
  });

  it('are expired twice with the same success, and are then unknown', async () => {
    const { token } = await seats.createToken(11, CALL);
    await seats.expireToken(token, CALL);
    await seats.expireToken(token, CALL);
    expect(await seats.retrieveToken(token, CALL)).toBeUndefined();
    expect(await rejection(seats.extendToken(token, 5, CALL))).toMatchObject({ kind: 'not_found' });
  });
});

describe('a book call whose wire misbehaves', () => {
  const jsonError = { status: 400, errors: [{ code: 'ILLEGAL_STATUS_CHANGE', message: 'no' }] };
  const cases: {
    title: string;
    action: FaultScriptInput['action'];
    kind: string;
    status?: number;
    done: boolean;
  }[] = [
    {
      title: '400 with JSON',
      action: { type: 'status', status: 400, body: jsonError },
      kind: 'refused',
      status: 400,
      done: false,
    },
    {
      title: '401 with an empty body',
      action: { type: 'status', status: 401 },
      kind: 'unauthorised',
      status: 401,
      done: false,
    },
    {
      title: '403 with an empty body',
      action: { type: 'status', status: 403 },
      kind: 'unauthorised',
      status: 403,
      done: false,
    },
    {
      title: '404 with JSON',
      action: { type: 'status', status: 404, body: jsonError },
      kind: 'not_found',
      status: 404,
      done: false,
    },
    {
      title: '429 with JSON',
      action: { type: 'status', status: 429, body: jsonError },
      kind: 'throttled',
      status: 429,
      done: false,
    },
    {
      title: '502 with HTML after acting',
      action: { type: 'status', status: 502, body: '<html>bad</html>', when: 'after' },
      kind: 'unknown',
      status: 502,
      done: true,
    },
    {
      title: '503 with neither body nor reason phrase',
      action: { type: 'status', status: 503, reason: '' },
      kind: 'unknown',
      status: 503,
      done: false,
    },
    {
      title: 'a 204 after acting',
      action: { type: 'status', status: 204, when: 'after' },
      kind: 'unknown',
      done: true,
    },
    {
      title: 'an empty 200 after acting',
      action: { type: 'status', status: 200, when: 'after' },
      kind: 'unknown',
      done: true,
    },
    {
      title: 'a 200 that shows no seats',
      action: { type: 'status', status: 200, body: { objects: {} }, when: 'after' },
      kind: 'unknown',
      done: true,
    },
    { title: 'a 200 with broken JSON', action: { type: 'garbage' }, kind: 'unknown', done: true },
    { title: 'a 200 that is cut off', action: { type: 'truncate' }, kind: 'unknown', done: true },
    {
      title: 'a redirect',
      action: { type: 'status', status: 307, headers: { location: '/elsewhere' } },
      kind: 'unknown',
      status: 307,
      done: false,
    },
    {
      title: 'a connection dropped before acting',
      action: { type: 'drop', when: 'before' },
      kind: 'unknown',
      done: false,
    },
    {
      title: 'a connection dropped after acting',
      action: { type: 'drop', when: 'after' },
      kind: 'unknown',
      done: true,
    },
  ];

  it.each(cases)('$title is $kind, sent once', async ({ action, kind, status, done }) => {
    const change = await newChange();
    await seats.hold(change, CALL);
    const id = fault('book', action, { times: 'forever' });
    const error = await rejection(seats.book(change, CALL));
    expect(error).toMatchObject({ name: 'RemoteError', kind, facts: { remote: 'seatsio', call: 'book' } });
    if (status !== undefined) expect(error.facts.status).toBe(status);
    expect(await standIn.faults.hits(id, 0)).toBe(1);
    expect(booked()).toBe(done ? SEATS.length : 0);
    const states = await seats.read(EVENT, SEATS, CALL);
    expect(bookedBy(states, SEATS, 'order-1', change.token)).toBe(done ? 'booked' : 'not_booked');
    expect(JSON.stringify([error.message, error.facts, error.stack])).not.toContain(change.token);
  });

  it('an answer that names one seat less is unknown', async () => {
    const change = await newChange();
    const { token } = change;
    const info = {
      label: 'A-1',
      labels: { own: { label: '1' } },
      ids: { own: '1' },
      status: 'reservedByToken',
    };
    const objects = {
      'A-1': { ...info, holdToken: token, orderId: 'order-1', categoryKey: '1', categoryLabel: 'Stalls' },
    };
    fault('hold', { type: 'status', status: 200, body: { objects } }, { times: 2 });
    expect(await rejection(seats.hold(change, CALL))).toMatchObject({ kind: 'unknown' });
    // The same answer is a success for the seat that it names, so it was the missing ones that counted.
    expect(await seats.hold({ ...change, seats: [{ label: 'A-1' }] }, CALL)).toHaveLength(1);
  });

  it('no answer at all is unknown at the deadline, and a late effect is seen by a read', async () => {
    const change = await newChange();
    await seats.hold(change, CALL);
    const id = fault('book', { type: 'pause' });
    const error = await rejection(seats.book(change, SHORT));
    expect(error).toMatchObject({ kind: 'unknown', facts: { code: 'deadline' } });
    standIn.faults.release(id);
    await expect.poll(booked).toBe(SEATS.length);
    const states = await seats.read(EVENT, SEATS, CALL);
    expect(bookedBy(states, SEATS, 'order-1', change.token)).toBe('booked');
  });

  it('headers without a body are given up at the deadline', async () => {
    const server = await listen(
      createServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{"obj'));
      }),
    );
    const stuck = createSeatsApi({ baseUrl: server.url, secretKey: 'key', maxInFlight: 5 });
    expect(await rejection(stuck.createToken(5, SHORT))).toMatchObject({ kind: 'unknown' });
  });
});

describe('a call that never reached Seats.io', () => {
  it('is not_sent when the connection is refused or the host is unknown', async () => {
    await standIn.close();
    expect(await rejection(seats.createToken(5, CALL))).toMatchObject({ kind: 'not_sent' });
    const nowhere = createSeatsApi({ baseUrl: 'http://seats.invalid', secretKey: 'key', maxInFlight: 5 });
    expect(await rejection(nowhere.createToken(5, CALL))).toMatchObject({ kind: 'not_sent' });
  });

  it('is not_sent when no time is left', async () => {
    expect(await rejection(seats.createToken(5, { timeoutMs: 0 }))).toMatchObject({ kind: 'not_sent' });
    expect(effects()).toEqual([]);
  });

  it('is throttled at once above the ceiling of calls in flight, and free again when they end', async () => {
    const few = createSeatsApi({ baseUrl: url, secretKey: DEMO_SECRET_KEY, maxInFlight: 2 });
    const id = fault('createToken', { type: 'pause' }, { times: 2 });
    const two = [few.createToken(5, CALL), few.createToken(5, CALL)];
    const error = await rejection(few.createToken(5, CALL));
    expect(error).toMatchObject({ kind: 'throttled', facts: { code: 'too_many_in_flight' } });
    standIn.faults.release(id);
    await Promise.all(two);
    await few.createToken(5, CALL);
    expect(effects()).toHaveLength(3);
  });
});

describe('what Seats.io cannot carry', () => {
  const path = '../events/x';
  const change = (over: Partial<SeatChange>): SeatChange => ({
    eventId: EVENT,
    seats: SEATS,
    token: 'token',
    orderKey: 'order-1',
    ...over,
  });
  const cases: { title: string; code: string; call: () => Promise<unknown> }[] = [
    { title: 'a path as token to extend', code: 'bad_token', call: () => seats.extendToken(path, 5, CALL) },
    { title: 'a path as token to expire', code: 'bad_token', call: () => seats.expireToken(path, CALL) },
    { title: 'a path as token to retrieve', code: 'bad_token', call: () => seats.retrieveToken(path, CALL) },
    {
      title: 'an empty token to book',
      code: 'bad_token',
      call: () => seats.book(change({ token: '' }), CALL),
    },
    {
      title: 'an over-long token',
      code: 'bad_token',
      call: () => seats.hold(change({ token: 'x'.repeat(129) }), CALL),
    },
    { title: 'a path as event id', code: 'bad_event_id', call: () => seats.read(path, SEATS, CALL) },
    {
      title: 'an order key with a space',
      code: 'bad_order_key',
      call: () => seats.hold(change({ orderKey: 'a b' }), CALL),
    },
    { title: 'no seats', code: 'no_seats', call: () => seats.hold(change({ seats: [] }), CALL) },
    {
      title: 'an empty label',
      code: 'bad_label',
      call: () => seats.hold(change({ seats: [{ label: '' }] }), CALL),
    },
    {
      title: 'a label with a line break',
      code: 'bad_label',
      call: () => seats.read(EVENT, [{ label: 'A\n1' }], CALL),
    },
    {
      title: 'an over-long label',
      code: 'bad_label',
      call: () => seats.read(EVENT, [{ label: 'x'.repeat(257) }], CALL),
    },
    {
      title: 'a seat named twice',
      code: 'repeated_seat',
      call: () => seats.hold(change({ seats: [{ label: 'A-1' }, { label: 'A-1' }] }), CALL),
    },
    {
      title: 'half a place',
      code: 'bad_quantity',
      call: () => seats.hold(change({ seats: [{ area: 'Floor', quantity: 0.5 }] }), CALL),
    },
    { title: 'a token for no time', code: 'bad_minutes', call: () => seats.createToken(0, CALL) },
    { title: 'a token for too long', code: 'bad_minutes', call: () => seats.createToken(121, CALL) },
  ];

  it.each(cases)('$title is refused before any call', async ({ code, call }) => {
    await standIn.close();
    const error = await rejection(call());
    expect(error).toMatchObject({ name: 'RemoteError', kind: 'refused', facts: { code } });
    expect(error.message).not.toContain(path);
  });
});

describe('judging a read', () => {
  const floor = (heldByToken: [string, number][]): ObjectState => ({
    label: 'Floor',
    status: 'free',
    categoryKey: '2',
    categoryLabel: 'Standing',
    area: { free: 50, booked: 0, held: 3, heldByToken: new Map(heldByToken) },
  });
  const places: Seat[] = [{ area: 'Floor', quantity: 3 }];

  it('counts places of an area by token: all, or not', () => {
    expect(holdsAll([floor([['t', 3]])], places, 't')).toBe(true);
    expect(holdsAll([floor([['t', 6]])], places, 't'), 'a hold that landed twice').toBe(false);
    expect(holdsAll([floor([['t', 2]])], places, 't')).toBe(false);
    expect(holdsAll([floor([['other', 3]])], places, 't')).toBe(false);
    expect(holdsAll([], places, 't')).toBe(false);
  });

  it('leaves a booking of places alone to the token once it holds none of them', () => {
    expect(bookedBy([floor([['t', 3]])], places, 'order-1', 't')).toBe('not_booked');
    expect(bookedBy([floor([])], places, 'order-1', 't')).toBe('log_decides');
  });

  it('does not take a freed seat that still carries our order key for a booked one', () => {
    const freed = {
      label: 'A-1',
      status: 'free',
      orderId: 'order-1',
      categoryKey: '1',
      categoryLabel: 'Stalls',
    };
    expect(bookedBy([freed], [{ label: 'A-1' }], 'order-1', 't')).toBe('not_booked');
  });
});

async function listen(server: Server): Promise<{ url: string }> {
  const sockets = new Set<{ destroy: () => void }>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return { url: `http://127.0.0.1:${address.port}` };
}
