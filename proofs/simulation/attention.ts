import type { LatePaymentInput, LatePaymentResult } from '../../src/workflows/late-payment.ts';
import type { CheckoutInput } from '../../src/workflows/messages.ts';
import type { Effects } from '../law/ledgers.ts';
import type { Ended } from './law-after.ts';
import { fromPayload } from './payloads.ts';
import type { World } from './world.ts';

/**
 * The one case in which the design leaves the decision to a person, so that the law cannot hold by itself: money
 * is reported for an order of which there is no attempt yet. Any other breach is a violation, attention or not.
 *
 * @returns the ledgers without what waits for a person
 */
export function withoutAttention(world: World, ends: Map<string, Ended[]>): Effects {
  const payments = paymentsBeforeOrders(world, ends);
  const { seats, tmt, money } = world.effects;
  return {
    seats,
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
