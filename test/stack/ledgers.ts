import { expect } from 'vitest';

type System = 'seatsio' | 'tmt' | 'stripe';
export interface Effect {
  seq: number;
  effect: string;
  [fact: string]: unknown;
}

/** The effect ledgers of the stand-ins: what really happened, whatever our own state says. */
export function createLedgers(admin: string) {
  const read = async (system: System): Promise<Effect[]> => {
    const response = await fetch(`${admin}/ledger/${system}`);
    return ((await response.json()) as { entries: Effect[] }).entries;
  };
  return {
    read,
    /** Everything that happened to one event, at all three systems. */
    async ofEvent(eventId: string) {
      const [seatsio, tmt, stripe] = await Promise.all([read('seatsio'), read('tmt'), read('stripe')]);
      return {
        seats: seatsio.filter(({ event }) => event === eventId),
        tmt: tmt.filter(
          ({ eventId: of, ticketId }) => of === eventId || String(ticketId).startsWith(`${eventId}-`),
        ),
        // The tests name their orders after the event.
        money: stripe.filter(({ orderId }) => String(orderId).startsWith(eventId)),
      };
    },
  };
}

export type Ledgers = ReturnType<typeof createLedgers>;

/**
 * The law of DESIGN.md, for one event whose checkouts have all ended: money captured is money of issued
 * tickets and money refunded; booked seats, issued tickets and seats of order records are the same number;
 * nothing is held, no authorisation is open, nothing was done twice.
 */
export async function expectLaw(ledgers: Ledgers, eventId: string): Promise<void> {
  const { seats, tmt, money } = await ledgers.ofEvent(eventId);
  const sum = (effects: Effect[], effect: string, fact: string) =>
    effects
      .filter((entry) => entry.effect === effect)
      .reduce((total, entry) => total + Number(entry[fact]), 0);

  const booked = sum(seats, 'booked', 'quantity') - releasedFrom(seats, 'booked');
  const held =
    sum(seats, 'held', 'quantity') -
    sum(seats, 'booked', 'quantity') -
    releasedFrom(seats, 'reservedByToken');
  const records = tmt.filter(({ effect }) => effect === 'order.created');
  const recorded = records.flatMap(({ ticketIds }) => ticketIds as string[]);
  const sold = tmt.filter(({ effect }) => effect === 'ticket.sold').map(({ ticketId }) => String(ticketId));
  const issuedMoney = records.reduce((total, { amount }) => total + Math.round(Number(amount) * 100), 0);
  const captured = sum(money, 'payment.captured', 'amount') - sum(money, 'payment.refunded', 'amount');
  const openAuthorisations = money
    .filter(({ effect }) => effect === 'payment.authorized')
    .filter(
      ({ paymentId }) =>
        !money.some((later) => later.paymentId === paymentId && ENDS_AUTHORISATION.has(later.effect)),
    );

  const generated = tmt.filter(({ effect }) => effect === 'tickets.generated').length;
  expect({
    placesHeld: held,
    ticketsInRecords: recorded.length,
    ticketsInTwoRecords: recorded.length - new Set(recorded).size,
    ticketsSold: sold.toSorted(),
    moneyKept: captured,
    openAuthorisations,
    generatedTwice: generated > 1,
  }).toEqual({
    placesHeld: 0,
    ticketsInRecords: booked,
    ticketsInTwoRecords: 0,
    ticketsSold: recorded.toSorted(),
    moneyKept: issuedMoney,
    openAuthorisations: [],
    generatedTwice: false,
  });
}

const ENDS_AUTHORISATION = new Set(['payment.captured', 'payment.canceled']);

function releasedFrom(seats: Effect[], status: string): number {
  return seats
    .filter(({ effect, from }) => effect === 'released' && from === status)
    .reduce((total, { quantity }) => total + Number(quantity), 0);
}
