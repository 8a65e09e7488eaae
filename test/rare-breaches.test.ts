import { describe, expect, test } from 'vitest';
import { type Breach, confirm } from '../src/workflows/breach.ts';
import { findBreaches } from '../src/workflows/breaches.ts';
import type { AttemptFacts, EventPicture, PaymentFacts } from '../src/workflows/event-picture.ts';

/** Pictures that are rarer than those of breaches.test.ts: each is an empty event with a few things in it. */
const EMPTY: EventPicture = {
  attempts: [],
  latePayments: [],
  seats: { booked: [], held: [], areas: [] },
  soldTickets: [],
  orders: [],
};
const floor = { label: 'Floor', categoryKey: '2', categoryLabel: 'Standing', booked: 0, heldByDead: 0 };
const balcony = { ...floor, label: 'Balcony' };
const standing = (ticketId: string): [string, string, string] => [ticketId, 'Standing', 'FLOOR'];
const stalls = (ticketId: string): [string, string, string] => [ticketId, 'Stalls', 'STALLS'];
const paid = (paymentId: string): PaymentFacts => ({ paymentId, state: 'captured', kept: 5_000 });

function attempt(state: AttemptFacts['state'], more: Partial<AttemptFacts> = {}): AttemptFacts {
  return { orderId: 'o1', attempt: 1, state, ...more };
}

function sold(tickets: [string, string][], more: Partial<AttemptFacts> = {}): AttemptFacts {
  return attempt('sold', {
    sale: { paymentId: 'pi_1', tickets },
    payments: [paid('pi_1')],
    ...more,
  });
}

function breachesOf(
  change: Partial<Omit<EventPicture, 'seats'>> & { seats?: Partial<EventPicture['seats']> },
) {
  const seats = { ...EMPTY.seats, ...change.seats };
  return findBreaches({ ...EMPTY, ...change, seats }).map(({ next: _next, ...about }) => about);
}

