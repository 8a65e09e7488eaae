import { isDeepStrictEqual } from 'node:util';
import type { Effect, Effects } from './ledgers.ts';

/** What the law speaks of, counted in the ledgers of one event. */
export interface Balance {
  placesHeld: number;
  ticketsInRecords: number;
  ticketsInTwoRecords: number;
  ticketsSold: string[];
  /** Captured and not given back, in minor units. */
  moneyKept: number;
  openAuthorisations: unknown[];
  generatedTwice: boolean;
}

/**
 * The law of DESIGN.md, for one event whose checkouts have all ended: money captured is money of issued
 * tickets and money refunded; booked seats, issued tickets and seats of order records are the same number;
 * nothing is held, no authorisation is open, nothing was done twice.
 *
 * @returns what is, and what the law wants it to be; the same when the law holds
 */
export function balanceOf({ seats, tmt, money }: Effects): { actual: Balance; lawful: Balance } {
  const booked = sum(seats, 'booked', 'quantity') - releasedFrom(seats, 'booked');
  const held =
    sum(seats, 'held', 'quantity') -
    sum(seats, 'booked', 'quantity') -
    releasedFrom(seats, 'reservedByToken');
  const records = tmt.filter(({ effect }) => effect === 'order.created');
  const recorded = records.flatMap(({ ticketIds }) => ticketIds as string[]);
  const sold = tmt.filter(({ effect }) => effect === 'ticket.sold').map(({ ticketId }) => String(ticketId));
  const issuedMoney = records.reduce((total, { amount }) => total + Math.round(Number(amount) * 100), 0);
  const generated = tmt.filter(({ effect }) => effect === 'tickets.generated').length;
  return {
    actual: {
      placesHeld: held,
      ticketsInRecords: recorded.length,
      ticketsInTwoRecords: recorded.length - new Set(recorded).size,
      ticketsSold: sold.toSorted(),
      moneyKept:
        sum(money, 'payment.captured', 'amount') -
        sum(money, 'payment.refunded', 'amount') +
        sum(money, 'payment.refund_failed', 'amount'),
      openAuthorisations: openAuthorisations(money),
      generatedTwice: generated > 1,
    },
    lawful: {
      placesHeld: 0,
      ticketsInRecords: booked,
      ticketsInTwoRecords: 0,
      ticketsSold: recorded.toSorted(),
      moneyKept: issuedMoney,
      openAuthorisations: [],
      generatedTwice: false,
    },
  };
}

/** Each breach of the law as a line for a person; none when it holds. */
export function breachesOf(effects: Effects): string[] {
  const { actual, lawful } = balanceOf(effects);
  const names = Object.keys(lawful) as (keyof Balance)[];
  return names
    .filter((name) => !isDeepStrictEqual(actual[name], lawful[name]))
    .map((name) => `${name}: ${JSON.stringify(actual[name])} instead of ${JSON.stringify(lawful[name])}`);
}

const ENDS_AUTHORISATION = new Set(['payment.captured', 'payment.canceled']);

function openAuthorisations(money: Effect[]): unknown[] {
  const ended = new Set(
    money.filter(({ effect }) => ENDS_AUTHORISATION.has(effect)).map(({ paymentId }) => paymentId),
  );
  return money
    .filter(({ effect, paymentId }) => effect === 'payment.authorized' && !ended.has(paymentId))
    .map(({ paymentId }) => paymentId);
}

function sum(effects: Effect[], effect: string, fact: string): number {
  return effects
    .filter((entry) => entry.effect === effect)
    .reduce((total, entry) => total + Number(entry[fact]), 0);
}

function releasedFrom(seats: Effect[], status: string): number {
  return sum(
    seats.filter(({ from }) => from === status),
    'released',
    'quantity',
  );
}
