import {
  ApplicationFailure,
  CancellationScope,
  condition,
  log,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { attemptId } from '../checkout/ids.ts';
import { canonicalOrder, isArea, type Order } from '../checkout/order.ts';
import type { CheckoutResult, CheckoutView, Outcome } from '../checkout/outcome.ts';
import {
  CHECKOUT_STATUS,
  type CheckoutInput,
  cancelUpdate,
  type HoldAnswer,
  holdUpdate,
  inputQuery,
  NEEDS_ATTENTION,
  openPaymentUpdate,
  paymentSignal,
  REFUSAL,
  refundInsteadUpdate,
  statusQuery,
} from './messages.ts';
import {
  createPaymentBook,
  isPaymentEvent,
  openPayment,
  type PaymentBook,
  recordEvent,
} from './payment-book.ts';
import {
  type Phase,
  RECORDED,
  resultOf,
  statusOf,
  whyNotCancel,
  whyNotOpenPayment,
  whyNotRefund,
} from './phase.ts';
import { createRefundInstead, type RefundInstead } from './refund-instead.ts';

/** One run of a checkout: what it knows, and what came in. */
export interface CheckoutRun extends CheckoutInput {
  /** The attempt's name at the remote systems. */
  attemptId: string;
  payments: PaymentBook;
  phase: Phase;
  /** What was promised to the buyer, once the seats were held. */
  deadline?: string;
  cancelRequested: boolean;
  unlessRefunded: RefundInstead['unlessRefunded'];
  refuseRefund: RefundInstead['refuseRefund'];
  enter: (phase: Phase) => void;
  /** What the attempt comes to, with the payments as they are now. */
  resultOf: (outcome: Outcome) => CheckoutResult;
  /** Asks a person to look at this run, or takes that back. */
  askForAttention: (reason: string, settled?: boolean) => void;
}

/**
 * Begins a run: sets every message handler, synchronously, before anything is awaited. Handlers record and
 * wait; the story acts. A signal handler never throws, for that would block the workflow.
 */
export function openCheckout(input: CheckoutInput): CheckoutRun {
  const attention = new Set<string>();
  const refund = createRefundInstead();
  const run: CheckoutRun = {
    ...input,
    unlessRefunded: refund.unlessRefunded,
    refuseRefund: refund.refuseRefund,
    attemptId: attemptId(input.order.orderId, input.attempt),
    payments: createPaymentBook(input.rescue),
    phase: { status: 'holding' },
    cancelRequested: false,
    enter: (phase) => {
      run.phase = phase;
      if ('hold' in phase) run.deadline = phase.hold.deadline;
      setCurrentDetails(describe(input.order, view()));
    },
    resultOf: (outcome) => ({
      ...outcome,
      orderId: input.order.orderId,
      attempt: input.attempt,
      payments: [...run.payments.payments.values()],
    }),
    askForAttention: (reason, settled = false) => {
      if (settled) attention.delete(reason);
      else attention.add(reason);
      log.warn(settled ? 'attention no longer needed' : 'attention needed', { reason });
      upsertSearchAttributes([{ key: NEEDS_ATTENTION, value: attention.size > 0 }]);
      setCurrentDetails(describe(input.order, view()));
    },
  };
  const view = (): CheckoutView => viewOf(run, attention);

  setHandler(statusQuery, view);
  setHandler(inputQuery, () => input);
  setHandler(
    paymentSignal,
    (event) => {
      if (isPaymentEvent(event)) recordEvent(run.payments, event);
      else log.error('a payment signal that is no payment event was ignored');
    },
    { description: 'A report of the payment service' },
  );
  setHandler(
    holdUpdate,
    uncancelled(async (): Promise<HoldAnswer> => {
      await condition(() => run.phase.status !== 'holding');
      const { phase } = run;
      if ('hold' in phase) return phase.hold;
      return {
        held: false,
        result: 'unavailable' in phase ? run.resultOf(phase.unavailable) : resultOf(phase),
      };
    }),
    {
      description: 'Answers with the hold, once the seats are held or refused',
      validator: (order) => {
        if (canonicalOrder(order) === canonicalOrder(input.order)) return;
        throw refuse(REFUSAL.otherContent, 'this order id was started with other content');
      },
    },
  );
  setHandler(
    openPaymentUpdate,
    uncancelled(async (paymentId: string) => {
      openPayment(run.payments, paymentId);
      await condition(() => run.phase.status !== 'holding');
      if (run.phase.status !== 'awaiting_payment')
        throw refuse(REFUSAL.closing, `the checkout is ${statusOf(run.phase)}`);
      return { attempt: run.attempt, deadline: run.phase.hold.deadline };
    }),
    {
      description: 'Registers a payment before the buyer sees its form',
      validator: (_paymentId: string) => refuseIf(whyNotOpenPayment(run.phase), REFUSAL.closing),
    },
  );
  setHandler(
    cancelUpdate,
    uncancelled(async () => {
      run.cancelRequested = true;
      await condition(() => run.phase.status === 'ended' || run.phase.status === 'processing');
      if (run.phase.status !== 'processing') return resultOf(run.phase);
      throw refuse(REFUSAL.tooLate, 'the payment came first');
    }),
    {
      description: 'Cancels the checkout, unless money was accepted',
      validator: () => refuseIf(whyNotCancel(run.phase), REFUSAL.tooLate),
    },
  );
  setHandler(
    refundInsteadUpdate,
    uncancelled(async () => {
      refund.ask();
      await condition(() => run.phase.status === 'ended' || refund.state === 'too_late');
      if (run.phase.status === 'ended') return run.phase.result;
      throw refuse(REFUSAL.cannotRefund, RECORDED);
    }),
    {
      description: 'For operators: refunds a sale that cannot be completed, instead of trying on',
      validator: (reason) => {
        refuseIf(whyNotRefund(run.phase, refund.state), REFUSAL.cannotRefund);
        log.warn('refund instead', { reason });
      },
    },
  );
  // A cancellation from the Temporal UI or CLI is the buyer's cancel by another way.
  CancellationScope.current().cancelRequested.catch(() => {
    run.cancelRequested = true;
  });
  return run;
}

/** An answer that a cancellation of the workflow does not break off: who waits for it is told how it ended. */
function uncancelled<A extends unknown[], R>(handler: (...args: A) => Promise<R>) {
  return (...args: A): Promise<R> => CancellationScope.nonCancellable(() => handler(...args));
}

/** Ends the run's bookkeeping: the last of the billed status updates. */
export function showOutcome(result: CheckoutResult): void {
  upsertSearchAttributes([{ key: CHECKOUT_STATUS, value: result.outcome }]);
}

function viewOf(run: CheckoutRun, attention: ReadonlySet<string>): CheckoutView {
  const { phase } = run;
  return {
    orderId: run.order.orderId,
    attempt: run.attempt,
    status: statusOf(phase),
    ...(run.deadline !== undefined && { deadline: run.deadline }),
    payments: [...run.payments.payments.values()],
    attention: [...attention],
    ...(phase.status === 'ended' && { result: phase.result }),
  };
}

/**
 * The run's page in the Temporal UI: no token, nothing personal. The page shows three short paragraphs without
 * scrolling, so what a person has to look at comes first.
 */
function describe(
  { eventId, seats }: Order,
  { status, deadline, payments, attention }: CheckoutView,
): string {
  const objects = seats.map((seat) => (isArea(seat) ? `${seat.area} × ${seat.quantity}` : seat.label));
  const money = payments.map(({ paymentId, state }) => `payment \`${paymentId}\` ${state}`);
  return [
    ...attention.map((reason) => `**Needs attention:** ${reason}`),
    `**${status}** · event \`${eventId}\` · ${objects.join(', ')}`,
    [...(deadline ? [`promised until ${deadline}`] : []), ...money].join(' · '),
  ].join('\n\n');
}

function refuseIf(reason: string | undefined, type: string): void {
  if (reason !== undefined) throw refuse(type, reason);
}

function refuse(type: string, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, type);
}
