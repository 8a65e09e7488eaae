import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BestAvailableParams,
  Category,
  CreateSeasonParams,
  type Event,
  EventObjectInfo,
  ForSaleConfig,
  Region,
  Season,
  SeatsioClient,
  StatusChangeRequest,
  TableBookingConfig,
  UpdateEventParams,
  UpdateSeasonParams,
} from 'seatsio';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSeatsioStandIn, DEMO_SECRET_KEY } from '../emulators/seatsio/stand-in.ts';
import { createAdmin } from '../emulators/stand-in/admin.ts';
import { rows, tables } from './stand-ins/drawings.ts';
import { EVENT, FLOOR, notFound, refusal, useSeatsio } from './stand-ins/use-seatsio.ts';

const { BOOKED, FREE, HELD } = EventObjectInfo;
const seatsio = useSeatsio();
const events = () => seatsio.client.events;
const seasons = () => seatsio.client.seasons;
const SEASON = 'spring';

/** A season in the club with the events `e1`, `e2` and `e3`, and `half`: the first two of them. */
async function springSeason(): Promise<void> {
  const params = new CreateSeasonParams().key(SEASON).eventKeys(['e1', 'e2', 'e3']);
  await seasons().create('club', params);
  await seasons().createPartialSeason(SEASON, 'half', null, ['e1', 'e2']);
}

const keys = (list: readonly Event[] | undefined) => list?.map(({ key }) => key);
async function season(key: string): Promise<Season> {
  const found = await seasons().retrieve(key);
  if (!(found instanceof Season)) throw new Error(`${key} is no season`);
  return found;
}
/** The status of a seat in each of them. */
async function statuses(label: string, ...of: string[]): Promise<string[]> {
  return Promise.all(of.map(async (key) => (await events().retrieveObjectInfo(key, label)).status));
}
const floor = (key: string) => events().retrieveObjectInfo(key, 'Floor');
const ALL = [SEASON, 'half', 'e1', 'e2', 'e3'];
const state = () => JSON.stringify(seatsio.standIn.state());

