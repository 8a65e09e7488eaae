import { attemptId } from '../../src/checkout/ids.ts';
import type { LatePaymentInput, LatePaymentResult } from '../../src/workflows/late-payment.ts';
import type { CheckoutInput } from '../../src/workflows/messages.ts';
import type { Effect, Effects } from '../law/ledgers.ts';
import type { Ended } from './law-after.ts';
import { fromPayload } from './payloads.ts';
import { FLOOR, type World } from './world.ts';

/**
 * The cases in which the design leaves the decision to a person, so that the law cannot hold by itself. There
 * are no others: any other breach is a violation, attention or not.
 *
 * - *A payment before its order.* Money is reported for an order of which there is no attempt yet.
 * - *Places that may still be booked.* Booked places are given back by one call that is never repeated, for
 *   places have no owner. It had no good answer, and the checkout ended with a call for attention.
 *
 * @returns the ledgers without what waits for a person
 */
export function withoutAttention(world: World, ends: Map<string, Ended[]>): Effects {
  const payments = paymentsBeforeOrders(world, ends);
  const leftBooked = placesLeftBooked(world, ends);
  const { seats, tmt, money } = world.effects;
  return {
    seats: seats.filter((entry) => !leftBooked.has(entry)),
    tmt,
    money: money.filter(({ paymentId }) => !payments.has(String(paymentId))),
  };
}

function paymentsBeforeOrders({ server, provider }: World, ends: Map<string, Ended[]>): Set<string> {
  const firstStart = new Map<string, number>();
  for (const run of server.all()) {
    if (run.type !== 'checkout') continue;
    const { orderId } = fromPayload<CheckoutInput>(run.args[0] ?? {}).order;
    if (!firstStart.has(orderId)) firstStart.set(orderId, run.startedAt);
  }
  // It was reported again later, and then it found its place.
  const isSettled = (paymentId: string) =>
    provider.all().some((payment) => payment.paymentId === paymentId && payment.refunded > 0) ||
    [...ends.values()]
      .flat()
      .some(({ result }) => result.outcome === 'completed' && result.paymentId === paymentId);
  const found = new Set<string>();
  for (const { type, state, args, startedAt } of server.all()) {
    if (type !== 'latePayment' || state.name !== 'COMPLETED') continue;
    if (fromPayload<LatePaymentResult>(state.result).became !== 'attention') continue;
    const { orderId, paymentId } = fromPayload<LatePaymentInput>(args[0] ?? {});
    const isBefore = startedAt <= (firstStart.get(orderId) ?? Number.POSITIVE_INFINITY);
    if (isBefore && !isSettled(paymentId)) found.add(paymentId);
  }
  return found;
}

/** Which entries of the ledger are about places that a checkout could not be sure to have given back. */
function placesLeftBooked({ effects }: World, ends: Map<string, Ended[]>): Set<Effect> {
  const unsold = [...ends.values()].flat().filter(({ result }) => result.outcome !== 'completed');
  const asks = unsold.some(({ run }) => run.attributes.NeedsAttention === true);
  const names = new Set(unsold.map(({ result }) => attemptId(result.orderId, result.attempt)));
  const places = effects.seats.filter(({ label }) => label === FLOOR.area);
  const booked = places.filter((entry) => entry.effect === 'booked' && names.has(String(entry.orderId)));
  const given = places.filter((entry) => entry.effect === 'released' && entry.from === 'booked');
  // One call gives an attempt's places back: as many calls as bookings leave nothing.
  const tokens = new Set(booked.map(({ holdToken }) => holdToken));
  const held = places.filter(({ effect, holdToken }) => effect === 'held' && tokens.has(holdToken));
  return asks && given.length < booked.length ? new Set([...held, ...booked, ...given]) : new Set();
}
