import {
  CreateEventParams,
  ObjectProperties,
  StatusChangeRequest,
  StatusChangesParams,
  TableBookingConfig,
  UpdateEventParams,
} from 'seatsio';
import { describe, expect, it } from 'vitest';
import { tables } from './stand-ins/drawings.ts';
import { EVENT, FLOOR, refusal, useSeatsio } from './stand-ins/use-seatsio.ts';

const seatsio = useSeatsio();
const events = () => seatsio.client.events;
const WRITTEN = 1_000;

async function labels(params?: StatusChangesParams, event = EVENT): Promise<string[]> {
  const found: string[] = [];
  for await (const { objectLabel } of events().statusChanges(event).all(params)) found.push(objectLabel);
  return found;
}
const to = (label: string, status: string, token?: string) => {
  const request = new StatusChangeRequest().withEventKey(EVENT).withObjects(label).withStatus(status);
  return token === undefined ? request : request.withHoldToken(token);
};

describe('the list of status changes', () => {
  it('is written some time after the change', async () => {
    await events().book(EVENT, 'A-1');
    expect(await labels()).toEqual([]);
    await seatsio.advance(WRITTEN);
    expect(await labels()).toEqual(['A-1']);
  });

  it('tells who changed what, and how', async () => {
    await events().book(EVENT, new ObjectProperties('A-1').setExtraData({ foo: 'bar' }), null, 'order-1');
    await seatsio.advance(WRITTEN);
    const { items } = await events().statusChanges(EVENT).firstPage();
    expect(items).toMatchObject([
      {
        id: expect.any(Number),
        eventId: (await events().retrieve(EVENT)).id,
        status: 'booked',
        quantity: 1,
        objectLabel: 'A-1',
        displayedLabel: 'A-1',
        date: expect.any(Date),
        orderId: 'order-1',
        holdToken: null,
        extraData: { foo: 'bar' },
        origin: { type: 'API_CALL', ip: expect.any(String) },
        isPresentOnChart: true,
      },
    ]);
  });

  it('shows the places of each order of an area, and an expiry without an address', async () => {
    const token = await seatsio.newToken(10);
    await events().hold(EVENT, [{ objectId: 'A-1' }, FLOOR(3)], token, 'order-1');
    await events().book(EVENT, FLOOR(2), token, 'order-1');
    await seatsio.advance(600_000 + WRITTEN);
    await seatsio.advance(WRITTEN);
    const { items } = await events().statusChangesForObject(EVENT, 'Floor').firstPage();
    expect(
      items.map(({ status, quantity, origin, holdToken }) => [status, quantity, origin.type, holdToken]),
    ).toEqual([
      ['free', 1, 'HOLD_EXPIRED', token],
      ['booked', 2, 'API_CALL', token],
      ['reservedByToken', 3, 'API_CALL', token],
    ]);
    expect(items[0]?.origin.ip).toBeUndefined();
  });

  it('is newest first, or sorted by label, status or date; equals are newest first', async () => {
    const token = await seatsio.newToken();
    await events().changeObjectStatusInBatch([
      to('B-1', 'booked'),
      to('A-1', 'reservedByToken', token),
      to('A-1', 'free', token),
      to('A-2', 'booked'),
      to('A-3', 'reservedByToken', token),
    ]);
    await seatsio.advance(WRITTEN);
    const by = () => new StatusChangesParams();
    expect(await labels()).toEqual(['A-3', 'A-2', 'A-1', 'A-1', 'B-1']);
    expect(await labels(by().sortByStatus())).toEqual(['A-2', 'B-1', 'A-1', 'A-3', 'A-1']);
    expect(await labels(by().sortByObjectLabel())).toEqual(['A-1', 'A-1', 'A-2', 'A-3', 'B-1']);
    expect(await labels(by().sortByObjectLabel().sortDescending())).toEqual([
      'B-1',
      'A-3',
      'A-2',
      'A-1',
      'A-1',
    ]);
    expect(await labels(by().sortByDate().sortAscending())).toEqual(['B-1', 'A-1', 'A-1', 'A-2', 'A-3']);
    expect(await labels(by().withFilter('2'))).toEqual(['A-2']);
    expect(await labels(by().withFilter('9'))).toEqual([]);
  });

  it.each([
    ['date', new StatusChangesParams()],
    ['label', new StatusChangesParams().sortByObjectLabel()],
    ['status, falling', new StatusChangesParams().sortByStatus().sortDescending()],
  ])('is read in pages, forwards and backwards, by %s', async (_, params) => {
    for (const label of ['A-3', 'A-1', 'A-2', 'B-1', 'A-4']) {
      await events().changeObjectStatus(EVENT, label, label === 'B-1' ? 'booked' : 'custom');
    }
    await seatsio.advance(WRITTEN);
    const list = events().statusChanges(EVENT);
    const whole = (await list.firstPage(params)).items.map(({ id }) => id);
    const first = await list.firstPage(params, 2);
    const second = await list.pageAfter(Number(first.nextPageStartsAfter), params, 2);
    const third = await list.pageAfter(Number(second.nextPageStartsAfter), params, 2);
    expect([...first.items, ...second.items, ...third.items].map(({ id }) => id)).toEqual(whole);
    expect(third.nextPageStartsAfter).toBeNull();
    const back = await events()
      .statusChanges(EVENT)
      .pageBefore(Number(third.previousPageEndsBefore), params, 2);
    expect(back.items.map(({ id }) => id)).toEqual(second.items.map(({ id }) => id));
  });

  it('says of a label that is sold no more why that is so', async () => {
    await seatsio.upload('tables', tables);
    const byTable = new CreateEventParams()
      .withKey('t')
      .withTableBookingConfig(TableBookingConfig.allByTable());
    await events().create('tables', byTable);
    await events().book('t', 'T1');
    await events().update(
      't',
      new UpdateEventParams().withTableBookingConfig(TableBookingConfig.allBySeat()),
    );
    await events().book('t', 'T2-1');
    await seatsio.advance(WRITTEN);
    const read = async () =>
      (await events().statusChanges('t').firstPage()).items.map(
        ({ isPresentOnChart, notPresentOnChartReason }) => [isPresentOnChart, notPresentOnChartReason],
      );
    expect(await read()).toEqual([
      [true, undefined],
      [false, 'SWITCHED_TO_BOOK_BY_SEAT'],
    ]);
    await events().update(
      't',
      new UpdateEventParams().withTableBookingConfig(TableBookingConfig.allByTable()),
    );
    expect(await read()).toEqual([
      [false, 'SWITCHED_TO_BOOK_WHOLE_TABLE'],
      [true, undefined],
    ]);
  });

  it('is filtered by a part of the label only: no other type of filter is documented', async () => {
    await events().book(EVENT, ['A-1', 'A-10']);
    await seatsio.advance(WRITTEN);
    const by = (type: string) => labels(new StatusChangesParams().withFilter('A-1', type));
    expect((await by('CONTAINS')).sort()).toEqual(['A-1', 'A-10']);
    for (const type of ['EQUALS', 'contains']) {
      await expect(by(type)).rejects.toMatchObject(refusal('GENERAL_ERROR'));
    }
  });

  it('of an unknown event is not found, and wants a sort it knows', async () => {
    expect((await seatsio.raw('GET', '/events/nope/status-changes')).status).toBe(404);
    expect((await seatsio.raw('GET', `/events/${EVENT}/status-changes?sort=colour`)).status).toBe(400);
  });
});