describe('places', () => {
  test('are counted for each area by itself, though both are of one category', () => {
    const areas = [
      { ...floor, booked: 1 },
      { ...balcony, booked: 0 },
    ];
    const attempts = [sold([['t1', 'Balcony']])];
    const orders = [{ attemptId: 'o1-1', ticketIds: ['t1'] }];
    expect(breachesOf({ seats: { areas }, attempts, orders, soldTickets: [standing('t1')] })).toEqual([
      { kind: 'booked_without_order', seat: 'Floor', places: 1 },
      { kind: 'ticket_without_booking', seat: 'Balcony', places: 1 },
    ]);
  });

  test('of a forgotten sale are counted in the areas of their own category only', () => {
    const areas = [
      { ...floor, booked: 1 },
      { ...floor, label: 'Pit', categoryKey: '3', categoryLabel: 'Pit', booked: 1 },
    ];
    const orders = [{ attemptId: 'o1-1', ticketIds: ['t1'] }];
    expect(breachesOf({ seats: { areas }, orders, soldTickets: [standing('t1')] })).toEqual([
      { kind: 'booked_without_order', seat: 'Pit', places: 1 },
    ]);
  });

  test('of a forgotten sale are no more than its tickets, beside as many seats of the category', () => {
    const seats = {
      areas: [{ ...floor, booked: 0 }],
      booked: [
        ['A-1', 'o1-1', '2'],
        ['A-2', 'o1-1', '2'],
      ] as EventPicture['seats']['booked'],
    };
    const orders = [
      { attemptId: 'o1-1', ticketIds: ['t1'] },
      { attemptId: 'o2-1', ticketIds: ['t2'] },
    ];
    expect(breachesOf({ seats, orders, soldTickets: [standing('t1'), standing('t2')] })).toEqual([
      { kind: 'ticket_without_booking', seat: 'Floor', places: 1 },
    ]);
  });

  test('of a forgotten sale whose order was written twice are counted once', () => {
    const areas = [{ ...floor, booked: 1 }];
    const orders = [
      { attemptId: 'o1-1', ticketIds: ['t1'] },
      { attemptId: 'o1-1', ticketIds: ['t1'] },
    ];
    expect(
      breachesOf({ seats: { areas }, orders, soldTickets: [standing('t1')] }).map(({ kind }) => kind),
    ).toEqual(['ticket_in_two_orders']);
  });

  test('that an open checkout does not want, or wants elsewhere, are not excused by it', () => {
    const areas = [{ ...floor, booked: 3 }];
    const open = attempt('open', {
      seats: [{ label: 'Floor' }, { area: 'Balcony', quantity: 9 }, { area: 'Floor', quantity: 2 }],
    });
    expect(breachesOf({ seats: { areas }, attempts: [open] })).toEqual([
      { kind: 'booked_without_order', seat: 'Floor', places: 1 },
    ]);
    expect(breachesOf({ seats: { areas }, attempts: [{ ...open, seats: [{ label: 'A-1' }] }] })).toEqual([
      { kind: 'booked_without_order', seat: 'Floor', places: 3 },
    ]);
  });

  test('beyond the sales are not excused by checkouts that have ended', () => {
    const areas = [{ ...floor, booked: 1 }];
    const ended = attempt('unsold', { seats: [{ area: 'Floor', quantity: 5 }] });
    expect(breachesOf({ seats: { areas }, attempts: [ended] })).toEqual([
      { kind: 'booked_without_order', seat: 'Floor', places: 1 },
    ]);
  });

  test('that are sold while an open checkout books are missing only below the sold ones', () => {
    const attempts = [
      sold([
        ['t1', 'Floor'],
        ['t2', 'Floor'],
      ]),
      attempt('open', { orderId: 'o2', seats: [{ area: 'Floor', quantity: 3 }] }),
    ];
    const picture = {
      attempts,
      orders: [{ attemptId: 'o1-1', ticketIds: ['t1', 't2'] }],
      soldTickets: [standing('t1'), standing('t2')],
    };
    expect(breachesOf({ ...picture, seats: { areas: [{ ...floor, booked: 1 }] } })).toEqual([
      { kind: 'ticket_without_booking', seat: 'Floor', places: 1 },
    ]);
    expect(breachesOf({ ...picture, seats: { areas: [{ ...floor, booked: 6 }] } })).toEqual([
      { kind: 'booked_without_order', seat: 'Floor', places: 1 },
    ]);
  });
});

