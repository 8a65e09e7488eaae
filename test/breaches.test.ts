import { describe, expect, test } from 'vitest';
import { confirm } from '../src/workflows/breach.ts';
import { findBreaches } from '../src/workflows/breaches.ts';
import type { AttemptFacts, EventPicture, PaymentFacts } from '../src/workflows/event-picture.ts';

const AREA = { label: 'Floor', categoryKey: '2', categoryLabel: 'Standing', booked: 2, heldByDead: 0 };
const paid = (paymentId: string): PaymentFacts => ({ paymentId, state: 'captured', kept: 5_000 });

const SALE: AttemptFacts = {
  orderId: 'o1',
  attempt: 1,
  state: 'sold',
  sale: {
    paymentId: 'pi_1',
    tickets: [
      ['t1', 'A-1'],
      ['t2', 'Floor'],
      ['t3', 'Floor'],
    ],
  },
  payments: [paid('pi_1')],
};
const ended = (more: Partial<AttemptFacts>): AttemptFacts => ({
  orderId: 'o2',
  attempt: 1,
  state: 'unsold',
  ending: 'expired',
  payments: [],
  ...more,
});

/** One order of a seat and two places, sold as it should be. */
const HEALTHY: EventPicture = {
  attempts: [SALE],
  latePayments: [],
  seats: { booked: [['A-1', 'o1-1', '1']], held: [], areas: [AREA] },
  soldTickets: [
    ['t1', 'Stalls', 'STALLS'],
    ['t2', 'Standing', 'FLOOR'],
    ['t3', 'Standing', 'FLOOR'],
  ],
  orders: [{ recordId: 'r1', attemptId: 'o1-1', paymentId: 'pi_1', ticketIds: ['t1', 't2', 't3'] }],
};

/** The breaches of the healthy event with something changed, without the advice. */
function breachesOf(
  change: Partial<Omit<EventPicture, 'seats'>> & { seats?: Partial<EventPicture['seats']> },
) {
  const seats = { ...HEALTHY.seats, ...change.seats };
  return findBreaches({ ...HEALTHY, ...change, seats }).map(({ next, ...about }) => {
    expect(next).toMatch(/^[A-Z].*\.$/);
    return about;
  });
}
const with1 = (...attempts: AttemptFacts[]) => [SALE, ...attempts];

describe('no breach', () => {
  test('an event whose sale is booked, recorded, ticketed and paid', () => {
    expect(breachesOf({})).toEqual([]);
  });

  test('an open checkout that has booked, recorded and captured nothing, or all of it, or half', () => {
    const open = ended({ state: 'open', seats: [{ label: 'A-2' }, { area: 'Floor', quantity: 3 }] });
    for (const booked of [2, 3, 5]) {
      expect(breachesOf({ attempts: with1(open), seats: { areas: [{ ...AREA, booked }] } })).toEqual([]);
    }
    expect(
      breachesOf({
        attempts: with1(open),
        seats: { booked: [...HEALTHY.seats.booked, ['A-2', 'o2-1', '1']], held: [['A-3', 'o2-1', false]] },
      }),
    ).toEqual([]);
  });

  test('places beyond the sales, while an open checkout does not say what it wants', () => {
    const open = ended({ state: 'open' });
    expect(breachesOf({ attempts: with1(open), seats: { areas: [{ ...AREA, booked: 50 }] } })).toEqual([]);
  });

  test('a seat held by a living token, of a browser or of a checkout that was terminated', () => {
    const broken = ended({ state: 'broken', ending: 'TERMINATED' });
    const held: EventPicture['seats']['held'] = [
      ['B-1', null, true],
      ['B-2', 'o2-1', true],
    ];
    expect(breachesOf({ attempts: with1(broken), seats: { held } })).toEqual([]);
  });

  test('a sale that Temporal has forgotten, and that TMT and Seats.io both know', () => {
    expect(breachesOf({ attempts: [] })).toEqual([]);
  });

  test('a forgotten sale whose seat and places are of one category', () => {
    const soldTickets: EventPicture['soldTickets'] = HEALTHY.soldTickets.map(([ticketId]) => [
      ticketId,
      'Standing',
      'FLOOR',
    ]);
    const booked: EventPicture['seats']['booked'] = [['A-1', 'o1-1', '2']];
    expect(breachesOf({ attempts: [], soldTickets, seats: { booked } })).toEqual([]);
  });

  test('a checkout that was terminated behind its order: everything is there', () => {
    const { sale: _, ...rest } = SALE;
    expect(breachesOf({ attempts: [{ ...rest, state: 'broken', ending: 'TERMINATED' }] })).toEqual([]);
  });

  test('payments that came to nothing, were given back, or are being dealt with', () => {
    const payments: PaymentFacts[] = [
      { paymentId: 'pi_2', state: 'captured', kept: 0 },
      { paymentId: 'pi_3', state: 'canceled', kept: 0 },
      { paymentId: 'pi_4', state: 'unknown', kept: 0 },
      paid('pi_5'),
      paid('pi_6'),
    ];
    const rescue = ended({ attempt: 2, state: 'open', seats: [], rescues: 'pi_5' });
    expect(
      breachesOf({
        attempts: with1(ended({ payments }), rescue),
        latePayments: [{ orderId: 'o2', attempt: 1, state: 'open', payment: paid('pi_6') }],
      }),
    ).toEqual([]);
  });

  test('a terminated checkout whose money and seats were settled', () => {
    const refunded = { paymentId: 'pi_2', state: 'captured', kept: 0 } as const;
    const broken = ended({ state: 'broken', ending: 'TERMINATED', payments: [refunded] });
    expect(breachesOf({ attempts: with1(broken) })).toEqual([]);
  });
});

