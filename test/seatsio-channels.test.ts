import { CreateEventParams, CreateSeasonParams } from 'seatsio';
import { describe, expect, it } from 'vitest';
import { EVENT, FLOOR, notFound, refusal, useSeatsio } from './stand-ins/use-seatsio.ts';

const seatsio = useSeatsio();
const events = () => seatsio.client.events;
const channels = () => seatsio.client.events.channels;
const listed = async () =>
  (await events().retrieve(EVENT)).channels?.map(({ key, objects, areaPlaces }) => [
    key,
    objects,
    areaPlaces,
  ]);

describe('channels of an event', () => {
  it('are added one or several at a time, and given when the event is created', async () => {
    await channels().add(EVENT, 'one', 'One', '#ff0000', 1, ['A-1', 'A-2'], { Floor: 5 });
    await channels().addMultiple(EVENT, [
      { key: 'two', name: 'Two', color: '#00ff00', index: 2, objects: ['A-3'] },
      { key: 'three', name: 'Three' },
    ]);
    expect((await events().retrieve(EVENT)).channels).toMatchObject([
      {
        id: expect.any(String),
        key: 'one',
        name: 'One',
        color: '#ff0000',
        index: 1,
        objects: ['A-1', 'A-2'],
      },
      { key: 'two', objects: ['A-3'], areaPlaces: {} },
      { key: 'three', objects: [], areaPlaces: {} },
    ]);
    await expect(channels().add(EVENT, 'one', 'Again', 'red', 1, [])).rejects.toMatchObject(
      refusal('GENERAL_ERROR'),
    );
    const given = [
      { key: 'vip', name: 'VIP', color: 'blue', index: 1, objects: ['B-1'], areaPlaces: { Floor: 3 } },
    ];
    const event = await events().create('club', new CreateEventParams().withChannels(given));
    expect(event.channels).toMatchObject(given);
  });

  it('are changed, replaced and removed, and an object is in one at a time', async () => {
    await channels().replace(EVENT, [
      { key: 'one', name: 'One', color: 'red', index: 1, objects: ['A-1', 'A-2'] },
      { key: 'two', name: 'Two', color: 'blue', index: 2, objects: ['A-3', 'A-4'], areaPlaces: { Floor: 5 } },
    ]);
    await channels().addObjects(EVENT, 'one', ['A-3'], { Floor: 2 });
    expect(await listed()).toEqual([
      ['one', ['A-1', 'A-2', 'A-3'], { Floor: 2 }],
      ['two', ['A-4'], { Floor: 5 }],
    ]);
    await channels().removeObjects(EVENT, 'one', ['A-1'], { Floor: 2 });
    await channels().update(EVENT, 'two', 'New name', undefined, ['A-2']);
    expect(await listed()).toEqual([
      ['one', ['A-3'], {}],
      ['two', ['A-2'], { Floor: 5 }],
    ]);
    expect((await events().retrieve(EVENT)).channels?.[1]).toMatchObject({ name: 'New name', color: 'blue' });
    await channels().remove(EVENT, 'one');
    expect(await listed()).toEqual([['two', ['A-2'], { Floor: 5 }]]);
    await expect(channels().remove(EVENT, 'one')).rejects.toMatchObject(notFound('CHANNEL_NOT_FOUND'));
    await expect(channels().addObjects(EVENT, 'one', ['A-1'])).rejects.toMatchObject({ status: 404 });
  });

  it('have nothing that the event has not, and no more places of an area than there are', async () => {
    await channels().add(EVENT, 'one', 'One', 'red', 1, ['A-1'], { Floor: 60 });
    const before = await listed();
    const two = (objects: string[], areaPlaces: Record<string, number> = {}) => ({
      ...{ key: 'two', name: 'Two', objects, areaPlaces },
    });
    for (const { objects, areaPlaces } of [
      two(['Z-99']),
      two([], { Nope: 5 }),
      two([], { 'A-2': 1 }),
      two([], { Floor: 500 }),
    ]) {
      for (const wrong of [
        () => channels().addMultiple(EVENT, [two([]), { ...two(objects, areaPlaces), key: 'three' }]),
        () => channels().replace(EVENT, [two(objects, areaPlaces)]),
        () => channels().update(EVENT, 'one', 'New name', undefined, objects, areaPlaces),
        () => channels().addObjects(EVENT, 'one', objects, areaPlaces),
        () => events().create('club', new CreateEventParams().withChannels([two(objects, areaPlaces)])),
      ]) {
        await expect(wrong()).rejects.toMatchObject(refusal('GENERAL_ERROR'));
      }
    }
    await expect(channels().addMultiple(EVENT, [two([], { Floor: 41 })])).rejects.toMatchObject(
      refusal('GENERAL_ERROR'),
    );
    expect(await listed()).toEqual(before);
    expect((await events().retrieve(EVENT)).channels).toMatchObject([{ name: 'One' }]);
    await channels().addMultiple(EVENT, [two([], { Floor: 40 })]);
  });

  it('are told by the object infos and reports', async () => {
    await channels().add(EVENT, 'one', 'One', 'red', 1, ['A-1']);
    expect(await seatsio.seat('A-1')).toMatchObject({ channel: 'one', isAvailable: true });
    expect((await seatsio.client.eventReports.byChannel(EVENT, 'one')).one).toHaveLength(1);
    expect((await seatsio.client.eventReports.summaryByChannel(EVENT)).one).toMatchObject({ count: 1 });
  });
});

