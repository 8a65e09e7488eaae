import type { Dice } from '../simulation/dice.ts';
import { ABSENT, pick } from './sample.ts';

/** What callers know: ids and tokens that are of use in a request, some of them told by earlier answers. */
export interface KnownThings {
  /** Where seats are left. */
  eventIds: readonly string[];
  /** Payments that were made at the provider for an order. */
  payments: readonly { orderId: string; paymentId: string }[];
  orders: { orderId: string; token: string; order: unknown }[];
  holds: { eventId: string; token: string; seats: unknown[] }[];
}

const KEPT = 200;
let names = 0;
const newName = () => {
  names += 1;
  return `r${process.pid.toString(36)}x${names}`;
};

/** Values for the fields of a request to this path, by the field's name. */
export function hintsFor(path: string, known: KnownThings, dice: Dice): (name: string) => unknown {
  const eventId = pick(dice, known.eventIds);
  const order = known.orders.length > 0 ? pick(dice, known.orders) : undefined;
  const payment = pick(dice, known.payments);
  const isStart = path === '/checkouts';
  const isAboutPayment = path.endsWith('/payments') && !path.startsWith('/webhooks');
  const orderId = isAboutPayment ? payment.orderId : order?.orderId;
  // Used up by the call, as often as not: who holds on to it meets seats that are sold or free.
  const usesHold = /release|book|expire/.test(path) && dice.chance(0.8);
  const hold = usesHold ? (dice.chance(0.5) ? known.holds.pop() : known.holds.at(-1)) : undefined;
  const values: Record<string, () => unknown> = {
    order: () => (isStart && order && dice.chance(0.3) ? order.order : undefined),
    orderId: () => (isStart ? newName() : (orderId ?? newName())),
    eventId: () => eventId,
    event_id: () => hold?.eventId ?? eventId,
    seats: () =>
      isStart ? [{ area: 'Floor', quantity: 1 }] : (hold?.seats ?? [{ objectId: 'Floor', quantity: 1 }]),
    hold_token: () => (path.includes('release') ? (hold?.token ?? 'gone') : { token: hold?.token ?? 'gone' }),
    paymentId: () => payment.paymentId,
    retryOf: () => (dice.chance(0.8) ? ABSENT : undefined),
    chartToken: () => (dice.chance(0.8) ? ABSENT : undefined),
    chart_id: () => 'club',
    date_event: () => '2027-02-28',
    reason: () => 'asked for by a generated request',
    currency: () => 'USD',
    after: () => '1-awaiting_payment',
    wait: () => 0,
    'idempotency-key': newName,
  };
  return (name) => values[name]?.();
}

/** Takes over what an answer tells. */
export function learn(known: KnownThings, path: string, asked: unknown, answer: unknown): void {
  if (path === '/checkouts') {
    const { orderId, orderToken } = answer as { orderId?: string; orderToken?: { token: string } };
    const { order } = asked as { order: unknown };
    if (orderId && orderToken) keep(known.orders, { orderId, token: orderToken.token, order });
  }
  if (path === '/hold_seats_seatsio') {
    const { event_id, seats } = (asked as { data: { event_id: string; seats: unknown[] } }).data;
    const token = findToken(answer);
    if (token) keep(known.holds, { eventId: event_id, token, seats });
  }
}

function findToken(answer: unknown): string | undefined {
  const { data } = answer as { data?: { hold?: { holdToken?: { token?: string } } } };
  return data?.hold?.holdToken?.token;
}

/** Old ones make way, so that requests meet what is still under way. */
function keep<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > KEPT) list.shift();
}