describe('a season', () => {
  it('is made of a chart alone, with nothing in it', async () => {
    const made = await seasons().create('club');
    expect(made).toMatchObject({
      chartKey: 'club',
      events: [],
      partialSeasonKeys: [],
      isTopLevelSeason: true,
      isPartialSeason: false,
      isEventInSeason: false,
      isInThePast: false,
      supportsBestAvailable: true,
      tableBookingConfig: { mode: 'INHERIT' },
      forSaleConfig: null,
      updatedOn: null,
    });
    expect(made.createdOn).toBeInstanceOf(Date);
    expect(made.isSeason()).toBe(true);
  });

  it('takes what is said of it, and its events by number or by key', async () => {
    await seatsio.upload('tables', tables);
    const named = new CreateSeasonParams()
      .key('named')
      .name('Spring')
      .eventKeys(['one', 'two'])
      .tableBookingConfig(TableBookingConfig.custom({ T1: 'BY_TABLE', T2: 'BY_SEAT' }))
      .categories([new Category('gala', 'Gala', '#aaabbb', false)])
      .objectCategories({ 'Booth 1': 'gala' })
      .channels([{ key: 'club', name: 'Club', color: 'red', index: 1, objects: ['T1'] }])
      .forSaleConfig(new ForSaleConfig(false, ['Booth 1'], {}, []))
      .forSalePropagated(false);
    const made = await seasons().create('tables', named);
    expect(made).toMatchObject({
      key: 'named',
      name: 'Spring',
      tableBookingConfig: { mode: 'CUSTOM', tables: { T1: 'BY_TABLE', T2: 'BY_SEAT' } },
      objectCategories: { 'Booth 1': 'gala' },
      channels: [{ key: 'club', objects: ['T1'] }],
      forSaleConfig: { forSale: false, objects: ['Booth 1'] },
      forSalePropagated: false,
    });
    expect(keys(made.events)).toEqual(['one', 'two']);
    // Its events have its tables and categories.
    expect(await events().retrieveObjectInfo('one', 'T2-1')).toMatchObject({ label: 'T2-1' });
    expect(await events().retrieveObjectInfo('one', 'Booth 1')).toMatchObject({ categoryLabel: 'Gala' });
    const counted = await seasons().create('club', new CreateSeasonParams().numberOfEvents(2));
    expect(counted.events).toHaveLength(2);
  });

  it('shows itself, its partial seasons and its events for what they are', async () => {
    await springSeason();
    const top = await season(SEASON);
    expect(keys(top.events)).toEqual(['e1', 'e2', 'e3']);
    expect(top.partialSeasonKeys).toEqual(['half']);
    const half = await season('half');
    expect(half).toMatchObject({ isTopLevelSeason: false, isPartialSeason: true, topLevelSeasonKey: SEASON });
    expect(half.partialSeasonKeys).toBeUndefined();
    expect(keys(half.events)).toEqual(['e1', 'e2']);
    expect(half.events?.[0]?.partialSeasonKeysForEvent).toEqual(['half']);
    const inSeason = { isEventInSeason: true, isTopLevelSeason: false, topLevelSeasonKey: SEASON };
    expect(await events().retrieve('e1')).toMatchObject({ ...inSeason, partialSeasonKeysForEvent: ['half'] });
    expect(await events().retrieve('e3')).toMatchObject({ ...inSeason, partialSeasonKeysForEvent: [] });
    expect(await events().retrieve(EVENT)).toMatchObject({
      isEventInSeason: false,
      topLevelSeasonKey: undefined,
      partialSeasonKeysForEvent: undefined,
    });
  });

  it('is listed among the events, without what is in it', async () => {
    await springSeason();
    const listed = await events().listFirstPage();
    const top = listed.items.find(({ key }) => key === SEASON);
    expect(top?.isSeason()).toBe(true);
    expect(top).toMatchObject({ events: undefined, partialSeasonKeys: undefined });
    expect(listed.items.find(({ key }) => key === EVENT)?.isSeason()).toBe(false);
  });

  it('gets more events, told newest first, in which its objects are taken as well', async () => {
    await springSeason();
    await events().book(SEASON, 'A-1');
    expect(keys(await seasons().createEvents(SEASON, null, ['e4', 'e5']))).toEqual(['e5', 'e4']);
    expect(await seasons().createEvents(SEASON, 2)).toHaveLength(2);
    expect(await statuses('A-1', 'e4', 'e5')).toEqual([BOOKED, BOOKED]);
    expect((await season(SEASON)).events).toHaveLength(7);
  });

  it('has partial seasons that events join and leave without leaving the season', async () => {
    await springSeason();
    const named = await seasons().createPartialSeason(SEASON, 'rest', 'The rest');
    expect(named).toMatchObject({ key: 'rest', name: 'The rest', events: [] });
    const joined = await seasons().addEventsToPartialSeason(SEASON, 'rest', ['e2', 'e3']);
    expect(keys(joined.events)).toEqual(['e2', 'e3']);
    expect(joined.events?.[0]?.partialSeasonKeysForEvent).toEqual(['half', 'rest']);
    const left = await seasons().removeEventFromPartialSeason(SEASON, 'rest', 'e2');
    expect(keys(left.events)).toEqual(['e3']);
    expect(keys((await season(SEASON)).events)).toEqual(['e1', 'e2', 'e3']);
  });

  it('is updated: key, name, tables of all its events, categories, whether it says what is for sale', async () => {
    await seatsio.upload('tables', tables);
    await seasons().create('tables', new CreateSeasonParams().key('old').eventKeys(['one']));
    const gala = new Category('gala', 'Gala', '#aaabbb', false);
    const change = new UpdateSeasonParams()
      .withKey('new')
      .withName('New')
      .withTableBookingConfig(TableBookingConfig.allByTable())
      .withCategories([gala])
      .withObjectCategories({ 'Booth 1': 'gala' })
      .withForSalePropagated(false);
    await seasons().update('old', change);
    expect(await season('new')).toMatchObject({
      name: 'New',
      tableBookingConfig: { mode: 'ALL_BY_TABLE' },
      objectCategories: { 'Booth 1': 'gala' },
      forSalePropagated: false,
    });
    expect(Object.keys(await events().retrieveObjectInfos('one', ['T1', 'T1-1']))).toEqual(['T1']);
    await expect(seasons().retrieve('old')).rejects.toMatchObject(notFound('EVENT_NOT_FOUND'));
  });

  it('ends with its events and partial seasons; a partial season alone leaves its events', async () => {
    await springSeason();
    await events().book('half', 'A-1');
    await events().delete('half');
    expect(await statuses('A-1', 'e1', SEASON)).toEqual([FREE, FREE]);
    await events().delete('e1');
    expect(keys((await season(SEASON)).events)).toEqual(['e2', 'e3']);
    await events().delete(SEASON);
    for (const key of [SEASON, 'e2', 'e3']) {
      await expect(events().retrieve(key)).rejects.toMatchObject(notFound('EVENT_NOT_FOUND'));
    }
    expect(await seatsio.seat('A-1')).toMatchObject({ status: FREE });
  });
});

