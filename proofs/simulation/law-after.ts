import { attemptId } from '../../src/checkout/ids.ts';
import { isArea, type Order } from '../../src/checkout/order.ts';
import type { CheckoutResult } from '../../src/checkout/outcome.ts';
import type { CheckoutInput } from '../../src/workflows/messages.ts';
import { breachesOf } from '../law/balance.ts';
import { withoutAttention } from './attention.ts';
import { fromPayload } from './payloads.ts';
import type { Run } from './run.ts';
import type { World } from './world.ts';

/** What the law finds when everything is quiet: from the remotes' ledgers, and that every run has its end. */
export function violationsOf(world: World): string[] {
  const ends = endsOf(world);
  const effects = withoutAttention(world, ends);
  const { orders } = world;
  return [
    ...world.broken,
    ...open(world),
    ...breachesOf(effects),
    ...orders.flatMap((order) => ofOrder({ ...world, effects }, order, ends.get(order.orderId) ?? [])),
    ...ofPayments(world),
    ...ofPromises(world, ends),
  ];
}

export interface Ended {
  run: Run;
  result: CheckoutResult;
}

/** The attempts of each order that have ended, in order. */
export function endsOf({ server }: World): Map<string, Ended[]> {
  const ends = new Map<string, Ended[]>();
  for (const run of server.all()) {
    if (run.type !== 'checkout' || run.state.name !== 'COMPLETED') continue;
    const { order } = fromPayload<CheckoutInput>(run.args[0] ?? {});
    const result = fromPayload<CheckoutResult>(run.state.result);
    ends.set(order.orderId, [...(ends.get(order.orderId) ?? []), { run, result }]);
  }
  return ends;
}

function open({ server }: World): string[] {
  return server
    .all()
    .filter(({ type, state }) => type !== 'ticketDesk' && state.name === 'RUNNING')
    .map(({ workflowId, attributes }) => {
      const attention = attributes.NeedsAttention ? ', and asks for attention' : '';
      return `${workflowId} has not ended${attention}`;
    });
}

/** An order is sold once or not at all, and what it took agrees with what it got. */
function ofOrder({ effects, seats }: World, order: Order, ends: Ended[]): string[] {
  const { orderId } = order;
  const found: string[] = [];
  const sales = ends.filter(({ result }) => result.outcome === 'completed');
  const records = effects.tmt.filter(
    (effect) => effect.effect === 'order.created' && String(effect.attemptId).startsWith(`${orderId}-`),
  );
  if (records.length !== sales.length) {
    found.push(`${orderId}: ${sales.length} completed attempts, ${records.length} order records`);
  }
  if (sales.length > 1) found.push(`${orderId}: sold ${sales.length} times`);
  const sum = (effect: string) =>
    effects.money
      .filter((entry) => entry.effect === effect && entry.orderId === orderId)
      .reduce((total, { amount }) => total + Number(amount), 0);
  const kept = sum('payment.captured') - sum('payment.refunded');
  const due = sales.length * order.total.amount;
  if (kept !== due) found.push(`${orderId}: keeps ${kept} of money, and sold for ${due}`);
  const labels = order.seats.filter((seat) => !isArea(seat)).length;
  for (const { result } of ends) {
    const booked = seats.bookedBy(attemptId(orderId, result.attempt));
    const wanted = result.outcome === 'completed' ? labels : 0;
    if (booked !== wanted) {
      found.push(`${orderId}: attempt ${result.attempt} is ${result.outcome} with ${booked} seats booked`);
    }
  }
  return found;
}

/** Nothing was taken or given back twice, and no hand was laid on a payment after its end. */
function ofPayments({ effects, provider }: World): string[] {
  return provider.all().flatMap(({ paymentId, captured, refunded, money }) => {
    const times = (effect: string) =>
      effects.money.filter((entry) => entry.effect === effect && entry.paymentId === paymentId).length;
    const found: string[] = [];
    if (times('payment.captured') > 1 || captured > money.amount) found.push(`${paymentId}: captured twice`);
    if (times('payment.refunded') > 1 || refunded > captured) found.push(`${paymentId}: refunded twice`);
    return found;
  });
}

/** When nothing goes wrong, seats are free again so soon after the promise. */
const FREE_WITHIN_MS = 10_000;

/** Seats are kept as long as was promised, and when all is well not longer. */
function ofPromises({ promises, plan }: World, ends: Map<string, Ended[]>): string[] {
  const isCalm =
    plan.faults.length === 0 &&
    plan.acts.every(
      (act) => act.do !== 'crash' && (act.do !== 'pay' || !act.payment.course.startsWith('pending')),
    );
  return [...ends.values()].flat().flatMap(({ run, result }) => {
    const until = promises.get(run.workflowId);
    if (until === undefined || run.closedAt === undefined || result.outcome !== 'expired') return [];
    if (run.closedAt < until)
      return [`${run.workflowId}: expired ${until - run.closedAt} ms before its deadline`];
    const lateMs = run.closedAt - until;
    return isCalm && lateMs > FREE_WITHIN_MS
      ? [`${run.workflowId}: expired ${lateMs} ms after its deadline`]
      : [];
  });
}