describe('tickets', () => {
  test('of a sale without an order: the places of each area by themselves', () => {
    const areas = [
      { ...floor, booked: 1 },
      { ...balcony, booked: 2 },
    ];
    const attempts = [
      sold([
        ['t1', 'Floor'],
        ['t2', 'Balcony'],
        ['t3', 'Balcony'],
      ]),
    ];
    expect(breachesOf({ seats: { areas }, attempts }).slice(0, 2)).toEqual([
      { kind: 'booked_without_order', orderId: 'o1', attempt: 1, seat: 'Floor', places: 1 },
      { kind: 'booked_without_order', orderId: 'o1', attempt: 1, seat: 'Balcony', places: 2 },
    ]);
  });

  test('in three orders: all are named, in order, and the attempt that one of them is of', () => {
    const orders = [
      { recordId: 'r3', ticketIds: ['t1'] },
      { ticketIds: ['t1'] },
      { recordId: 'r2', attemptId: 'o1-1', ticketIds: ['t1'] },
    ];
    const shared = { kind: 'ticket_in_two_orders', ticketIds: ['t1'], recordIds: ['r2', 'r3'] };
    const seats = { booked: [['A-1', 'o1-1', '1']] as EventPicture['seats']['booked'] };
    const attempts = [sold([['t1', 'A-1']])];
    expect(breachesOf({ orders, seats, attempts, soldTickets: [stalls('t1')] })).toEqual([
      { ...shared, orderId: 'o1', attempt: 1 },
    ]);
  });

  test('in two orders that nobody can name an attempt for are told of without one', () => {
    const orders = [
      { recordId: 'r1', ticketIds: ['t1'] },
      { recordId: 'r2', ticketIds: ['t1'] },
    ];
    expect(breachesOf({ orders, soldTickets: [stalls('t1')] })[0]).toEqual({
      kind: 'ticket_in_two_orders',
      ticketIds: ['t1'],
      recordIds: ['r1', 'r2'],
    });
  });

  test('shared by different pairs of orders are a breach for each pair', () => {
    const orders = [
      { recordId: 'r1', ticketIds: ['t1', 't2'] },
      { recordId: 'r2', ticketIds: ['t1'] },
      { recordId: 'r3', ticketIds: ['t2'] },
    ];
    expect(
      breachesOf({ orders, soldTickets: [stalls('t1'), stalls('t2')] }).filter(
        ({ kind }) => kind === 'ticket_in_two_orders',
      ),
    ).toEqual([
      { kind: 'ticket_in_two_orders', ticketIds: ['t1'], recordIds: ['r1', 'r2'] },
      { kind: 'ticket_in_two_orders', ticketIds: ['t2'], recordIds: ['r1', 'r3'] },
    ]);
  });

  test('of a foreign order that is ours as well by its booking alone are told of once, as shared', () => {
    const orders = [
      { attemptId: 'o1-1', recordId: 'r1', ticketIds: ['t1'] },
      { recordId: 'r2', ticketIds: ['t1'] },
    ];
    const seats = { booked: [['A-1', 'o1-1', '1']] as EventPicture['seats']['booked'] };
    expect(breachesOf({ orders, seats, soldTickets: [stalls('t1')] })).toEqual([
      { kind: 'ticket_in_two_orders', ticketIds: ['t1'], recordIds: ['r1', 'r2'] },
    ]);
  });

  test('of a foreign order beside a forgotten one that has no booking are told of with both', () => {
    const orders = [
      { attemptId: 'o1-1', recordId: 'r1', ticketIds: ['t1'] },
      { recordId: 'r2', ticketIds: ['t1', 't2'] },
    ];
    expect(breachesOf({ orders, soldTickets: [stalls('t1'), stalls('t2')] }).slice(1)).toEqual([
      { kind: 'ticket_without_booking', recordIds: ['r1'], ticketIds: ['t1'] },
      { kind: 'ticket_without_booking', recordIds: ['r2'], ticketIds: ['t1', 't2'] },
    ]);
  });

  test('of a foreign order, beside an order of an open checkout, are all its own but the shared one', () => {
    const orders = [
      { attemptId: 'o1-1', recordId: 'r1', ticketIds: ['t1'] },
      { recordId: 'r2', ticketIds: ['t1', 't2'] },
      { ticketIds: ['t3'] },
    ];
    const soldTickets = ['t1', 't2', 't3'].map(stalls);
    expect(breachesOf({ orders, attempts: [attempt('open')], soldTickets }).slice(1)).toEqual([
      { kind: 'ticket_without_booking', recordIds: ['r2'], ticketIds: ['t2'] },
      { kind: 'ticket_without_booking', ticketIds: ['t3'] },
    ]);
  });

  test('of an order of a terminated checkout: more seat tickets than booked seats are a breach that names it', () => {
    const orders = [{ attemptId: 'o1-1', recordId: 'r1', ticketIds: ['t1', 't2'] }];
    const seats = {
      booked: [['A-1', 'o1-1', '1']] as EventPicture['seats']['booked'],
      areas: [floor, balcony],
    };
    const broken = attempt('broken', { ending: 'TERMINATED', payments: [] });
    expect(
      breachesOf({ orders, seats, attempts: [broken], soldTickets: [stalls('t1'), stalls('t2')] }),
    ).toEqual([
      {
        kind: 'ticket_without_booking',
        orderId: 'o1',
        attempt: 1,
        recordIds: ['r1'],
        ticketIds: ['t1', 't2'],
      },
    ]);
  });

  test('of a sale whose tickets are in no order, though it has one, are not loose', () => {
    const seats = { booked: [['A-1', 'o1-1', '1']] as EventPicture['seats']['booked'] };
    const orders = [{ attemptId: 'o1-1', ticketIds: [] }];
    expect(
      breachesOf({ orders, seats, attempts: [sold([['t1', 'A-1']])], soldTickets: [stalls('t1')] }),
    ).toEqual([]);
  });

  test('that are marked sold for nobody are loose, one by one, beside an open and an unsold checkout', () => {
    const attempts = [attempt('open'), attempt('unsold', { orderId: 'o2' })];
    expect(breachesOf({ attempts, soldTickets: [stalls('t1'), stalls('t2')] })).toEqual([
      { kind: 'ticket_without_booking', ticketIds: ['t1'] },
      { kind: 'ticket_without_booking', ticketIds: ['t2'] },
    ]);
  });
});

