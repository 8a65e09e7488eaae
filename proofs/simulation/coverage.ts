import { checkoutWorkflowId } from '../../src/checkout/ids.ts';
import { sameMoney } from '../../src/checkout/money.ts';
import type { CheckoutResult, CheckoutView } from '../../src/checkout/outcome.ts';
import type { PaymentEvent } from '../../src/checkout/payment.ts';
import type { LatePaymentInput } from '../../src/workflows/late-payment.ts';
import type { CheckoutInput } from '../../src/workflows/messages.ts';
import { fromPayload } from './payloads.ts';
import type { Run } from './run.ts';
import type { World } from './world.ts';

/** How often each thing was seen: a pair of state and message, or an outcome. */
export type Counts = Record<string, number>;

export const LEAST = 20;

const OPEN_STATES = ['holding', 'awaiting_payment', 'processing', 'refunding', 'releasing'] as const;
const MESSAGES = [
  'authorized',
  'captured',
  'pending',
  'declined',
  'failed',
  'wrong_money',
  'second_payment',
  'duplicate',
  'openPayment',
  'cancel',
  'cancellation',
  'hold',
  'hold again',
  'unproven',
  'refundInstead',
] as const;
/** What can still come for an attempt that has ended, by how it ended. Where money was accepted, other money is a second payment. */
const ANY_REPORT = [
  'authorized',
  'captured',
  'pending',
  'declined',
  'failed',
  'wrong_money',
  'duplicate',
  'unproven',
];
const LATE: Record<CheckoutResult['outcome'], readonly string[]> = {
  completed: ['second_payment', ...ANY_REPORT],
  unavailable: ANY_REPORT,
  expired: ANY_REPORT,
  payment_failed: ANY_REPORT,
  cancelled: ANY_REPORT,
  refunded: ['second_payment', 'pending', 'declined', 'wrong_money', 'duplicate', 'unproven'],
};
const OUTCOMES = Object.keys(LATE);

/** An authorisation decides the sale, so the one that meets a sale, or its end, is a second payment. */
const IMPOSSIBLE = new Set(['processing × authorized', 'refunding × authorized']);

/** Every pair of state and message that can exist, and every outcome. */
export const WANTED: readonly string[] = [
  ...OPEN_STATES.flatMap((state) => MESSAGES.map((message) => `${state} × ${message}`)),
  ...Object.entries(LATE).flatMap(([state, messages]) => messages.map((message) => `${state} × ${message}`)),
  ...OUTCOMES.map((outcome) => `outcome ${outcome}`),
  ...['accounted_for', 'rescued', 'refunded', 'canceled', 'unpaid', 'attention'].map(
    (became) => `late money ${became}`,
  ),
  'a task refused over a message',
  'a worker crash',
  'a jump of the clock',
  'a hold taken over from a chart',
  'a replay',
].filter((pair) => !IMPOSSIBLE.has(pair));

/** Watches what reaches which state. */
export function createCoverage() {
  const counts: Counts = {};
  const events = new WeakMap<Run, { seen: Set<string>; paidBy?: string }>();
  const count = (what: string) => {
    counts[what] = (counts[what] ?? 0) + 1;
  };

  function kindOf(run: Run, event: PaymentEvent, total: { amount: number; currency: string }): string {
    const known = events.get(run) ?? { seen: new Set<string>() };
    events.set(run, known);
    if (known.seen.has(event.eventId)) return 'duplicate';
    known.seen.add(event.eventId);
    if (event.unproven) return 'unproven';
    if (event.type !== 'authorized' && event.type !== 'captured') return event.type;
    if (event.money && !sameMoney(event.money, total)) return 'wrong_money';
    if (known.paidBy !== undefined && known.paidBy !== event.paymentId) return 'second_payment';
    known.paidBy = event.paymentId;
    return event.type;
  }

  return {
    counts,
    count,
    /** A message has reached a run; its state is asked for before the run sees it. */
    message(world: Pick<World, 'clock' | 'server'>, run: Run, name: string, args: unknown[]): void {
      const { clock, server } = world;
      if (run.type === 'latePayment') {
        if (name !== 'payment') return;
        const { orderId, attempt } = fromPayload<LatePaymentInput>(run.args[0] ?? {});
        const owner = server.newest(checkoutWorkflowId(orderId, attempt));
        if (owner?.state.name !== 'COMPLETED') return;
        const { outcome } = fromPayload<CheckoutResult>(owner.state.result);
        const { total } = fromPayload<CheckoutInput>(owner.args[0] ?? {}).order;
        count(`${outcome} × ${kindOf(owner, args[0] as PaymentEvent, total)}`);
        return;
      }
      if (run.type !== 'checkout') return;
      const { total } = fromPayload<CheckoutInput>(run.args[0] ?? {}).order;
      const kind = name === 'payment' ? kindOf(run, args[0] as PaymentEvent, total) : name;
      // Nothing is committed yet: its first task is under way at most, and it cannot be asked.
      if (run.history.length === 0) count(`holding × ${kind}`);
      if (run.history.length === 0 || !run.cached) return;
      clock.after(0, async () => {
        if (!run.cached || run.state.name !== 'RUNNING') return;
        const { status } = await server.query<CheckoutView>(run, 'status');
        count(`${status} × ${kind}`);
      });
    },
  };
}

export type Coverage = ReturnType<typeof createCoverage>;

export function addCounts(sum: Counts, more: Counts): void {
  for (const [what, times] of Object.entries(more)) sum[what] = (sum[what] ?? 0) + times;
}

/** What was seen too seldom, and the whole in one line. */
export function judgeCoverage(counts: Counts): { missing: string[]; summary: string } {
  const seen = WANTED.map((what) => ({ what, times: counts[what] ?? 0 })).sort((a, b) => a.times - b.times);
  const missing = seen
    .filter(({ times }) => times < LEAST)
    .map(({ what, times }) => `${what}: ${times} of ${LEAST}`);
  const [rarest] = seen;
  const summary = `coverage: ${WANTED.length - missing.length} of ${WANTED.length} pairs and outcomes seen at least ${LEAST} times, the rarest ${rarest?.times} times (${rarest?.what})`;
  return { missing, summary };
}
