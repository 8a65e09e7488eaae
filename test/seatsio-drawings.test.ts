import { CreateEventParams } from 'seatsio';
import { beforeEach, describe, expect, it } from 'vitest';
import { rows, sections, tables } from './stand-ins/drawings.ts';
import { refusal, useSeatsio } from './stand-ins/use-seatsio.ts';

const seatsio = useSeatsio();
const events = () => seatsio.client.events;
const object = (event: string, label: string) => events().retrieveObjectInfo(event, label);

beforeEach(async () => {
  for (const [key, drawing] of Object.entries({ rows, sections, tables })) {
    await seatsio.upload(key, drawing);
    await events().create(key, new CreateEventParams().withKey(key));
  }
});

describe('an uploaded drawing', () => {
  it('is read back as it was given', async () => {
    expect(await seatsio.client.charts.retrievePublishedVersion('sections')).toEqual(sections);
    expect((await seatsio.client.charts.retrieve('sections')).zones).toEqual([
      { key: 'left', label: 'Left side' },
      { key: 'right', label: 'Right side' },
    ]);
    await expect(seatsio.upload('rows', rows)).rejects.toThrow('400');
    await expect(seatsio.upload('broken', { name: 'No categories' })).rejects.toThrow('400');
  });

  it('gives a seat its names, neighbours, flags and the distance that the vendor computes', async () => {
    expect(await object('rows', 'A-1')).toMatchObject({
      label: 'A-1',
      labels: { own: { label: '1', type: 'seat' }, parent: { label: 'A', type: 'row' } },
      ids: { own: '1', parent: 'A' },
      objectType: 'seat',
      categoryKey: '9',
      categoryLabel: 'Cat1',
      forSale: true,
      isAccessible: false,
      isCompanionSeat: false,
      hasRestrictedView: false,
      leftNeighbour: undefined,
      rightNeighbour: 'A-2',
      isAvailable: true,
      availabilityReason: 'available',
      distanceToFocalPoint: 98.67842540608864,
    });
    expect(await object('rows', 'A-7')).toMatchObject({ isAccessible: true, leftNeighbour: 'A-6' });
    expect(await object('rows', 'D-8')).toMatchObject({ categoryKey: '10', rightNeighbour: undefined });
  });

  it('gives an area its places and no flags of a seat', async () => {
    expect(await object('rows', 'GA2')).toMatchObject({
      objectType: 'generalAdmission',
      capacity: 100,
      numFree: 100,
      numBooked: 0,
      numHeld: 0,
      numNotForSale: 0,
      holds: {},
      categoryKey: '10',
      bookAsAWhole: false,
      variableOccupancy: false,
      isAccessible: undefined,
    });
  });

  it('gives what is in a section its section, zone, entrance and floor, and the distance of its zone', async () => {
    expect(await object('sections', 'Section A-A-2')).toMatchObject({
      labels: { section: 'Section A', parent: { label: 'A', type: 'row' } },
      ids: { section: 'Section A' },
      section: 'Section A',
      zone: 'left',
      entrance: 'Door Section A',
      floor: { name: '1', displayName: 'Ground' },
      categoryLabel: 'Cat1',
      distanceToFocalPoint: Math.sqrt(20 ** 2 + 100 ** 2),
    });
    expect(await object('sections', 'Section B-B-4')).toMatchObject({
      floor: { name: '2' },
      categoryKey: '10',
      distanceToFocalPoint: 120,
    });
    expect(await object('sections', 'Section A-Pit')).toMatchObject({ capacity: 5, zone: 'left' });
  });

  it('with an empty list of floors has what is drawn without floors', async () => {
    await seatsio.upload('flat', { ...rows, subChartFloors: [] });
    await events().create('flat', new CreateEventParams().withKey('flat'));
    expect(await object('flat', 'A-1')).toMatchObject({
      label: 'A-1',
      distanceToFocalPoint: 98.67842540608864,
    });
  });

  it('gives no distance that is too large to be a number', async () => {
    const [first, second] = [
      { label: '1', x: 1e308, y: 0 },
      { label: '2', x: 225, y: 33.23 },
    ];
    const far = { label: 'A', seats: [first, second] };
    await seatsio.upload('far', { ...rows, subChart: { ...rows.subChart, rows: [far] } });
    await events().create('far', new CreateEventParams().withKey('far'));
    const answer = await seatsio.raw('GET', '/events/far/objects?label=A-1&label=A-2');
    const infos = (await answer.json()) as Record<string, object>;
    expect(infos['A-1']).not.toHaveProperty('distanceToFocalPoint');
    expect(infos['A-2']).toMatchObject({ distanceToFocalPoint: 0 });
    const chosen = await events().bookBestAvailable('far', { number: 1 } as never);
    expect(chosen.objects).toEqual(['A-2']);
  });

  it('has no places to be counted of an area for one party, for sale or in channels', async () => {
    const places = { Lounge: 8 };
    await expect(events().channels.add('tables', 'one', 'One', 'red', 1, [], places)).rejects.toMatchObject(
      refusal('GENERAL_ERROR'),
    );
    for (const [forSale, objects] of [
      [false, ['Lounge']],
      [true, []],
    ] as const) {
      await events().replaceForSaleConfig('tables', forSale, [...objects], places);
      expect(await object('tables', 'Lounge')).toMatchObject({ forSale: false });
      await expect(events().book('tables', 'Lounge')).rejects.toMatchObject(refusal());
    }
  });

  it('sells a whole table, a booth and an area for one party as one object each', async () => {
    expect(await object('tables', 'T2')).toMatchObject({
      objectType: 'table',
      numSeats: 6,
      bookAsAWhole: true,
    });
    expect(await object('tables', 'T1-2')).toMatchObject({
      objectType: 'seat',
      labels: { parent: { label: 'T1', type: 'table' } },
      leftNeighbour: 'T1-1',
    });
    expect(await object('tables', 'Booth 1')).toMatchObject({ objectType: 'booth', categoryLabel: 'Cat3' });
    await events().book('tables', ['T2', 'Booth 1', 'Lounge']);
    expect(await object('tables', 'Lounge')).toMatchObject({ status: 'booked', numBooked: 8, numFree: 0 });
    for (const label of ['T2', 'Booth 1', 'Lounge']) {
      await expect(events().book('tables', label)).rejects.toMatchObject(refusal());
    }
  });

  it('sells an area of variable occupancy to a party within its bounds', async () => {
    const party = (quantity: number) => ({ objectId: 'Loge', quantity });
    for (const wrong of [1, 5]) {
      await expect(events().book('tables', party(wrong))).rejects.toMatchObject(refusal());
    }
    await events().book('tables', party(3));
    expect(await object('tables', 'Loge')).toMatchObject({ status: 'booked', numFree: 0 });
    await expect(events().book('tables', party(2))).rejects.toMatchObject(refusal());
  });
});

describe('the venues that ship with the stand-in', () => {
  it.each([
    ['club', 40, 100],
    ['theatre', 600, 0],
    ['arena', 18_000, 2_000],
  ])('include %s', async (key, seats, standing) => {
    await events().create(key, new CreateEventParams().withKey(`in-${key}`));
    const summary = await seatsio.client.eventReports.summaryByObjectType(`in-${key}`);
    expect([summary.seat.count, summary.generalAdmission.count]).toEqual([seats, standing]);
    const chosen = await events().bookBestAvailable(`in-${key}`, { number: 2 } as never);
    expect(chosen).toMatchObject({ nextToEachOther: true });
  });
});