describe('money', () => {
  const late = { orderId: 'o1', attempt: 1 } as const;

  test('a sale whose own payment nobody can name is not judged by another one', () => {
    const seats = { booked: [['A-1', 'o1-1', '1']] as EventPicture['seats']['booked'] };
    const picture = {
      seats,
      orders: [{ attemptId: 'o1-1', ticketIds: ['t1'] }],
      soldTickets: [stalls('t1')],
    };
    const refunded = { paymentId: 'pi_2', state: 'captured', kept: 0 } as const;
    const { payments: _, ...unnamed } = sold([['t1', 'A-1']]);
    expect(breachesOf({ ...picture, attempts: [unnamed] })).toEqual([]);
    expect(breachesOf({ ...picture, attempts: [{ ...unnamed, payments: [refunded] }] })).toEqual([]);
    expect(
      breachesOf({ ...picture, attempts: [{ ...unnamed, payments: [refunded, paid('pi_1')] }] }),
    ).toEqual([]);
  });

  test('an unsold attempt has no sale to pay for, whatever its payments came to', () => {
    const payments = [{ paymentId: 'pi_2', state: 'canceled', kept: 0 }] as const;
    expect(breachesOf({ attempts: [attempt('unsold', { payments: [...payments] })] })).toEqual([]);
  });

  test.each(['open', 'pending', 'authorized'] as const)(
    'late money that waits for a person is named while it is %s, though nothing is kept',
    (state) => {
      const latePayments = [
        { ...late, state: 'attention' as const, payment: { paymentId: 'pi_2', state, kept: 0 } },
      ];
      expect(breachesOf({ latePayments })).toEqual([
        { kind: 'late_payment_at_attention', ...late, paymentId: 'pi_2' },
      ]);
    },
  );

  test('late money that was let go, or is unknown to the provider, is not named', () => {
    const latePayments = (['canceled', 'unknown'] as const).map((state) => ({
      ...late,
      state: 'attention' as const,
      payment: { paymentId: `pi_${state}`, state, kept: 0 },
    }));
    expect(breachesOf({ latePayments })).toEqual([]);
  });

  test('late money that was decided and is authorised still is an authorisation left open', () => {
    const payment = { paymentId: 'pi_2', state: 'authorized', kept: 0 } as const;
    expect(breachesOf({ latePayments: [{ ...late, state: 'decided', payment }] })).toEqual([
      { kind: 'authorisation_left_open', ...late, paymentId: 'pi_2' },
    ]);
  });

  test('late money that is decided, and nothing is kept of what is still open, is no breach', () => {
    const payment = { paymentId: 'pi_2', state: 'open', kept: 0 } as const;
    expect(breachesOf({ latePayments: [{ ...late, state: 'decided', payment }] })).toEqual([]);
  });

  test('money that an order at TMT names is accounted for, unless its attempt is unsold', () => {
    const payments = [paid('pi_1')];
    const broken = attempt('broken', { payments });
    const orders = [{ attemptId: 'o1-1', paymentId: 'pi_1', ticketIds: [] }];
    expect(breachesOf({ attempts: [broken], orders })).toEqual([]);
    expect(breachesOf({ attempts: [broken], orders: [{ attemptId: 'o1-1', ticketIds: [] }] })).toEqual([
      { kind: 'paid_without_ticket', orderId: 'o1', attempt: 1, paymentId: 'pi_1' },
      { kind: 'broken_checkout', orderId: 'o1', attempt: 1 },
    ]);
  });

  test('a rescue that has ended does not stand for its money any more', () => {
    const attempts = [
      attempt('unsold', { payments: [paid('pi_1')] }),
      attempt('unsold', { attempt: 2, rescues: 'pi_1', payments: [] }),
    ];
    expect(breachesOf({ attempts })).toEqual([
      { kind: 'paid_without_ticket', orderId: 'o1', attempt: 1, paymentId: 'pi_1' },
    ]);
  });

  test.each(['open', 'pending', 'authorized'] as const)(
    'a terminated checkout whose payment is %s is broken; once an order stands for it, it is not',
    (state) => {
      const broken = attempt('broken', { payments: [{ paymentId: 'pi_1', state, kept: 0 }] });
      const orders = [{ attemptId: 'o1-1', paymentId: 'pi_1', ticketIds: [] }];
      expect(breachesOf({ attempts: [broken] })).toContainEqual({
        kind: 'broken_checkout',
        orderId: 'o1',
        attempt: 1,
      });
      expect(breachesOf({ attempts: [broken], orders })).toEqual([]);
    },
  );

  test('a terminated checkout whose seats are booked for its order is settled', () => {
    const broken = attempt('broken', { payments: [] });
    const seats = { booked: [['A-1', 'o1-1', '1']] as EventPicture['seats']['booked'] };
    const orders = [{ attemptId: 'o1-1', ticketIds: ['t1'] }];
    expect(breachesOf({ attempts: [broken], seats, orders, soldTickets: [stalls('t1')] })).toEqual([]);
  });
});