describe('a seat', () => {
  it('booked in the season is booked in all of it', async () => {
    await springSeason();
    await events().book(SEASON, 'A-1', null, 'order-1');
    expect(await statuses('A-1', ...ALL)).toEqual(ALL.map(() => BOOKED));
    for (const key of ['half', 'e1', 'e3']) {
      await expect(events().book(key, 'A-1')).rejects.toMatchObject(refusal());
      expect(await events().retrieveObjectInfo(key, 'A-1')).toMatchObject({ isAvailable: false });
    }
    // The order is the season's, not the event's.
    expect((await events().retrieveObjectInfo('e1', 'A-1')).orderId).toBeUndefined();
    await events().release(SEASON, 'A-1');
    expect(await statuses('A-1', ...ALL)).toEqual(ALL.map(() => FREE));
  });

  it('booked in a partial season is booked in its events and the season, not in the others', async () => {
    await springSeason();
    await seasons().createPartialSeason(SEASON, 'late', null, ['e2', 'e3']);
    await events().book('half', 'A-1');
    expect(await statuses('A-1', ...ALL, 'late')).toEqual([BOOKED, BOOKED, BOOKED, BOOKED, FREE, BOOKED]);
    await events().book('e3', 'A-1');
    await expect(events().book('late', 'A-1')).rejects.toMatchObject(refusal());
  });

  it('booked in an event is not to be had in its season and partial seasons, but in other events', async () => {
    await springSeason();
    await events().book('e1', 'A-1');
    expect(await statuses('A-1', ...ALL)).toEqual([BOOKED, BOOKED, BOOKED, FREE, FREE]);
    for (const key of [SEASON, 'half']) {
      await expect(events().book(key, 'A-1')).rejects.toMatchObject(refusal());
    }
    await events().book('e2', 'A-1');
  });

  it('booked in an event that is in the past is to be had in the season', async () => {
    await springSeason();
    await events().book('e1', 'A-1');
    await events().update('e1', new UpdateEventParams().withIsInThePast(true));
    expect(await statuses('A-1', SEASON, 'half', 'e1')).toEqual([FREE, FREE, BOOKED]);
    await events().book(SEASON, 'A-1');
  });

  it('held in the season is held everywhere, and free everywhere when the token ends', async () => {
    await springSeason();
    const token = await seatsio.newToken(10);
    await events().hold(SEASON, ['A-1', 'A-2'], token);
    expect(await statuses('A-1', ...ALL)).toEqual(ALL.map(() => HELD));
    // Neither the holder nor the back office takes in one event what all events are held for.
    await expect(events().book('e1', 'A-1', token)).rejects.toMatchObject(refusal());
    await expect(events().book('e1', 'A-1')).rejects.toMatchObject(refusal());
    await events().book(SEASON, 'A-2', token);
    await seatsio.advance(600_000);
    expect(await statuses('A-1', ...ALL)).toEqual(ALL.map(() => FREE));
    expect(await statuses('A-2', ...ALL)).toEqual(ALL.map(() => BOOKED));
  });

  it('taken elsewhere in the season is not chosen as best available', async () => {
    await springSeason();
    const best = async (key: string) =>
      (await events().bookBestAvailable(key, new BestAvailableParams().withNumber(2))).objects;
    const first = await best('e1');
    expect(await best('e2')).toEqual(first);
    const second = await best(SEASON);
    expect(second).not.toEqual(first);
    const third = await best('e3');
    expect(third).toEqual(first);
  });

  it('is booked in the season and an event of it in one call: all or nothing', async () => {
    await springSeason();
    await expect(events().book([SEASON, 'e1'], 'A-1')).rejects.toMatchObject(refusal());
    expect(await statuses('A-1', ...ALL)).toEqual(ALL.map(() => FREE));
  });

  it('not for sale in the season is not in its events, unless the season keeps that to itself', async () => {
    await springSeason();
    await events().markAsNotForSale(SEASON, ['A-1'], { Floor: 90 });
    expect(await events().retrieveObjectInfo('e1', 'A-1')).toMatchObject({ forSale: false });
    expect(await floor('e1')).toMatchObject({ numFree: 10, numNotForSale: 90 });
    await expect(events().book('e1', 'A-1')).rejects.toMatchObject(refusal());
    await seasons().update(SEASON, new UpdateSeasonParams().withForSalePropagated(false));
    await events().book('e1', 'A-1');
    await expect(events().book(SEASON, 'A-1')).rejects.toMatchObject(refusal());
  });
});