describe('an object in a channel', () => {
  it.each(['hold', 'book', 'release'] as const)(
    'is refused to a %s without its key, or with another one',
    async (action) => {
      const token = await seatsio.newToken();
      await channels().replace(EVENT, [
        { key: 'one', name: 'One', objects: ['A-1'] },
        { key: 'two', name: 'Two', objects: ['A-2'] },
      ]);
      if (action === 'release') await events().book(EVENT, 'A-1', null, null, null, true);
      const call = (...access: [ignore?: boolean | null, keys?: string[]]) =>
        action === 'hold'
          ? events().hold(EVENT, 'A-1', token, null, null, ...access)
          : events()[action](EVENT, 'A-1', null, null, null, ...access);
      for (const wrong of [call(), call(null, ['two']), call(null, ['NO_CHANNEL'])]) {
        await expect(wrong).rejects.toMatchObject(refusal());
      }
      await call(null, ['one', 'NO_CHANNEL']);
      expect((await seatsio.seat('A-1')).status).toBe(
        { hold: 'reservedByToken', book: 'booked', release: 'free' }[action],
      );
    },
  );

  it('is given to whoever ignores channels; an object in none wants NO_CHANNEL among the keys', async () => {
    await channels().add(EVENT, 'one', 'One', 'red', 1, ['A-1']);
    await events().book(EVENT, 'A-1', null, null, null, true);
    await expect(events().book(EVENT, 'A-2', null, null, null, null, ['one'])).rejects.toMatchObject(
      refusal(),
    );
    await events().book(EVENT, 'A-2', null, null, null, null, ['NO_CHANNEL']);
  });
});