describe('seats', () => {
  test('booked by a back office', () => {
    const booked: EventPicture['seats']['booked'] = [
      ...HEALTHY.seats.booked,
      ['A-2', null, '1'],
      ['A-3', 'x', '1'],
    ];
    expect(breachesOf({ seats: { booked } })).toEqual([
      { kind: 'booked_without_order', seat: 'A-2' },
      { kind: 'booked_without_order', seat: 'A-3' },
    ]);
  });

  test('booked by a sale beyond what it sold', () => {
    const booked: EventPicture['seats']['booked'] = [...HEALTHY.seats.booked, ['A-2', 'o1-1', '1']];
    expect(breachesOf({ seats: { booked } })).toEqual([
      { kind: 'booked_without_order', orderId: 'o1', attempt: 1, seat: 'A-2' },
    ]);
  });

  test('booked under an attempt that ended unsold', () => {
    const booked: EventPicture['seats']['booked'] = [...HEALTHY.seats.booked, ['A-2', 'o2-1', '1']];
    expect(breachesOf({ attempts: with1(ended({})), seats: { booked } })).toEqual([
      { kind: 'booked_by_unsold_attempt', orderId: 'o2', attempt: 1, seat: 'A-2' },
    ]);
  });

  test('held by an order that has ended, or by a token that has', () => {
    const held: EventPicture['seats']['held'] = [
      ['A-2', 'o2-1', true],
      ['A-3', null, false],
      ['A-4', 'o1-1', true],
    ];
    const areas = [{ ...AREA, heldByDead: 4 }];
    expect(breachesOf({ attempts: with1(ended({})), seats: { held, areas } })).toEqual([
      { kind: 'held_by_nobody', orderId: 'o2', attempt: 1, seat: 'A-2' },
      { kind: 'held_by_nobody', seat: 'A-3' },
      { kind: 'held_by_nobody', orderId: 'o1', attempt: 1, seat: 'A-4' },
      { kind: 'held_by_nobody', seat: 'Floor', places: 4 },
    ]);
  });

  test.each([
    { booked: 5, breach: { kind: 'booked_without_order', seat: 'Floor', places: 3 } },
    { booked: 1, breach: { kind: 'ticket_without_booking', seat: 'Floor', places: 1 } },
  ])('$booked places booked where two are sold', ({ booked, breach }) => {
    expect(breachesOf({ seats: { areas: [{ ...AREA, booked }] } })).toEqual([breach]);
  });

  test('the places of a forgotten sale are counted over all areas of its category', () => {
    const areas = [
      { ...AREA, booked: 1 },
      { ...AREA, label: 'Balcony', booked: 0 },
    ];
    expect(breachesOf({ attempts: [], seats: { areas } })).toEqual([
      { kind: 'ticket_without_booking', seat: 'Floor + Balcony', places: 1 },
    ]);
  });
});