describe('places of an area', () => {
  it('booked in the season are gone in each event; the fullest event limits the season', async () => {
    await springSeason();
    await events().book(SEASON, [FLOOR(35)]);
    expect(await floor('e1')).toMatchObject({ numFree: 65, numBooked: 35 });
    await events().book('e1', [FLOOR(5)]);
    await events().book('e2', [FLOOR(12)]);
    await events().book('e3', [FLOOR(18)]);
    expect(await floor(SEASON)).toMatchObject({ numFree: 100 - 35 - 18 });
    expect(await floor('half')).toMatchObject({ numFree: 100 - 35 - 12 });
    await expect(events().book(SEASON, [FLOOR(48)])).rejects.toMatchObject(refusal());
    await events().book(SEASON, [FLOOR(47)]);
    expect(await floor('e3')).toMatchObject({ numFree: 0, status: BOOKED });
    await expect(events().book('e3', [FLOOR(1)])).rejects.toMatchObject(refusal());
    await events().book('e1', [FLOOR(13)]);
  });

  it('are released only where they were booked', async () => {
    await springSeason();
    await events().book(SEASON, [FLOOR(10)]);
    await expect(events().release('e1', [FLOOR(1)])).rejects.toMatchObject(refusal());
    await events().release(SEASON, [FLOOR(10)]);
    expect(await floor('e1')).toMatchObject({ numFree: 100, numBooked: 0 });
  });

  it('that an event does not follow its season for add up, and are sold there once more', async () => {
    await springSeason();
    await events().book(SEASON, [FLOOR(100)]);
    await events().overrideSeasonObjectStatus('e1', ['Floor', 'Floor']);
    await events().overrideSeasonObjectStatus('e1', ['Floor']);
    expect(await floor('e1')).toMatchObject({ numFree: 3, seasonStatusOverriddenQuantity: 3 });
    await events().book('e1', [FLOOR(2)]);
    await expect(events().useSeasonObjectStatus('e1', ['Floor', 'Floor'])).rejects.toMatchObject(refusal());
    await events().useSeasonObjectStatus('e1', ['Floor']);
    expect(await floor('e1')).toMatchObject({ numFree: 0, seasonStatusOverriddenQuantity: 2 });
    await expect(events().useSeasonObjectStatus('e1', ['Floor', 'Floor', 'Floor'])).rejects.toMatchObject(
      refusal(),
    );
  });

  it('that an event does not follow its season for are for each season no more than the area has', async () => {
    await springSeason();
    const override = (places: number) =>
      events().overrideSeasonObjectStatus('e1', ['A-1', FLOOR(places)] as never);
    await override(60);
    const before = state();
    for (const tooMany of [41, Number.MAX_SAFE_INTEGER]) {
      await expect(override(tooMany)).rejects.toMatchObject(refusal());
    }
    expect(state()).toBe(before);
    await override(40);
    expect(await floor('e1')).toMatchObject({ seasonStatusOverriddenQuantity: 100 });
  });
});