describe('places of an area in a channel', () => {
  it('are sold to its key only, and the others to nobody else', async () => {
    await channels().add(EVENT, 'one', 'One', 'red', 1, [], { Floor: 10 });
    await expect(events().book(EVENT, FLOOR(91))).rejects.toMatchObject(refusal());
    await events().book(EVENT, FLOOR(90));
    await expect(events().book(EVENT, FLOOR(11), null, null, null, null, ['one'])).rejects.toMatchObject(
      refusal(),
    );
    const token = await seatsio.newToken();
    await events().hold(EVENT, FLOOR(10), token, null, null, null, ['one']);
    expect(await seatsio.seat('Floor')).toMatchObject({ numBooked: 90, numHeld: 10, numFree: 0 });
    await expect(events().book(EVENT, FLOOR(10), token)).rejects.toMatchObject(refusal());
    await events().book(EVENT, FLOOR(10), token, null, null, null, ['one']);
    expect(await seatsio.seat('Floor')).toMatchObject({ numBooked: 100, numHeld: 0 });
  });

  it('of two channels are taken in the order of the keys', async () => {
    await channels().add(EVENT, 'one', 'One', 'red', 1, [], { Floor: 10 });
    await events().book(EVENT, FLOOR(15), null, null, null, null, ['one', 'NO_CHANNEL']);
    await expect(events().book(EVENT, FLOOR(1), null, null, null, null, ['one'])).rejects.toMatchObject(
      refusal(),
    );
    await events().book(EVENT, FLOOR(85));
    expect(await seatsio.seat('Floor')).toMatchObject({ numFree: 0, status: 'booked' });
  });

  describe.each([
    ['is removed', () => channels().remove(EVENT, 'c')],
    ['is replaced by none', () => channels().replace(EVENT, [])],
    ['has them no more', () => channels().removeObjects(EVENT, 'c', [], { Floor: 10 })],
    [
      'is one of an area that goes whole to another',
      () => channels().add(EVENT, 'all', 'All', 'red', 1, ['Floor']),
    ],
  ])('whose channel %s', (how, change) => {
    const takeAndChange = async () => {
      const token = await seatsio.newToken();
      await channels().add(EVENT, 'c', 'C', 'red', 1, [], { Floor: 10 });
      await events().book(EVENT, FLOOR(4), null, null, null, null, ['c']);
      await events().hold(EVENT, FLOOR(3), token, null, null, null, ['c']);
      await change();
      return token;
    };

    it('are booked and released by whoever ignores channels', async () => {
      const token = await takeAndChange();
      await events().book(EVENT, FLOOR(3), token, null, null, true);
      await events().release(EVENT, FLOOR(7), null, null, null, true);
      expect(await seatsio.seat('Floor')).toMatchObject({ numBooked: 0, numHeld: 0, numFree: 100 });
    });

    it('are what the others of the area are', async () => {
      const token = await takeAndChange();
      const keys = how.endsWith('another') ? ['all'] : ['NO_CHANNEL'];
      for (const wrong of [['c'], ['other']]) {
        await expect(events().book(EVENT, FLOOR(3), token, null, null, null, wrong)).rejects.toMatchObject(
          refusal(),
        );
      }
      await events().book(EVENT, FLOOR(3), token, null, null, null, keys);
      await expect(events().book(EVENT, FLOOR(94), null, null, null, null, keys)).rejects.toMatchObject(
        refusal(),
      );
      await events().release(EVENT, FLOOR(7), null, null, null, null, keys);
      expect(await seatsio.seat('Floor')).toMatchObject({ numBooked: 0, numHeld: 0, numFree: 100 });
    });
  });

  it('are not those that the season has taken, whoever ignores channels', async () => {
    const params = new CreateSeasonParams().key('season').eventKeys(['one']);
    await seatsio.client.seasons.create('club', params);
    await events().book('season', FLOOR(5));
    await events().book('one', FLOOR(2));
    await expect(events().release('one', FLOOR(3), null, null, null, true)).rejects.toMatchObject(refusal());
    await events().release('one', FLOOR(2), null, null, null, true);
    expect(await events().retrieveObjectInfo('one', 'Floor')).toMatchObject({ numBooked: 5, numFree: 95 });
  });

  it('want its key for their release', async () => {
    await channels().add(EVENT, 'one', 'One', 'red', 1, [], { Floor: 10 });
    await events().book(EVENT, FLOOR(5), null, null, null, null, ['one']);
    const release = (keys?: string[]) => events().release(EVENT, FLOOR(5), null, null, null, null, keys);
    for (const wrong of [release(), release(['NO_CHANNEL']), release(['two'])]) {
      await expect(wrong).rejects.toMatchObject(refusal());
    }
    expect(await seatsio.seat('Floor')).toMatchObject({ numBooked: 5 });
    await release(['one']);
    expect(await seatsio.seat('Floor')).toMatchObject({ numBooked: 0 });
  });
});