describe('tickets', () => {
  test('a sale without an order at TMT', () => {
    expect(breachesOf({ orders: [] })).toEqual([
      { kind: 'booked_without_order', orderId: 'o1', attempt: 1, seat: 'A-1' },
      { kind: 'booked_without_order', orderId: 'o1', attempt: 1, seat: 'Floor', places: 2 },
      { kind: 'paid_without_ticket', orderId: 'o1', attempt: 1, paymentId: 'pi_1' },
    ]);
  });

  test('a sale whose seat was freed, or whose ticket was put back on sale', () => {
    expect(breachesOf({ seats: { booked: [] }, soldTickets: HEALTHY.soldTickets.slice(0, 2) })).toEqual([
      { kind: 'ticket_without_booking', orderId: 'o1', attempt: 1, seat: 'A-1', ticketIds: ['t1'] },
      { kind: 'paid_without_ticket', orderId: 'o1', attempt: 1, seat: 'Floor', ticketIds: ['t3'] },
    ]);
  });

  test('an order of somebody else, and a ticket sold without one', () => {
    const soldTickets: EventPicture['soldTickets'] = [
      ...HEALTHY.soldTickets,
      ['t8', 'Stalls', 'STALLS'],
      ['t9', 'Stalls', 'STALLS'],
    ];
    const orders = [...HEALTHY.orders, { recordId: 'r9', ticketIds: ['t8'] }];
    expect(breachesOf({ soldTickets, orders })).toEqual([
      { kind: 'ticket_without_booking', recordIds: ['r9'], ticketIds: ['t8'] },
      { kind: 'ticket_without_booking', ticketIds: ['t9'] },
    ]);
  });

  test('an order of a forgotten sale whose seat is not booked', () => {
    expect(breachesOf({ attempts: [], seats: { booked: [] } })).toEqual([
      { kind: 'ticket_without_booking', recordIds: ['r1'], ticketIds: ['t1', 't2', 't3'] },
    ]);
  });

  test('two orders with one ticket are one breach, and so is an order that was written twice', () => {
    const other = { recordId: 'r2', ticketIds: ['t2', 't3'] };
    expect(breachesOf({ orders: [...HEALTHY.orders, other] })).toEqual([
      {
        kind: 'ticket_in_two_orders',
        orderId: 'o1',
        attempt: 1,
        ticketIds: ['t2', 't3'],
        recordIds: ['r1', 'r2'],
      },
    ]);
    const [order] = HEALTHY.orders;
    if (!order) throw new TypeError('the healthy event has an order');
    expect(breachesOf({ orders: [order, { ...order, recordId: 'r2' }] })).toMatchObject([
      { kind: 'ticket_in_two_orders', ticketIds: ['t1', 't2', 't3'], recordIds: ['r1', 'r2'] },
    ]);
  });

  test('an order of an attempt that gave the money back', () => {
    const attempts = [{ ...SALE, state: 'unsold' as const, ending: 'refunded', payments: [] }];
    const { sale: _, ...refunded } = attempts[0] as AttemptFacts;
    const breaches = breachesOf({ attempts: [refunded], seats: { booked: [], areas: [] } });
    expect(breaches).toEqual([
      {
        kind: 'ticket_without_money',
        orderId: 'o1',
        attempt: 1,
        recordIds: ['r1'],
        ticketIds: ['t1', 't2', 't3'],
      },
    ]);
  });
});