describe('names', () => {
  test('seats and orders without a name are nobody’s, and not one another’s', () => {
    const seats = {
      booked: [
        ['A-1', null, '1'],
        ['A-2', '', '1'],
      ] as EventPicture['seats']['booked'],
    };
    const orders = [{ attemptId: '', ticketIds: [] }, { ticketIds: [] }];
    expect(breachesOf({ seats, orders })).toEqual([
      { kind: 'booked_without_order', seat: 'A-1' },
      { kind: 'booked_without_order', seat: 'A-2' },
    ]);
  });

  test('a seat that is held under a name that nobody knows is let be while its token lives', () => {
    expect(breachesOf({ seats: { held: [['A-1', 'x-1', true]] } })).toEqual([]);
    expect(breachesOf({ seats: { held: [['A-1', 'x-1', false]] } })).toEqual([
      { kind: 'held_by_nobody', seat: 'A-1' },
    ]);
  });
});

describe('a second look', () => {
  const breach: Breach = { kind: 'paid_without_ticket', orderId: 'o1', paymentId: 'pi_1', next: 'Look.' };

  test('knows a breach again, however its facts are ordered, and whatever is advised', () => {
    const turned = { next: 'Look!', paymentId: 'pi_1', orderId: 'o1', kind: 'paid_without_ticket' } as const;
    expect(confirm([breach], [turned])).toEqual([turned]);
  });

  test('takes another seat, another order and another kind for another breach', () => {
    const others: Breach[] = [
      { ...breach, orderId: 'o2' },
      { ...breach, kind: 'authorisation_left_open' },
      { ...breach, seat: 'A-1' },
    ];
    expect(confirm([breach], others)).toEqual([]);
  });

  test('leaves the places as they are that only one of the looks has counted', () => {
    const counted = { ...breach, places: 2 };
    expect(confirm([breach], [counted])).toEqual([counted]);
    expect(confirm([counted], [breach])).toEqual([breach]);
  });
});

test('what is not known of a breach is not in it', () => {
  const [breach] = findBreaches({ ...EMPTY, attempts: [attempt('broken')] });
  expect(Object.keys(breach ?? {})).toEqual(['kind', 'orderId', 'attempt', 'next']);
});
