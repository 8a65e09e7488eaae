import type { Outcome } from '../../src/checkout/outcome.ts';
import type { Effects } from '../law/ledgers.ts';
import type { Trial } from './trial.ts';

interface Expected {
  first: Outcome['outcome'];
  became: Trial['became'];
  newest: Outcome['outcome'];
  attempts: number;
  captured: number;
  refunded: number;
}

/** Nobody could pay any more: the buyer keeps the money, the seats go. */
const UNPAID: Expected = {
  first: 'expired',
  became: undefined,
  newest: 'expired',
  attempts: 1,
  captured: 0,
  refunded: 0,
};
const SOLD: Expected = { ...UNPAID, first: 'completed', newest: 'completed', captured: 1 };
const RESCUED: Expected = { ...SOLD, first: 'expired', became: 'rescued', attempts: 2 };
const REFUNDED: Expected = { ...UNPAID, became: 'refunded', captured: 1, refunded: 1 };
const LET_GO: Expected = { ...UNPAID, became: 'canceled' };

/**
 * What the design says of a trial. Payment wins wherever it meets the open checkout, on either side of the
 * timer; behind the end it buys the same seats again or goes back, as the order wants it.
 */
function expectedOf({ order, meeting, race }: Trial): Expected {
  if (!meeting) return UNPAID;
  // The provider said that the opened payment was paid, so the checkout cannot have ended without it.
  if (!meeting.ended || race === 'click') return SOLD;
  if (order.lateMoney !== 'refund') return RESCUED;
  return race === 'authorized' ? LET_GO : REFUNDED;
}

/** What is wrong with a trial, as lines for a person. The ledgers are those of its event. */
export function violationsOf(trial: Trial, { money }: Effects): string[] {
  const { order, first, newest, became, meeting } = trial;
  const count = (effect: string) =>
    money.filter((entry) => entry.effect === effect && entry.orderId === order.orderId).length;
  const actual: Expected = {
    first: first.outcome,
    became,
    newest: newest.outcome,
    attempts: newest.attempt,
    captured: count('payment.captured'),
    refunded: count('payment.refunded'),
  };
  const expected = expectedOf(trial);
  const where = meeting ? `${meeting.side}, ${meeting.gapMs.toFixed(1)} ms from the timer` : 'stopped';
  return (Object.keys(expected) as (keyof Expected)[])
    .filter((fact) => actual[fact] !== expected[fact])
    .map((fact) => `${order.orderId} (${where}): ${fact} is ${actual[fact]} instead of ${expected[fact]}`);
}
