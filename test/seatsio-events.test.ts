import {
  Category,
  CreateEventParams,
  ForSaleConfig,
  ForSaleConfigParams,
  LocalDate,
  type SeatsioClient,
  TableBookingConfig,
  UpdateEventParams,
} from 'seatsio';
import { beforeEach, describe, expect, it } from 'vitest';
import { rows, tables } from './stand-ins/drawings.ts';
import { EVENT, FLOOR, notFound, refusal, useSeatsio } from './stand-ins/use-seatsio.ts';

const seatsio = useSeatsio();
const events = () => seatsio.client.events;

beforeEach(async () => {
  await seatsio.upload('rows', rows);
  await seatsio.upload('tables', tables);
});

describe('an event', () => {
  it('needs a chart only, and tells what it was made of', async () => {
    const event = await events().create('rows');
    expect(event).toMatchObject({
      key: expect.any(String),
      id: expect.any(Number),
      chartKey: 'rows',
      tableBookingConfig: { mode: 'INHERIT' },
      supportsBestAvailable: true,
      createdOn: expect.any(Date),
      updatedOn: null,
      forSaleConfig: null,
      channels: null,
      name: null,
      date: null,
      categories: rows.categories.list,
    });
    expect(event.objectCategories).toBeUndefined();
  });

  it('is updated in what is given, keeps the rest and tells when', async () => {
    const params = new CreateEventParams()
      .withKey('old')
      .withName('Name')
      .withDate(new LocalDate(2030, 1, 5));
    await events().create('rows', params);
    await events().update('old', new UpdateEventParams().withKey('new').withIsInThePast(true));
    expect(await events().retrieve('new')).toMatchObject({
      name: 'Name',
      date: new LocalDate(2030, 1, 5),
      isInThePast: true,
      updatedOn: expect.any(Date),
    });
    await expect(events().retrieve('old')).rejects.toMatchObject(notFound('EVENT_NOT_FOUND'));
    await events().update('new', new UpdateEventParams().withIsInThePast(false));
    await expect(events().update('new', new UpdateEventParams().withKey(EVENT))).rejects.toMatchObject(
      refusal('GENERAL_ERROR'),
    );
  });

  it('that is in the past is not updated, unless it is brought back', async () => {
    await events().update(EVENT, new UpdateEventParams().withIsInThePast(true));
    for (const update of [
      new UpdateEventParams().withName('Late'),
      new UpdateEventParams().withIsInThePast(true),
    ]) {
      await expect(events().update(EVENT, update)).rejects.toMatchObject({
        status: 400,
        messages: ['Events in the past cannot be updated'],
        errors: [{ code: 'EVENT_IS_IN_THE_PAST' }],
      });
    }
    expect(await events().retrieve(EVENT)).toMatchObject({ name: null, isInThePast: true });
    await events().update(EVENT, new UpdateEventParams().withIsInThePast(false).withName('Again'));
    await events().update(EVENT, new UpdateEventParams().withName('And again'));
    expect(await events().retrieve(EVENT)).toMatchObject({ name: 'And again', isInThePast: false });
  });

  it('keeps its bookings under a new key', async () => {
    await events().book(EVENT, 'A-1');
    await events().update(EVENT, new UpdateEventParams().withKey('renamed'));
    expect(await events().retrieveObjectInfo('renamed', 'A-1')).toMatchObject({ status: 'booked' });
  });

  it('that is deleted is gone with everything in it, and its key is free again', async () => {
    await events().book(EVENT, [{ objectId: 'A-1' }, FLOOR(3)]);
    await events().delete(EVENT);
    await expect(events().retrieve(EVENT)).rejects.toMatchObject(notFound('EVENT_NOT_FOUND'));
    await expect(events().delete(EVENT)).rejects.toMatchObject(notFound('EVENT_NOT_FOUND'));
    await events().create('club', new CreateEventParams().withKey(EVENT));
    expect(await seatsio.seat('A-1')).toMatchObject({ status: 'free' });
    expect(await seatsio.seat('Floor')).toMatchObject({ numFree: 100 });
  });

  it('has categories of its own beside its chart and gives objects other ones', async () => {
    const own = new Category('own', 'Own', '#aaabbb', false);
    const params = new CreateEventParams().withKey('own').withCategories([own]);
    await events().create('rows', params.withObjectCategories({ 'A-1': 10, 'A-2': 'own' }));
    expect((await events().retrieve('own')).categories).toHaveLength(4);
    const infos = await events().retrieveObjectInfos('own', ['A-1', 'A-2', 'A-3']);
    expect(
      Object.values(infos).map(({ categoryKey, categoryLabel }) => [categoryKey, categoryLabel]),
    ).toEqual([
      ['10', 'Cat2'],
      ['own', 'Own'],
      ['9', 'Cat1'],
    ]);
    await events().update('own', new UpdateEventParams().withObjectCategories({}).withCategories([]));
    expect((await events().retrieve('own')).objectCategories).toBeUndefined();
    expect((await events().retrieve('own')).categories).toHaveLength(3);
    expect(await events().retrieveObjectInfo('own', 'A-1')).toMatchObject({ categoryKey: '9' });
  });

  it.each([
    ['INHERIT', TableBookingConfig.inherit(), ['T1-1', 'T2']],
    ['ALL_BY_TABLE', TableBookingConfig.allByTable(), ['T1', 'T2']],
    ['ALL_BY_SEAT', TableBookingConfig.allBySeat(), ['T1-1', 'T2-6']],
    ['CUSTOM', TableBookingConfig.custom({ T1: 'BY_TABLE', T2: 'BY_SEAT' }), ['T1', 'T2-6']],
  ])('sells its tables %s', async (_, config, labels) => {
    await events().create('tables', new CreateEventParams().withKey('t').withTableBookingConfig(config));
    expect((await events().retrieve('t')).tableBookingConfig).toEqual(config);
    const all = ['T1', 'T2', 'T1-1', 'T2-6'];
    expect(Object.keys(await events().retrieveObjectInfos('t', all)).sort()).toEqual([...labels].sort());
    expect(Object.keys((await events().book('t', labels)).objects).sort()).toEqual([...labels].sort());
  });
});