describe('an event that does not follow its season', () => {
  it('has the seat free, alone of all, until it follows again', async () => {
    await springSeason();
    await events().book(SEASON, ['A-1', 'A-2']);
    await events().overrideSeasonObjectStatus('e1', ['A-1', 'A-2']);
    expect(await statuses('A-1', ...ALL)).toEqual([BOOKED, BOOKED, FREE, BOOKED, BOOKED]);
    const { seasonStatusOverriddenQuantity: one } = await events().retrieveObjectInfo('e1', 'A-1');
    const { seasonStatusOverriddenQuantity: none } = await events().retrieveObjectInfo('e2', 'A-1');
    expect({ one, none }).toEqual({ one: 1, none: 0 });
    await events().book('e1', 'A-2');
    await events().useSeasonObjectStatus('e1', ['A-1']);
    expect(await statuses('A-1', 'e1')).toEqual([BOOKED]);
    await expect(events().book('e1', 'A-1')).rejects.toMatchObject(refusal());
  });

  it('does so in a batch too, before the seat is put up for resale', async () => {
    await springSeason();
    await events().book(SEASON, 'A-1');
    const override = (type: string) =>
      new StatusChangeRequest().withType(type).withEventKey('e1').withObjects(['A-1']);
    const resale = new StatusChangeRequest().withEventKey('e1').withObjects(['A-1']).withStatus('resale');
    const [overridden, up] = await events().changeObjectStatusInBatch([
      override(StatusChangeRequest.TYPE_OVERRIDE_SEASON_STATUS),
      resale,
    ]);
    expect(overridden?.objects['A-1']).toMatchObject({ status: FREE });
    expect(up?.objects['A-1']).toMatchObject({ status: 'resale', isAvailable: true });
    await events().release('e1', 'A-1');
    const [followed] = await events().changeObjectStatusInBatch([
      override(StatusChangeRequest.TYPE_USE_SEASON_STATUS),
    ]);
    expect(followed?.objects['A-1']).toMatchObject({ status: BOOKED });
  });

  it('follows the season or a partial season, as it is told', async () => {
    await springSeason();
    await events().book('half', 'A-1');
    await events().overrideSeasonObjectStatus('e1', ['A-1'], SEASON);
    expect(await statuses('A-1', 'e1')).toEqual([BOOKED]);
    await events().overrideSeasonObjectStatus('e1', ['A-1'], 'half');
    expect(await statuses('A-1', 'e1', 'e2')).toEqual([FREE, BOOKED]);
    await events().useSeasonObjectStatus('e1', ['A-1'], 'half');
    expect(await statuses('A-1', 'e1')).toEqual([BOOKED]);
  });

  it.each([
    ['leaves a partial season', () => seasons().removeEventFromPartialSeason(SEASON, 'half', 'e1')],
    ['has lost a partial season', () => events().delete('half')],
  ])('and %s has overridden nothing of it any more', async (_, leave) => {
    await springSeason();
    await events().overrideSeasonObjectStatus('e1', ['A-1', 'Floor', 'Floor'], 'half');
    await events().overrideSeasonObjectStatus('e1', ['A-1'], SEASON);
    await leave();
    expect(await events().retrieveObjectInfos('e1', ['A-1', 'Floor'])).toMatchObject({
      'A-1': { seasonStatusOverriddenQuantity: 1 },
      Floor: { seasonStatusOverriddenQuantity: 0 },
    });
    expect(seatsio.standIn.state()).toMatchObject({
      seasonOverrides: [{ event: 'e1', label: 'A-1', season: SEASON, quantity: 1 }],
    });
  });

  it('joins a partial season again as if it had never been in it', async () => {
    await springSeason();
    await events().overrideSeasonObjectStatus('e1', ['A-1'], 'half');
    await seasons().removeEventFromPartialSeason(SEASON, 'half', 'e1');
    await seasons().addEventsToPartialSeason(SEASON, 'half', ['e1']);
    await events().book('half', 'A-1');
    expect(await statuses('A-1', 'e1')).toEqual([BOOKED]);
  });

  it('does so for a seat that is free in the season as well', async () => {
    await springSeason();
    await events().overrideSeasonObjectStatus('e1', ['A-1']);
    await events().overrideSeasonObjectStatus('e1', ['A-1']);
    expect(await events().retrieveObjectInfo('e1', 'A-1')).toMatchObject({
      seasonStatusOverriddenQuantity: 1,
    });
    await events().book(SEASON, 'A-1');
    expect(await statuses('A-1', 'e1', 'e2')).toEqual([FREE, BOOKED]);
  });

  it('does not follow a partial season again for a seat that another one has sold meanwhile', async () => {
    await springSeason();
    await seasons().createPartialSeason(SEASON, 'late', null, ['e2', 'e3']);
    await events().book('half', 'A-1');
    await events().overrideSeasonObjectStatus('e2', ['A-1'], 'half');
    await events().book('late', 'A-1');
    await expect(events().useSeasonObjectStatus('e2', ['A-1'], 'half')).rejects.toMatchObject(refusal());
    await events().release('late', 'A-1');
    await events().useSeasonObjectStatus('e2', ['A-1'], 'half');
    await expect(events().book('late', 'A-1')).rejects.toMatchObject(refusal());
  });

  it('useTakenSeasonStatus: does not follow again for a seat that was sold meanwhile, or does', async () => {
    await springSeason();
    await events().book(SEASON, 'A-1');
    await events().overrideSeasonObjectStatus('e1', ['A-1']);
    await events().book('e1', 'A-1', null, 'order-2');
    await expect(events().useSeasonObjectStatus('e1', ['A-1'])).rejects.toMatchObject(refusal());
    const admin = createAdmin([seatsio.standIn]);
    const payload = { useTakenSeasonStatus: 'accept' };
    await admin.inject({ method: 'POST', url: '/seatsio/settings', payload });
    await admin.close();
    await events().useSeasonObjectStatus('e1', ['A-1']);
    expect(await events().retrieveObjectInfo('e1', 'A-1')).toMatchObject({
      orderId: 'order-2',
      seasonStatusOverriddenQuantity: 0,
    });
  });
});