describe('money', () => {
  test('a sale whose payment went back', () => {
    const payments = [{ paymentId: 'pi_1', state: 'captured', kept: 0 } as const];
    expect(breachesOf({ attempts: [{ ...SALE, payments }] })).toEqual([
      { kind: 'ticket_without_money', orderId: 'o1', attempt: 1, paymentId: 'pi_1' },
    ]);
  });

  test('kept by an attempt that ended, for nothing; and a second payment of a sale', () => {
    const attempts = [
      { ...SALE, payments: [paid('pi_1'), paid('pi_7')] },
      ended({ payments: [paid('pi_8')] }),
    ];
    expect(breachesOf({ attempts })).toEqual([
      { kind: 'paid_without_ticket', orderId: 'o1', attempt: 1, paymentId: 'pi_7' },
      { kind: 'paid_without_ticket', orderId: 'o2', attempt: 1, paymentId: 'pi_8' },
    ]);
  });

  test('kept for a rescue that did not sell either', () => {
    const rescue = ended({ attempt: 2, ending: 'unavailable', rescues: 'pi_5' });
    expect(breachesOf({ attempts: with1(ended({ payments: [paid('pi_5')] }), rescue) })).toEqual([
      { kind: 'paid_without_ticket', orderId: 'o2', attempt: 1, paymentId: 'pi_5' },
    ]);
  });

  test('kept by an attempt that ended unsold, though an order at TMT names it', () => {
    const orders = [...HEALTHY.orders, { attemptId: 'o2-1', paymentId: 'pi_2', ticketIds: [] }];
    const attempts = with1(ended({ payments: [paid('pi_2')] }));
    expect(breachesOf({ attempts, orders }).map(({ kind }) => kind)).toEqual([
      'ticket_without_money',
      'paid_without_ticket',
    ]);
  });

  test('authorised, and the attempt has ended', () => {
    const payments = [{ paymentId: 'pi_2', state: 'authorized', kept: 0 } as const];
    expect(breachesOf({ attempts: with1(ended({ payments })) })).toEqual([
      { kind: 'authorisation_left_open', orderId: 'o2', attempt: 1, paymentId: 'pi_2' },
    ]);
  });

  test('that came late: at attention it wants a person, decided but kept it is without a ticket', () => {
    const late = { orderId: 'o2', attempt: 1 };
    const latePayments = [
      { ...late, state: 'attention', payment: paid('pi_2') },
      { ...late, state: 'decided', payment: paid('pi_3') },
      { ...late, state: 'attention', payment: { paymentId: 'pi_4', state: 'captured', kept: 0 } },
    ] as const;
    expect(
      breachesOf({ attempts: with1(ended({ payments: [paid('pi_2')] })), latePayments: [...latePayments] }),
    ).toEqual([
      { kind: 'late_payment_at_attention', ...late, paymentId: 'pi_2' },
      { kind: 'paid_without_ticket', ...late, paymentId: 'pi_3' },
    ]);
  });

  test.each([
    { what: 'payments that nobody can name', payments: undefined },
    {
      what: 'a payment that the buyer can still pay',
      payments: [{ paymentId: 'pi_2', state: 'open', kept: 0 }],
    },
    { what: 'a payment that the bank has', payments: [{ paymentId: 'pi_2', state: 'pending', kept: 0 }] },
  ] as const)('a terminated checkout with $what', ({ payments }) => {
    const { payments: _, ...broken } = ended({ state: 'broken', ending: 'TERMINATED' });
    expect(
      breachesOf({ attempts: with1({ ...broken, ...(payments && { payments: [...payments] }) }) }),
    ).toEqual([{ kind: 'broken_checkout', orderId: 'o2', attempt: 1, ending: 'TERMINATED' }]);
  });

  test('none in a terminated checkout, but its seats are booked', () => {
    const booked: EventPicture['seats']['booked'] = [...HEALTHY.seats.booked, ['A-2', 'o2-1', '1']];
    const attempts = with1(ended({ state: 'broken', ending: 'TERMINATED' }));
    expect(breachesOf({ attempts, seats: { booked } })).toEqual([
      { kind: 'booked_without_order', orderId: 'o2', attempt: 1, seat: 'A-2' },
      { kind: 'broken_checkout', orderId: 'o2', attempt: 1, ending: 'TERMINATED' },
    ]);
  });

  test('in a terminated checkout, with its seats booked', () => {
    const broken = ended({ state: 'broken', ending: 'FAILED', payments: [paid('pi_2')] });
    const booked: EventPicture['seats']['booked'] = [...HEALTHY.seats.booked, ['A-2', 'o2-1', '1']];
    expect(breachesOf({ attempts: with1(broken), seats: { booked } })).toEqual([
      { kind: 'booked_without_order', orderId: 'o2', attempt: 1, seat: 'A-2' },
      { kind: 'paid_without_ticket', orderId: 'o2', attempt: 1, paymentId: 'pi_2' },
      { kind: 'broken_checkout', orderId: 'o2', attempt: 1, ending: 'FAILED' },
    ]);
  });
});

describe('a second look', () => {
  const next = 'Do something.';

  test('confirms what lasts, and drops what went away or has just come', () => {
    const lasting = { kind: 'paid_without_ticket', orderId: 'o1', paymentId: 'pi_1', next } as const;
    const gone = { ...lasting, paymentId: 'pi_2' };
    const fresh = { ...lasting, paymentId: 'pi_3' };
    expect(confirm([lasting, gone], [fresh, lasting])).toEqual([lasting]);
  });

  test('is sure of the smaller number of places only', () => {
    const some = { kind: 'booked_without_order', seat: 'Floor', places: 5, next } as const;
    expect(confirm([some], [{ ...some, places: 2 }])).toEqual([{ ...some, places: 2 }]);
    expect(confirm([{ ...some, places: 2 }], [some])).toEqual([{ ...some, places: 2 }]);
  });
});

test('an event of twenty thousand sales is compared within the time of a workflow task', () => {
  const ids = Array.from({ length: 20_000 }, (_, n) => n);
  const picture: EventPicture = {
    attempts: ids.map((n) => ({
      orderId: `o${n}`,
      attempt: 1,
      state: 'sold',
      sale: { paymentId: `pi_${n}`, tickets: [[`t${n}`, `A-${n}`]] },
      payments: [paid(`pi_${n}`)],
    })),
    latePayments: [],
    seats: { booked: ids.map((n) => [`A-${n}`, `o${n}-1`, '1']), held: [], areas: [{ ...AREA, booked: 0 }] },
    soldTickets: ids.map((n) => [`t${n}`, 'Stalls', 'STALLS']),
    orders: ids.map((n) => ({ attemptId: `o${n}-1`, paymentId: `pi_${n}`, ticketIds: [`t${n}`] })),
  };
  const { user } = process.cpuUsage();
  expect(findBreaches(picture)).toEqual([]);
  expect(process.cpuUsage().user - user).toBeLessThan(2_000_000);
});
