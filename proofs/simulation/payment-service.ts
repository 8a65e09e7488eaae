import type { Money } from '../../src/checkout/money.ts';
import type { Order } from '../../src/checkout/order.ts';
import type { PaymentEvent } from '../../src/checkout/payment.ts';
import { CheckoutClosingError, CheckoutNotFoundError } from '../../src/checkout-errors.ts';
import type { PaymentPlan } from './plan.ts';
import type { World } from './world.ts';

type BankAct = 'pay' | 'process' | 'fail' | 'decline' | 'void';

/** What buyer and bank do with a payment, one after the other, with the pause before each. */
const COURSES: Record<PaymentPlan['course'], [BankAct, number][]> = {
  paid: [['pay', 5]],
  declined: [['decline', 5]],
  declined_paid: [
    ['decline', 5],
    ['pay', 4_000],
  ],
  failed: [['fail', 5]],
  pending_paid: [
    ['process', 5],
    ['pay', 200_000],
  ],
  pending_failed: [
    ['process', 5],
    ['fail', 90_000],
  ],
  pending_silent: [
    ['process', 5],
    ['pay', 1_000_000],
  ],
  voided: [
    ['pay', 5],
    ['void', 70],
  ],
  silent: [],
};

/** How many reports come by a key instead of a signature. */
const UNPROVEN = 0.2;

/**
 * The payment service: makes payments, and reports what happens to them until Temporal has taken the report.
 * It speaks the truth, but late, doubled and in any order.
 */
export function createPaymentService(world: World) {
  const { client, clock, dice, provider } = world;
  const sent = new Map<string, PaymentEvent[]>();
  let payments = 0;
  let reports = 0;

  function moneyOf(order: Order, kind: PaymentPlan['money']): Money {
    const { amount, currency } = order.total;
    if (kind === 'less') return { amount: amount - 1, currency };
    return kind === 'currency' ? { amount, currency: 'EUR' } : order.total;
  }

  function send(event: PaymentEvent): void {
    client.recordPayment(event).catch(() => clock.after(2_000, () => send(event)));
  }

  async function make(order: Order, plan: PaymentPlan, attempt: number | undefined): Promise<void> {
    payments += 1;
    const paymentId = `pay${payments}`;
    const { orderId } = order;
    const money = moneyOf(order, plan.money);
    let owner = attempt;
    // The provider gives the id, so the payment is there before anybody is told of it.
    provider.create(paymentId, orderId, money, plan.manual);
    if (plan.isOpened) {
      try {
        owner = (await client.openPayment(orderId, paymentId)).attempt;
      } catch (error) {
        // Refused, or no answer: the buyer sees no form, and there is nothing to pay.
        if (error instanceof CheckoutClosingError || error instanceof CheckoutNotFoundError) return;
        return;
      }
    }
    let afterMs = 0;
    for (const [what, pauseMs] of COURSES[plan.course]) {
      afterMs += pauseMs;
      clock.after(afterMs, () => {
        if (!provider.act(paymentId, what)) return;
        reports += 1;
        const isMoney = what === 'pay';
        const event: PaymentEvent = {
          eventId: `event${reports}`,
          orderId,
          paymentId,
          type: typeOf(what, plan.manual),
          ...(isMoney && { money }),
          ...(plan.namesAttempt && owner !== undefined && { attempt: owner }),
          ...((dice.chance(UNPROVEN) || plan.isUnproven) && { unproven: true }),
        };
        // The checkout knows of the payment, and has to ask for its end by itself.
        if (plan.course === 'pending_silent' && isMoney) return;
        sent.set(orderId, [...(sent.get(orderId) ?? []), event]);
        clock.after(plan.reportAfterMs, () => send(event));
        if (plan.isReportedTwice) clock.after(plan.reportAfterMs * 2 + 7, () => send(event));
      });
    }
  }

  // Our own capture is an event of the provider's like any other.
  provider.onCapture((paymentId, orderId, money) => {
    reports += 1;
    const event: PaymentEvent = { eventId: `event${reports}`, orderId, paymentId, type: 'captured', money };
    clock.after(20, () => send(event));
  });

  return {
    pay: (order: Order, plan: PaymentPlan, attempt: number | undefined): void => {
      void make(order, plan, attempt);
      if (plan.isDoubled) void make(order, plan, attempt);
    },
    /** Every report so far, once more. */
    redeliver: (orderId: string): void => {
      for (const event of sent.get(orderId) ?? []) {
        send(event);
      }
    },
  };
}

function typeOf(what: BankAct, manual: boolean): PaymentEvent['type'] {
  if (what === 'pay') return manual ? 'authorized' : 'captured';
  return ({ process: 'pending', decline: 'declined', fail: 'failed', void: 'failed' } as const)[what];
}
