import { describe, expect, it } from 'vitest';
import { EVENT, FLOOR, notFound, useSeatsio } from './stand-ins/use-seatsio.ts';

const seatsio = useSeatsio();
const reports = () => seatsio.client.eventReports;

describe('reports of an event', () => {
  it('group objects by order, with those of no order under a name of their own', async () => {
    await seatsio.client.events.book(
      EVENT,
      [{ objectId: 'A-1' }, { objectId: 'A-2' }, FLOOR(34)],
      null,
      'order-1',
    );
    await seatsio.client.events.book(EVENT, 'A-3', null, 'order-2');
    const byOrder = await reports().byOrderId(EVENT);
    expect(byOrder['order-1']?.map(({ label }) => label)).toEqual(['A-1', 'A-2']);
    expect(byOrder['order-2']).toMatchObject([{ label: 'A-3', status: 'booked', orderId: 'order-2' }]);
    // An area belongs to no order, although 34 of its places are booked.
    expect(byOrder.NO_ORDER_ID).toHaveLength(38);
    expect(byOrder.NO_ORDER_ID).toContainEqual(expect.objectContaining({ label: 'Floor', numBooked: 34 }));
    expect(await reports().byOrderId(EVENT, 'order-1')).toEqual({ 'order-1': byOrder['order-1'] });
    expect(await reports().byOrderId(EVENT, 'nobody')).toEqual({ nobody: [] });
  });

  it('group objects by label, by status and flat', async () => {
    await seatsio.client.events.hold(EVENT, 'A-1', await seatsio.newToken());
    expect((await reports().byLabel(EVENT))['A-1']).toMatchObject([{ status: 'reservedByToken' }]);
    expect(Object.keys(await reports().byLabel(EVENT))).toHaveLength(41);
    expect(await reports().byLabel(EVENT, 'A-2')).toMatchObject({ 'A-2': [{ label: 'A-2' }] });
    expect((await reports().byStatus(EVENT)).free).toHaveLength(40);
    expect(await reports().byStatus(EVENT, 'reservedByToken')).toMatchObject({
      reservedByToken: [{ label: 'A-1' }],
    });
    expect((await reports().flatList(EVENT)).map(({ label }) => label).slice(0, 2)).toEqual(['A-1', 'A-2']);
  });

  it('group objects by everything else that an object has, empty kinds included', async () => {
    await seatsio.client.events.book(EVENT, 'A-1');
    expect((await reports().byCategoryKey(EVENT))['1']).toHaveLength(40);
    expect((await reports().byCategoryLabel(EVENT, 'Standing')).Standing).toHaveLength(1);
    expect((await reports().bySection(EVENT)).NO_SECTION).toHaveLength(41);
    expect((await reports().byZone(EVENT)).NO_ZONE).toHaveLength(41);
    expect((await reports().byChannel(EVENT)).NO_CHANNEL).toHaveLength(41);
    expect(await reports().byObjectType(EVENT)).toMatchObject({ table: [], booth: [] });
    expect((await reports().byAvailability(EVENT)).not_available).toHaveLength(1);
    expect((await reports().byAvailabilityReason(EVENT)).booked).toHaveLength(1);
  });

  it('are summed up by place, and an area is divided by the status of its places', async () => {
    await seatsio.client.events.book(EVENT, [{ objectId: 'A-1' }, FLOOR(5)]);
    const summary = await reports().summaryByStatus(EVENT);
    expect(summary.booked).toEqual({
      count: 6,
      byObjectType: { seat: 1, generalAdmission: 5 },
      byCategoryKey: { 1: 1, 2: 5 },
      byCategoryLabel: { Stalls: 1, Standing: 5 },
      bySection: { NO_SECTION: 6 },
      byZone: { NO_ZONE: 6 },
      byChannel: { NO_CHANNEL: 6 },
      byAvailability: { not_available: 6 },
      byAvailabilityReason: { booked: 6 },
    });
    expect(summary.free.count).toBe(134);
    expect((await reports().summaryByObjectType(EVENT)).booth).toMatchObject({ count: 0, byStatus: {} });
    expect((await reports().summaryByCategoryLabel(EVENT)).Standing).toMatchObject({
      count: 100,
      byStatus: { free: 95, booked: 5 },
    });
  });

  it('tell places that are not for sale from free ones, and an area that has no others from a free one', async () => {
    const { events } = seatsio.client;
    await events.book(EVENT, FLOOR(20));
    await events.markAsNotForSale(EVENT, [], { Floor: 30 });
    expect(await reports().summaryByAvailability(EVENT)).toMatchObject({
      available: { count: 90, byCategoryLabel: { Stalls: 40, Standing: 50 } },
      not_available: { count: 50, byStatus: { free: 30, booked: 20 } },
    });
    expect((await reports().summaryByAvailabilityReason(EVENT)).not_for_sale).toMatchObject({ count: 30 });
    expect(await seatsio.seat('Floor')).toMatchObject({ isAvailable: true, forSale: true, numFree: 50 });
    await events.release(EVENT, FLOOR(20));
    await events.markAsNotForSale(EVENT, [], { Floor: 100 });
    expect(await seatsio.seat('Floor')).toMatchObject({
      ...{ status: 'free', isAvailable: false, availabilityReason: 'not_for_sale', forSale: false },
      ...{ numFree: 0, numNotForSale: 100 },
    });
    expect((await reports().byAvailabilityReason(EVENT)).not_for_sale).toMatchObject([{ label: 'Floor' }]);
    expect((await reports().summaryByAvailability(EVENT)).available).toMatchObject({ count: 40 });
    await events.markAsNotForSale(EVENT, ['Floor']);
    expect((await reports().summaryByAvailabilityReason(EVENT)).not_for_sale).toMatchObject({ count: 100 });
  });

  it('are summed up deeply: each group of a group is divided once more', async () => {
    await seatsio.client.events.book(EVENT, 'A-1');
    const deep = await reports().deepSummaryByStatus(EVENT);
    expect(deep.booked).toMatchObject({
      count: 1,
      bySection: { NO_SECTION: { count: 1, byAvailability: { not_available: 1 } } },
    });
    expect(await reports().deepSummaryByAvailability(EVENT)).toMatchObject({
      not_available: { byCategoryLabel: { Stalls: { count: 1, bySection: { NO_SECTION: 1 } } } },
    });
  });

  it('of an unknown event or kind are not found', async () => {
    await expect(reports().byStatus('nope')).rejects.toMatchObject(notFound('EVENT_NOT_FOUND'));
    for (const path of ['byColour', 'byOrderId/summary', 'constructor', 'toString/summary/deep']) {
      const answer = await seatsio.raw('GET', `/reports/events/${EVENT}/${path}`);
      expect([path, answer.status]).toEqual([path, path === 'byOrderId/summary' ? 200 : 404]);
    }
  });
});
