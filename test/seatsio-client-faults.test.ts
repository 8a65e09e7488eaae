import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Region, SeatsioClient } from 'seatsio';
import { describe, expect, it } from 'vitest';
import { DEMO_SECRET_KEY } from '../emulators/seatsio/stand-in.ts';
import { type FaultScriptInput, faultScript } from '../emulators/stand-in/fault-script.ts';
import { EVENT, refusal, useSeatsio } from './stand-ins/use-seatsio.ts';

const seatsio = useSeatsio();

const fault = (action: FaultScriptInput['action'], rest: Partial<FaultScriptInput> = {}) =>
  seatsio.standIn.faults.add(faultScript.parse({ system: 'seatsio', call: 'book', action, ...rest }));
const book = () => seatsio.client.events.book(EVENT, 'A-1', null, 'order-1');
const rejection = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    (value) => ({ resolved: value }),
    (error: unknown) => error,
  );
const booked = () => seatsio.effects().includes('booked');

/** What a caller of the vendor's client, as it is installed, gets to see of each fault at the wire. */
describe("the vendor's client", () => {
  it.each<[string, FaultScriptInput['action'], unknown, boolean]>([
    [
      'rejects with the body of a 400, which is no Error',
      { type: 'status', status: 400, body: { status: 400, errors: [{ code: 'X' }] } },
      { status: 400, errors: [{ code: 'X' }] },
      false,
    ],
    [
      'rejects with a text for an empty 401',
      { type: 'status', status: 401 },
      expect.stringContaining('resulted in 401 Unauthorized error'),
      false,
    ],
    [
      'rejects with the page of a 502',
      { type: 'status', status: 502, body: '<html>bad gateway</html>' },
      '<html>bad gateway</html>',
      false,
    ],
    [
      'rejects with a text for an empty 503 without reason phrase',
      { type: 'status', status: 503, reason: '' },
      expect.stringContaining('resulted in 503 error'),
      false,
    ],
    [
      'rejects for a connection that is reset, whatever has happened',
      { type: 'drop', when: 'after' },
      expect.objectContaining({ code: 'ECONNRESET' }),
      true,
    ],
    [
      'rejects with a text that says 200 OK for an answer that is cut off',
      { type: 'truncate' },
      expect.stringContaining('resulted in 200 OK error'),
      true,
    ],
    [
      'resolves without objects for a broken 200, which looks like success',
      { type: 'garbage' },
      { resolved: { objects: {} } },
      true,
    ],
    [
      'resolves without objects for an empty 204, which looks like success',
      { type: 'status', status: 204, when: 'after' },
      { resolved: { objects: {} } },
      true,
    ],
    [
      'resolves without objects for an empty 200, which looks like success',
      { type: 'status', status: 200, when: 'after' },
      { resolved: { objects: {} } },
      true,
    ],
  ])('%s', async (_, action, told, isBooked) => {
    fault(action);
    expect(await rejection(book())).toEqual(told);
    await expect.poll(booked).toBe(isBooked);
  });

  it('rejects when nobody listens, and then nothing has happened', async () => {
    // A port that was given out a moment ago and is closed again.
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    other.close();
    await once(other, 'close');
    const { events } = new SeatsioClient(new Region(`http://127.0.0.1:${port}`), DEMO_SECRET_KEY);
    expect(await rejection(events.book(EVENT, 'A-1'))).toMatchObject({ code: 'ECONNREFUSED' });
    expect(booked()).toBe(false);
  });

  it('rejects when no answer comes within its time-out, though the seat may be booked', async () => {
    seatsio.client.client.defaults.timeout = 300;
    fault({ type: 'hang', when: 'after' });
    expect(await rejection(book())).toMatchObject({ code: 'ECONNABORTED' });
    expect(booked()).toBe(true);
  });

  it.each(['before', 'after'] as const)(
    'rejects when the answer is later than its time-out, though the seat is booked (delayed %s the act)',
    async (when) => {
      seatsio.client.client.defaults.timeout = 300;
      fault({ type: 'delay', when, ms: 2_000 });
      expect(await rejection(book())).toMatchObject({ code: 'ECONNABORTED' });
      expect(booked()).toBe(when === 'after');
      await expect.poll(booked, { timeout: 20_000 }).toBe(true);
    },
  );

  it('is told of a refusal when its call is delayed and another one came first', async () => {
    const late = fault({ type: 'delay', ms: 1_000 }, { match: 'order-1' });
    const delayed = rejection(book());
    await seatsio.standIn.faults.hits(late, 20_000);
    await seatsio.client.events.book(EVENT, 'A-1', null, 'order-2');
    expect(await delayed).toMatchObject(refusal());
    expect(await seatsio.seat('A-1')).toMatchObject({ status: 'booked', orderId: 'order-2' });
  });

  it('tries a 429 again, and nothing else, and rejects with its body when that was in vain', async () => {
    const body = { status: 429, errors: [{ code: 'RATE_LIMIT_EXCEEDED' }] };
    seatsio.client.setMaxRetries(1);
    const throttled = fault({ type: 'status', status: 429, body }, { times: 2 });
    expect(await rejection(book())).toEqual(body);
    expect(await seatsio.standIn.faults.hits(throttled, 0)).toBe(2);
    const failing = fault({ type: 'status', status: 500, body: {} }, { times: 'forever' });
    await rejection(book());
    expect(await seatsio.standIn.faults.hits(failing, 0)).toBe(1);
  });

  it('puts a hold token into the path as it is: a path as token is another call', async () => {
    await rejection(seatsio.client.holdTokens.expiresInMinutes(`../events/${EVENT}`, 0));
    // The body of the extension arrived as an update of the event.
    expect((await seatsio.client.events.retrieve(EVENT)).updatedOn).toBeInstanceOf(Date);
  });
});
