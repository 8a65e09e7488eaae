import { BestAvailableParams, type ChannelCreationParams, CreateEventParams } from 'seatsio';
import { beforeEach, describe, expect, it } from 'vitest';
import { nearbySeats } from '../emulators/seatsio/seats-nearby.ts';
import { area, rows, sections, tables } from './stand-ins/drawings.ts';
import { EVENT, refusal, useSeatsio } from './stand-ins/use-seatsio.ts';

const seatsio = useSeatsio();
const events = () => seatsio.client.events;
const best = (number: number) => new BestAvailableParams().withNumber(number);
const NOT_FOUND = {
  status: 400,
  errors: [{ code: 'BEST_AVAILABLE_OBJECTS_NOT_FOUND', message: 'Best available objects not found' }],
};

beforeEach(async () => {
  await seatsio.upload('rows', rows);
  await seatsio.upload('sections', sections);
  await seatsio.upload('tables', tables);
  await events().create('rows', new CreateEventParams().withKey('rows'));
});

const change = (params: BestAvailableParams, event = 'rows') =>
  events().changeBestAvailableObjectStatus(event, params, 'taken');
const chosen = async (params: BestAvailableParams, event?: string) => (await change(params, event)).objects;

describe('best available', () => {
  it('in an arena finds as many as are wanted', async () => {
    await events().create('arena', new CreateEventParams().withKey('arena'));
    await change(best(1), 'arena');
    for (const number of [100, 1_000, 2_500]) {
      const { objects, nextToEachOther } = await change(best(number), 'arena');
      expect({ number, found: new Set(objects).size, nextToEachOther }).toEqual({
        ...{ number, found: number, nextToEachOther: false },
      });
    }
  });

  it('looks at each seat once for each centre of a group that it tries, and at none if there are too few', () => {
    let looks = 0;
    const at = (x: number, y: number) => ({
      get x() {
        looks += 1;
        return x;
      },
      y,
    });
    const arena = Array.from({ length: 1_000 }, (_, row) => ({
      kind: 'row' as const,
      section: `Section ${row % 40}`,
      seats: Array.from({ length: 18 }, (_seat, x) => ({
        candidate: { label: `${row}-${x}`, distance: row + x / 100, at: at(x, row), isAccessible: false },
        isFree: true,
      })),
    }));
    expect(nearbySeats(arena, 100, 0)).toHaveLength(100);
    const centres = 24;
    expect(looks).toBeLessThanOrEqual(centres * (18_000 + 18_000));
    looks = 0;
    expect(nearbySeats(arena, 18_001, 0)).toBeUndefined();
    expect(looks).toBe(0);
  });

  it('of more than the event has, or of more accessible seats than seats, is refused', async () => {
    const places = 4 * 8 + 2 * 100;
    for (const number of [101, places + 1, Number.MAX_SAFE_INTEGER]) {
      await expect(change(best(number))).rejects.toMatchObject(NOT_FOUND);
    }
    await expect(change(best(1).withAccessibleSeats(2))).rejects.toMatchObject(refusal('GENERAL_ERROR'));
  });

  it.each([
    ['two', best(2), ['A-4', 'A-5']],
    ['three', best(3), ['A-4', 'A-5', 'A-6']],
    ['one', best(1), ['A-5']],
    [
      'three of a category by label, whatever the case',
      best(3).withCategories(['cat2']),
      ['C-4', 'C-5', 'C-6'],
    ],
    ['two of a category by key', best(2).withCategories(['10']), ['C-4', 'C-5']],
    [
      'three with an accessible seat, and none left alone',
      best(3).withAccessibleSeats(1),
      ['A-6', 'A-7', 'A-8'],
    ],
  ])('of %s are the seats beside each other nearest to the focal point', async (_, params, labels) => {
    const found = await change(params);
    expect([found.objects, found.nextToEachOther]).toEqual([labels, true]);
    expect(Object.values(found.objectDetails)).toMatchObject(
      labels.map((label) => ({ label, status: 'taken' })),
    );
  });

  it('leaves no seat alone, unless told that it may or no others are there', async () => {
    await events().book('rows', ['A-4', 'A-5']);
    expect(await chosen(best(2))).toEqual(['B-4', 'B-5']);
    expect(await chosen(best(2).withTryToPreventOrphanSeats(false))).toEqual(['A-2', 'A-3']);
    const all = ['B', 'C', 'D'].flatMap((row) => [1, 2, 3, 4, 5, 6, 7, 8].map((seat) => `${row}-${seat}`));
    await events().changeObjectStatus(
      'rows',
      [...all.filter((label) => !/B-[45]/.test(label)), 'A-8'],
      'blocked',
    );
    expect(await chosen(best(1))).toEqual(['A-1']);
    expect(await chosen(best(1))).toEqual(['A-6']);
  });

  it('never chooses accessible seats, resale seats or seats not for sale by itself', async () => {
    await events().putUpForResale('rows', ['A-5']);
    await events().editForSaleConfig('rows', null, [{ object: 'A-4' }]);
    expect(await chosen(best(1))).toEqual(['A-6']);
    expect(await chosen(best(1))).toEqual(['A-3']);
    expect(await chosen(best(1).withAccessibleSeats(1))).toEqual(['A-7']);
  });

  it('chooses within a zone, a section and the channels of the call', async () => {
    await events().create('sections', new CreateEventParams().withKey('s'));
    expect(await chosen(best(1).withZone('right'), 's')).toEqual(['Section B-A-4']);
    expect(await chosen(best(1).withSections(['Section A']), 's')).toEqual(['Section A-A-1']);
    const vip: ChannelCreationParams = {
      key: 'vip',
      name: 'VIP',
      color: 'red',
      index: 1,
      objects: ['A-6'],
      areaPlaces: {},
    };
    await events().create('rows', new CreateEventParams().withKey('c').withChannels([vip]));
    const byKey = await events().changeBestAvailableObjectStatus('c', best(1), 'x', null, null, null, null, [
      'vip',
    ]);
    expect(byKey.objects).toEqual(['A-6']);
    const ignoring = await events().changeBestAvailableObjectStatus(
      'c',
      best(2),
      'x',
      null,
      null,
      null,
      true,
    );
    expect(ignoring.objects).toEqual(['A-4', 'A-5']);
  });

  it('chooses seats near each other when no row has enough, and prefers company', async () => {
    const labels = ['A', 'B', 'C', 'D'].flatMap((row) =>
      [1, 2, 3, 4, 5, 6, 7, 8].map((seat) => `${row}-${seat}`),
    );
    const left = ['A-1', 'A-2', 'B-1', 'B-2', 'D-5', 'C-8'];
    await events().book(
      'rows',
      labels.filter((label) => !left.includes(label)),
    );
    const found = await change(best(4));
    expect([found.objects, found.nextToEachOther]).toEqual([['A-1', 'A-2', 'B-1', 'B-2'], false]);
    expect((await change(best(2))).nextToEachOther).toBe(false);
  });

  it('chooses across sections when one has not enough', async () => {
    await events().create('sections', new CreateEventParams().withKey('s'));
    expect((await change(best(10), 's')).objects).toHaveLength(10);
  });

  it('chooses tables and booths, then places of one area, and says nothing of neighbours then', async () => {
    await events().create('tables', new CreateEventParams().withKey('t'));
    const seats = [1, 2, 3, 4, 5, 6].map((seat) => `T1-${seat}`);
    await events().book('t', seats);
    const found = await change(best(2), 't');
    expect([found.objects, found.nextToEachOther]).toEqual([['T2', 'Booth 1'], undefined]);

    await change(best(31));
    const places = await events().bookBestAvailable(
      'rows',
      best(3).withTicketTypes(['adult', 'adult', 'child']),
    );
    expect(places.objects).toEqual(['GA1', 'GA1', 'GA1']);
    expect(await events().retrieveObjectInfo('rows', 'GA1')).toMatchObject({ numBooked: 3 });
    await change(best(97).withCategories(['Cat1']));
    await expect(change(best(101))).rejects.toMatchObject(NOT_FOUND);
    await expect(change(best(1).withCategories(['Cat3']))).rejects.toMatchObject(NOT_FOUND);
  });

  it('chooses places of an area only when there are no tables and booths, however near it is', async () => {
    const { focalPoint } = tables.subChart;
    const generalAdmissionAreas = [area('Pit', { center: focalPoint })];
    await seatsio.upload('mixed', { ...tables, subChart: { ...tables.subChart, generalAdmissionAreas } });
    await events().create('mixed', new CreateEventParams().withKey('m'));
    await events().book(
      'm',
      [1, 2, 3, 4, 5, 6].map((seat) => `T1-${seat}`),
    );
    expect(await chosen(best(1), 'm')).toEqual(['T2']);
    // One booth is not enough for two.
    expect(await chosen(best(2), 'm')).toEqual(['Pit', 'Pit']);
    expect(await chosen(best(1), 'm')).toEqual(['Booth 1']);
    expect(await chosen(best(1), 'm')).toEqual(['Pit']);
  });

  it('chooses an area by the places that the channels of the call leave', async () => {
    const generalAdmissionAreas = [area('Near'), area('Far', { center: { x: 53.22, y: 900 } })];
    await seatsio.upload('areas', {
      ...rows,
      subChart: { ...rows.subChart, rows: [], generalAdmissionAreas },
    });
    const x = { key: 'x', name: 'X', areaPlaces: { Near: 90 } };
    await events().create('areas', new CreateEventParams().withKey('areas').withChannels([x]));
    const choose = async (number: number, ignore: boolean | null, keys?: string[]) => {
      const found = await events().bookBestAvailable('areas', best(number), null, null, null, ignore, keys);
      return new Set(found.objects);
    };
    expect(await choose(20, null)).toEqual(new Set(['Far']));
    expect(await choose(20, null, ['x'])).toEqual(new Set(['Near']));
    expect(await choose(75, true)).toEqual(new Set(['Near']));
    expect(await choose(6, null, ['x', 'NO_CHANNEL'])).toEqual(new Set(['Far']));
    await expect(choose(6, null, ['x'])).rejects.toMatchObject(NOT_FOUND);
    await expect(choose(1, null, ['y'])).rejects.toMatchObject(NOT_FOUND);
    await events().markAsNotForSale('areas', [], { Far: 70 });
    await expect(choose(5, null)).rejects.toMatchObject(NOT_FOUND);
    expect(await choose(4, null)).toEqual(new Set(['Far']));
  });

  it('of places of an area changes its counters once for each kind of ticket, however many they are', async () => {
    const field = area('Field', { capacity: 1_000_000 });
    await seatsio.upload('field', {
      ...rows,
      subChart: { ...rows.subChart, generalAdmissionAreas: [field] },
    });
    await events().create('field', new CreateEventParams().withKey('field'));
    const many = await change(best(100_000), 'field');
    expect([many.objects.length, new Set(many.objects)]).toEqual([100_000, new Set(['Field'])]);
    // As many as there are no seats for.
    const types = Array.from({ length: 40 }, (_, index) => (index < 30 ? 'adult' : 'child'));
    await change(best(40).withTicketTypes(types), 'field');
    const effects = seatsio.standIn.ledger.entries().filter(({ event }) => event === 'field');
    expect(effects.map(({ label, quantity }) => [label, quantity])).toEqual([
      ['Field', 100_000],
      ['Field', 30],
      ['Field', 10],
    ]);
  });

  it('gives ticket types and extra data by position, and wants one for each', async () => {
    const token = await seatsio.newToken();
    const held = await events().holdBestAvailable(
      EVENT,
      best(2)
        .withTicketTypes(['adult', 'child'])
        .withExtraData([{ n: 1 }, { n: 2 }]),
      token,
      'order-1',
    );
    const all = { status: 'reservedByToken', holdToken: token, orderId: 'order-1' };
    expect(Object.values(held.objectDetails)).toMatchObject([
      { ...all, ticketType: 'adult', extraData: { n: 1 } },
      { ...all, ticketType: 'child', extraData: { n: 2 } },
    ]);
    await expect(change(best(2).withTicketTypes(['adult']))).rejects.toMatchObject(refusal('GENERAL_ERROR'));
    await expect(change(best(2).withExtraData([{}]))).rejects.toMatchObject(refusal('GENERAL_ERROR'));
  });

  it('chooses other seats when it is called again', async () => {
    expect(await chosen(best(2))).not.toEqual(await chosen(best(2)));
  });

  it('needs a focal point, wherever the chart has it, and no coordinates of areas', async () => {
    const seated = rows.subChart.rows.slice(0, 1);
    const bare = { ...rows.subChart, rows: [], generalAdmissionAreas: [area('Pit', { center: undefined })] };
    const { focalPoint: _, ...unfocused } = bare;
    const zone = { key: 'left', label: 'Left side', focalPoint: { x: 0, y: 0 } };
    const zones = { list: [zone] };
    const floor = { floorName: '1', ...bare };
    for (const [key, drawing] of Object.entries({
      whole: { subChart: bare },
      floors: { subChart: null, subChartFloors: [floor] },
      zones: { subChart: unfocused, zones },
    })) {
      await seatsio.upload(key, { ...rows, ...drawing });
      await events().create(key, new CreateEventParams().withKey(key));
      expect([key, await chosen(best(2), key)]).toEqual([key, ['Pit', 'Pit']]);
    }
    await seatsio.upload('none', { ...rows, subChart: { ...unfocused, rows: seated } });
    await events().create('none', new CreateEventParams().withKey('none'));
    await expect(change(best(1), 'none')).rejects.toMatchObject({
      messages: ['The chart has no focal point'],
    });
  });

  it('is refused on a chart without focal point, and finds no event whose key needs escaping', async () => {
    const { focalPoint: _, ...subChart } = rows.subChart;
    await seatsio.upload('unfocused', { ...rows, subChart });
    await events().create('unfocused', new CreateEventParams().withKey('unfocused'));
    await expect(change(best(1), 'unfocused')).rejects.toMatchObject(refusal('GENERAL_ERROR'));
    // The client encodes the key twice for these two calls.
    await events().create('rows', new CreateEventParams().withKey('with space'));
    await expect(events().bookBestAvailable('with space', best(1))).rejects.toMatchObject({ status: 404 });
    expect(await chosen(best(1), 'with space')).toEqual(['A-5']);
  });
});