describe('several events', () => {
  it('are created in one call, all or none', async () => {
    const keys = ['one', 'two'].map((key) => new CreateEventParams().withKey(key));
    expect((await events().createMultiple('rows', keys)).map(({ key }) => key)).toEqual(['one', 'two']);
    const clash = ['three', 'one'].map((key) => new CreateEventParams().withKey(key));
    await expect(events().createMultiple('rows', clash)).rejects.toMatchObject(refusal('GENERAL_ERROR'));
    await expect(events().retrieve('three')).rejects.toMatchObject({ status: 404 });
    await expect(events().createMultiple('rows', [])).rejects.toMatchObject({
      errors: [{ code: 'GENERAL_ERROR', message: '#/events: expected minimum item count: 1, found: 0' }],
    });
    const hundredAndOne = Array.from({ length: 101 }, () => new CreateEventParams());
    await expect(events().createMultiple('rows', hundredAndOne)).rejects.toMatchObject({ status: 400 });
  });

  it('are listed newest first: all, by first page, after and before one', async () => {
    for (const key of ['e1', 'e2', 'e3', 'e4'])
      await events().create('rows', new CreateEventParams().withKey(key));
    const all: string[] = [];
    for await (const { key } of events().listAll({ limit: 2 })) all.push(key);
    expect(all).toEqual(['e4', 'e3', 'e2', 'e1', EVENT]);

    const keys = ({ items }: { items: { key: string }[] }) => items.map(({ key }) => key);
    const first = await events().listFirstPage(2);
    expect(keys(first)).toEqual(['e4', 'e3']);
    expect([first.nextPageStartsAfter, first.previousPageEndsBefore]).toEqual([
      String((await events().retrieve('e3')).id),
      null,
    ]);
    const next = await events().listPageAfter(Number(first.nextPageStartsAfter), 2);
    expect(keys(next)).toEqual(['e2', 'e1']);
    expect(keys(await events().listPageBefore(Number(next.previousPageEndsBefore), 1))).toEqual(['e3']);
    expect(keys(await events().listPageBefore((await events().retrieve(EVENT)).id))).toEqual([
      'e4',
      'e3',
      'e2',
      'e1',
    ]);
    const last = await events().listPageAfter((await events().retrieve('e1')).id);
    expect([keys(last), last.nextPageStartsAfter]).toEqual([[EVENT], null]);
  });

  it('are listed with the tokens of those pages only that have events', async () => {
    for (const key of ['e1', 'e2']) await events().create('rows', new CreateEventParams().withKey(key));
    const [oldest = 0, middle, newest = 0] = await Promise.all(
      [EVENT, 'e1', 'e2'].map(async (key) => (await events().retrieve(key)).id),
    );
    const tokens = async (page: ReturnType<SeatsioClient['events']['listFirstPage']>) => {
      const { previousPageEndsBefore, nextPageStartsAfter } = await page;
      return [previousPageEndsBefore, nextPageStartsAfter];
    };
    expect(await tokens(events().listPageAfter(newest + 1))).toEqual([null, null]);
    expect(await tokens(events().listPageAfter(newest + 1, 2))).toEqual([null, String(middle)]);
    expect(await tokens(events().listPageAfter(oldest))).toEqual([null, null]);
    expect(await tokens(events().listPageAfter(newest))).toEqual([String(middle), null]);
    expect(await tokens(events().listPageBefore(-1))).toEqual([null, null]);
    expect(await tokens(events().listPageBefore(-1, 2))).toEqual([String(middle), null]);
    expect(await tokens(events().listPageBefore(newest))).toEqual([null, null]);
    expect(await tokens(events().listPageBefore(oldest))).toEqual([null, String(middle)]);
  });
});

