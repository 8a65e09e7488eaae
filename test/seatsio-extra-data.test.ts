import { ObjectProperties } from 'seatsio';
import { describe, expect, it } from 'vitest';
import { EVENT, FLOOR, refusal, useSeatsio } from './stand-ins/use-seatsio.ts';

const seatsio = useSeatsio();
const events = () => seatsio.client.events;
const data = async (label: string) => (await seatsio.seat(label)).extraData;

describe('extra data', () => {
  it('is set for one object or several, without a status change', async () => {
    await events().updateExtraData(EVENT, 'A-1', { foo: 'bar' });
    await events().updateExtraDatas(EVENT, { 'A-2': { foo: 1 }, Floor: { foo: 2 } });
    expect([await data('A-1'), await data('A-2'), await data('Floor')]).toEqual([
      { foo: 'bar' },
      { foo: 1 },
      { foo: 2 },
    ]);
    expect(seatsio.effects()).toEqual([]);
    await expect(events().updateExtraDatas(EVENT, { 'A-1': {}, 'Z-9': {} })).rejects.toMatchObject(
      refusal('GENERAL_ERROR'),
    );
    expect(await data('A-1')).toEqual({ foo: 'bar' });
  });

  it('is cleared by every status change unless it is kept or sent again', async () => {
    await events().book(EVENT, [new ObjectProperties('A-1').setExtraData({ foo: 'bar' })]);
    await events().release(EVENT, 'A-1', null, null, true);
    expect(await data('A-1')).toEqual({ foo: 'bar' });
    await events().book(EVENT, 'A-1');
    expect(await data('A-1')).toBeUndefined();
    await events().updateExtraData(EVENT, 'Floor', { foo: 'bar' });
    await events().changeObjectStatus(EVENT, FLOOR(1), 'lolzor', null, null, true);
    expect(await data('Floor')).toEqual({ foo: 'bar' });
    await events().book(EVENT, FLOOR(1));
    expect(await data('Floor')).toBeUndefined();
  });

  it('goes with an expiry too', async () => {
    const token = await seatsio.newToken(10);
    await events().hold(EVENT, [new ObjectProperties('A-1').setExtraData({ foo: 'bar' })], token);
    await events().hold(EVENT, [new ObjectProperties('Floor').setExtraData({ foo: 'bar' })], token);
    expect(await data('Floor')).toEqual({ foo: 'bar' });
    await seatsio.advance(600_000);
    expect(await seatsio.seat('A-1')).toMatchObject({ status: 'free', extraData: undefined });
    expect(await data('Floor')).toBeUndefined();
  });

  it('must be an object', async () => {
    const body = (extraData: unknown) =>
      JSON.stringify({ objects: [{ objectId: 'A-1', extraData }], status: 'booked', events: [EVENT] });
    for (const wrong of ['text', 7, ['list']]) {
      const { status } = await seatsio.raw(
        'POST',
        '/events/groups/actions/change-object-status',
        body(wrong),
      );
      expect(status).toBe(400);
    }
    expect(await seatsio.seat('A-1')).toMatchObject({ status: 'free' });
  });

  it('with a name that would be lost is refused', async () => {
    const nested = '{"extraData":{"__proto__":{"x":1},"y":2}}';
    for (const path of ['objects/A-1/actions/update-extra-data', 'actions/update-extra-data']) {
      const answer = await seatsio.raw('POST', `/events/${EVENT}/${path}`, nested);
      expect([answer.status, await answer.json()]).toMatchObject([
        400,
        { messages: [expect.stringContaining('__proto__')] },
      ]);
    }
    expect(await data('A-1')).toBeUndefined();
  });
});