describe('reports', () => {
  it('tell what is taken elsewhere in the season, or leave it out', async () => {
    await seatsio.upload('rows', rows);
    await seasons().create('rows', new CreateSeasonParams().key(SEASON).eventKeys(['e1']));
    await events().book(SEASON, [
      { objectId: 'A-1' },
      { objectId: 'A-2' },
      { objectId: 'GA1', quantity: 10 },
    ]);
    await events().book('e1', 'A-3');
    const reports = seatsio.client.eventReports;
    const alone = reports.withSeasonBookingsNotPropagated();
    const status = async (report: typeof reports, key: string, label: string) =>
      (await report.flatList(key)).find((item) => item.label === label)?.status;
    expect(await status(reports, SEASON, 'A-3')).toBe(BOOKED);
    expect(await status(alone, SEASON, 'A-3')).toBe(FREE);
    expect(await reports.summaryByStatus('e1')).toMatchObject({ booked: { count: 13 } });
    expect(await alone.summaryByStatus('e1')).toMatchObject({ booked: { count: 1 }, free: { count: 231 } });
    expect(await alone.deepSummaryByStatus('e1')).toMatchObject({ free: { count: 231 } });
    expect(Object.keys(await alone.byStatus('e1'))).toEqual(['free', 'booked']);
  });
});

describe('a restart', () => {
  it('finds seasons, who is in them, and what does not follow them', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'seatsio-seasons-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    const open = async () => {
      const standIn = createSeatsioStandIn({ dataDir });
      const client = new SeatsioClient(new Region(await standIn.listen(0)), DEMO_SECRET_KEY);
      return { standIn, client, state: () => standIn.state() };
    };
    const first = await open();
    const params = new CreateSeasonParams().key(SEASON).eventKeys(['e1', 'e2', 'e3']);
    await first.client.seasons.create('club', params);
    await first.client.seasons.createPartialSeason(SEASON, 'half', null, ['e1', 'e2']);
    await first.client.seasons.createPartialSeason(SEASON, 'late', null, ['e2', 'e3']);
    for (const key of ['half', 'late']) {
      await first.client.events.overrideSeasonObjectStatus('e2', ['A-1'], key);
    }
    await first.client.seasons.removeEventFromPartialSeason(SEASON, 'half', 'e2');
    await first.client.events.delete('late');
    await first.client.events.book(SEASON, ['A-1', 'A-2']);
    await first.client.events.overrideSeasonObjectStatus('e1', ['A-1', 'A-2']);
    await first.client.events.useSeasonObjectStatus('e1', ['A-2']);
    await first.client.events.delete('e3');
    const before = first.state();
    await first.standIn.close();
    const second = await open();
    onTestFinished(() => second.standIn.close());
    expect(second.state()).toEqual(before);
    const read = (key: string) => second.client.events.retrieveObjectInfos(key, ['A-1', 'A-2']);
    expect(await read('e1')).toMatchObject({ 'A-1': { status: FREE }, 'A-2': { status: BOOKED } });
    expect(await read('e2')).toMatchObject({ 'A-1': { status: BOOKED }, 'A-2': { status: BOOKED } });
  });
});