describe('for sale', () => {
  const sale = (config: ForSaleConfig) =>
    events().create('rows', new CreateEventParams().withKey('sale').withForSaleConfig(config));
  const takes = async (label: string | { objectId: string; quantity: number }) => {
    try {
      await events().book('sale', label);
      return true;
    } catch (error) {
      expect(error).toMatchObject(refusal());
      return false;
    }
  };

  it('is everything but the objects, places and categories that a config takes off', async () => {
    await sale(new ForSaleConfig(false, ['A-1'], { GA1: 5 }, ['Cat2']));
    expect(await events().retrieveObjectInfo('sale', 'A-1')).toMatchObject({
      forSale: false,
      isAvailable: false,
      availabilityReason: 'not_for_sale',
    });
    expect([await takes('A-1'), await takes('A-2'), await takes('C-1')]).toEqual([false, true, false]);
    expect(await events().retrieveObjectInfo('sale', 'GA1')).toMatchObject({ numNotForSale: 5, numFree: 95 });
    expect(await takes({ objectId: 'GA1', quantity: 96 })).toBe(false);
    expect(await takes({ objectId: 'GA1', quantity: 95 })).toBe(true);
    const token = await seatsio.newToken();
    await expect(events().hold('sale', 'A-1', token)).rejects.toMatchObject(refusal());
  });

  it('is nothing but what a config names', async () => {
    await sale(new ForSaleConfig(true, ['A-1'], { GA1: 5 }, []));
    expect([await takes('A-1'), await takes('A-2')]).toEqual([true, false]);
    expect(await takes({ objectId: 'GA1', quantity: 6 })).toBe(false);
    expect(await takes({ objectId: 'GA1', quantity: 5 })).toBe(true);
    expect(await takes({ objectId: 'GA2', quantity: 1 })).toBe(false);
  });

  it.each([
    ['not for sale', false],
    ['for sale', true],
  ])('(%s) is edited by places of an area too, and there are never more than it has', async (_, named) => {
    await sale(new ForSaleConfig(named, [], {}, []));
    const edit = async (object: object, isNamed: boolean) => {
      const body = { [isNamed === named ? 'forSale' : 'notForSale']: [object] };
      await seatsio.raw('POST', '/events/sale/actions/edit-for-sale-config', JSON.stringify(body));
      const { forSaleConfig } = await events().retrieve('sale');
      return [forSaleConfig?.objects, forSaleConfig?.areaPlaces];
    };
    const some = (quantity: number) => ({ object: 'GA1', quantity });
    expect(await edit({ object: 'GA1' }, true)).toEqual([['GA1'], {}]);
    expect(await edit(some(5), true)).toEqual([['GA1'], {}]);
    expect(await edit(some(10), false)).toEqual([[], { GA1: 90 }]);
    const numNotForSale = named ? 10 : 90;
    expect(await events().retrieveObjectInfo('sale', 'GA1')).toMatchObject({ numNotForSale });
    for (const _twice of [1, 2]) expect(await edit(some(100), true)).toEqual([[], { GA1: 100 }]);
    expect(await edit(some(99), false)).toEqual([[], { GA1: 1 }]);
    expect(await edit({ object: 'GA1' }, true)).toEqual([['GA1'], {}]);
    expect(await edit(some(100), false)).toEqual([[], {}]);
  });

  it('is not edited for what the event has not: such a call changes nothing and is not counted', async () => {
    await sale(new ForSaleConfig(false, ['A-1'], {}, []));
    const unknown = [{ object: 'Z-99' }];
    for (const wrong of [
      () => events().editForSaleConfig('sale', null, unknown),
      () => events().editForSaleConfig('sale', unknown),
      () =>
        events().editForSaleConfigForEvents({
          [EVENT]: new ForSaleConfigParams().withForSale([{ object: 'A-1' }]),
          sale: new ForSaleConfigParams().withNotForSale(unknown),
        }),
    ]) {
      await expect(wrong()).rejects.toMatchObject(refusal('GENERAL_ERROR'));
    }
    for (const event of ['sale', EVENT]) {
      const edited = await events().editForSaleConfig(event);
      expect(edited.forSaleConfig.objects).toEqual(event === EVENT ? [] : ['A-1']);
      expect(edited.rateLimitInfo).toMatchObject({ rateLimitRemainingCalls: 9 });
    }
  });

  it('is edited object by object, for one event and for several, ten times a day', async () => {
    await sale(new ForSaleConfig(false, ['A-1', 'A-2', 'A-3'], {}, []));
    const edited = await events().editForSaleConfig('sale', [{ object: 'A-1' }], [{ object: 'B-1' }]);
    expect(edited).toMatchObject({
      forSaleConfig: { forSale: false, objects: ['A-2', 'A-3', 'B-1'] },
      rateLimitInfo: { rateLimitRemainingCalls: 9, rateLimitResetDate: expect.any(Date) },
    });
    const both = await events().editForSaleConfigForEvents({
      sale: new ForSaleConfigParams().withForSale([{ object: 'A-2' }]),
      [EVENT]: new ForSaleConfigParams().withNotForSale([{ object: 'Floor', quantity: 5 }]),
    });
    expect(both.sale?.forSaleConfig.objects).toEqual(['A-3', 'B-1']);
    expect(both[EVENT]?.forSaleConfig).toMatchObject({ forSale: false, areaPlaces: { Floor: 5 } });
    const call = () => seatsio.raw('POST', '/events/sale/actions/edit-for-sale-config', '{}');
    for (let calls = 2; calls < 10; calls += 1) expect((await call()).status).toBe(200);
    const refused = async () => {
      const { status, headers } = await call();
      expect([status, headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^[1-9]\d*$/)]);
      return Number(headers.get('retry-after'));
    };
    const wait = await refused();
    expect(wait).toBeLessThanOrEqual(86_400);
    await seatsio.advance(80_000_000);
    expect(await refused()).toBeLessThanOrEqual(wait - 80_000);
    await seatsio.advance(6_400_000);
    expect((await call()).status).toBe(200);
  });

  it('is replaced as a whole, and everything or nothing', async () => {
    await sale(new ForSaleConfig(false, ['A-1'], {}, []));
    await events().replaceForSaleConfig('sale', true, ['B-1'], { GA1: 3 }, ['Cat2']);
    expect((await events().retrieve('sale')).forSaleConfig).toEqual(
      new ForSaleConfig(true, ['B-1'], { GA1: 3 }, ['Cat2']),
    );
    expect([await takes('C-1'), await takes('A-2')]).toEqual([true, false]);
    await events().markEverythingAsNotForSale('sale');
    expect(await takes('C-2')).toBe(false);
    await events().markEverythingAsForSale('sale');
    expect((await events().retrieve('sale')).forSaleConfig).toBeNull();
    expect([await takes('A-1'), await takes('C-2')]).toEqual([true, true]);
  });

  it('is marked by any names, which are given back as they came', async () => {
    await sale(new ForSaleConfig(false, ['o1'], { Nope: 5 }, ['cat1']));
    for (const [mark, forSale] of [
      ['markAsForSale', true],
      ['markAsNotForSale', false],
    ] as const) {
      await events()[mark]('sale', ['o2'], { GA1: 3, 'A-1': 1 }, ['cat2']);
      expect((await events().retrieve('sale')).forSaleConfig).toEqual(
        new ForSaleConfig(forSale, ['o2'], { GA1: 3, 'A-1': 1 }, ['cat2']),
      );
    }
  });

  it('is no place of an area whose places are all off sale, even if they are held, however that was said', async () => {
    const token = await seatsio.newToken();
    await sale(new ForSaleConfig(false, [], {}, []));
    await events().hold('sale', { objectId: 'GA1', quantity: 2 }, token);
    for (const [objects, places] of [
      [['GA1'], {}],
      [[], { GA1: 100 }],
    ] as const) {
      await events().markAsNotForSale('sale', [...objects], places);
      expect(await events().retrieveObjectInfo('sale', 'GA1')).toMatchObject({ forSale: false });
      await expect(events().book('sale', { objectId: 'GA1', quantity: 2 }, token)).rejects.toMatchObject(
        refusal(),
      );
    }
  });
});