describe('bad input', () => {
  it.each([
    ['an unknown chart', () => seasons().create('nope'), notFound('CHART_NOT_FOUND')],
    [
      'keys and a number of events',
      () => seasons().create('club', new CreateSeasonParams().numberOfEvents(2).eventKeys(['x'])),
      refusal('GENERAL_ERROR'),
    ],
    ['a key that is taken', () => seasons().createPartialSeason(SEASON, 'e1'), refusal('GENERAL_ERROR')],
    [
      'an event key that is taken',
      () => seasons().create('club', new CreateSeasonParams().eventKeys(['new', EVENT])),
      refusal('GENERAL_ERROR'),
    ],
    ['more of nothing', () => seasons().createEvents(SEASON), refusal('GENERAL_ERROR')],
    ['no season', () => seasons().createEvents('nope', 1), notFound('SEASON_NOT_FOUND')],
    ['an event as season', () => seasons().createEvents(EVENT, 1), notFound('SEASON_NOT_FOUND')],
    ['an event of it as season', () => seasons().createPartialSeason('e1'), notFound('SEASON_NOT_FOUND')],
    ['a part of a part', () => seasons().createPartialSeason('half'), refusal('GENERAL_ERROR')],
    [
      'a partial season of another season',
      () => seasons().addEventsToPartialSeason(SEASON, SEASON, ['e1']),
      notFound('SEASON_NOT_FOUND'),
    ],
    [
      'an event from outside',
      () => seasons().addEventsToPartialSeason(SEASON, 'half', ['e3', EVENT]),
      refusal('GENERAL_ERROR'),
    ],
    [
      'an unknown event',
      () => seasons().addEventsToPartialSeason(SEASON, 'half', ['nope']),
      notFound('EVENT_NOT_FOUND'),
    ],
    [
      'the leaving of who is not in it',
      () => seasons().removeEventFromPartialSeason(SEASON, 'half', 'e3'),
      refusal('GENERAL_ERROR'),
    ],
    [
      'an override outside of a season',
      () => events().overrideSeasonObjectStatus(EVENT, ['A-1']),
      refusal('GENERAL_ERROR'),
    ],
    [
      'an override in the season itself',
      () => events().overrideSeasonObjectStatus(SEASON, ['A-1']),
      refusal('GENERAL_ERROR'),
    ],
    ['an override of nothing', () => events().overrideSeasonObjectStatus('e1', []), refusal('GENERAL_ERROR')],
    [
      'an override of two of one seat',
      () => events().overrideSeasonObjectStatus('e1', [{ objectId: 'A-1', quantity: 2 }] as never),
      refusal(),
    ],
    [
      'an unknown object',
      () => events().overrideSeasonObjectStatus('e1', ['A-1', 'Z-9']),
      refusal('GENERAL_ERROR'),
    ],
    [
      'a season that is none',
      () => events().useSeasonObjectStatus('e1', ['A-1'], EVENT),
      notFound('SEASON_NOT_FOUND'),
    ],
    [
      'a season that the event is not in',
      () => events().useSeasonObjectStatus('e3', ['A-1'], 'half'),
      refusal('GENERAL_ERROR'),
    ],
    [
      'a season in the past',
      () => events().update(SEASON, new UpdateEventParams().withIsInThePast(true)),
      refusal('GENERAL_ERROR'),
    ],
    [
      'tables of one event only',
      () =>
        events().update('e1', new UpdateEventParams().withTableBookingConfig(TableBookingConfig.allBySeat())),
      refusal('GENERAL_ERROR'),
    ],
    [
      'an event that propagates',
      () => seasons().update('e1', new UpdateSeasonParams().withForSalePropagated(true)),
      refusal('GENERAL_ERROR'),
    ],
  ])('(%s) is refused, and changes nothing', async (_, call, expected) => {
    await springSeason();
    const before = state();
    await expect(call()).rejects.toMatchObject(expected);
    expect(state()).toBe(before);
    expect(await season(SEASON)).toMatchObject({ partialSeasonKeys: ['half'] });
  });
});
