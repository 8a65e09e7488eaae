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
import type { CheckoutResult, CheckoutStatus, CheckoutView } from '../checkout/outcome.ts';
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
  type SeatsHeld,
  statusQuery,
} from './messages.ts';
import {
  createPaymentBook,
  isPaymentEvent,
  openPayment,
  type PaymentBook,
  recordEvent,
} from './payment-book.ts';

/** Where a checkout is. Messages are judged by it; only the story in `checkout.ts` moves it on. */
export type Phase =
  | { status: 'holding' }
  | { status: 'awaiting_payment' | 'processing' | 'releasing' | 'refunding'; hold: SeatsHeld }
  | { status: 'ended'; result: CheckoutResult };

/** One run of a checkout: what it knows, and what came in. */
export interface CheckoutRun extends CheckoutInput {
  /** The attempt's name at the remote systems. */
  attemptId: string;
  payments: PaymentBook;
  phase: Phase;
  /** What was promised to the buyer, once the seats were held. */
  deadline?: string;
  cancelRequested: boolean;
  enter: (phase: Phase) => void;
  /** Asks a person to look at this run, or takes that back. */
  askForAttention: (reason: string, settled?: boolean) => void;
}

/**
 * Begins a run: sets every message handler, synchronously, before anything is awaited. Handlers record and
 * wait; the story acts. A signal handler never throws, for that would block the workflow.
 */
export function openCheckout(input: CheckoutInput): CheckoutRun {
  const attention = new Set<string>();
  const run: CheckoutRun = {
    ...input,
    attemptId: attemptId(input.order.orderId, input.attempt),
    payments: createPaymentBook(input.rescue),
    phase: { status: 'holding' },
    cancelRequested: false,
    enter: (phase) => {
      run.phase = phase;
      if ('hold' in phase) run.deadline = phase.hold.deadline;
      setCurrentDetails(describe(input.order, view()));
    },
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
    async (): Promise<HoldAnswer> => {
      await condition(() => run.phase.status !== 'holding');
      return 'hold' in run.phase ? run.phase.hold : { held: false, result: resultOf(run.phase) };
    },
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
    async (paymentId) => {
      openPayment(run.payments, paymentId);
      await condition(() => run.phase.status !== 'holding');
      if (run.phase.status !== 'awaiting_payment')
        throw refuse(REFUSAL.closing, `the checkout is ${statusOf(run.phase)}`);
      return { attempt: run.attempt, deadline: run.phase.hold.deadline };
    },
    {
      description: 'Registers a payment before the buyer sees its form',
      validator: (_paymentId: string) => {
        if (run.phase.status === 'holding' || run.phase.status === 'awaiting_payment') return;
        throw refuse(REFUSAL.closing, `the checkout takes no new payment, it is ${statusOf(run.phase)}`);
      },
    },
  );
  setHandler(
    cancelUpdate,
    async () => {
      run.cancelRequested = true;
      await condition(() => run.phase.status === 'ended' || run.phase.status === 'processing');
      if (run.phase.status !== 'processing') return resultOf(run.phase);
      throw refuse(REFUSAL.tooLate, 'the payment came first');
    },
    {
      description: 'Cancels the checkout, unless money was accepted',
      validator: () => {
        if (run.phase.status !== 'processing' && run.phase.status !== 'refunding') return;
        throw refuse(REFUSAL.tooLate, 'the payment was accepted, the order is being completed');
      },
    },
  );
  // A cancellation from the Temporal UI or CLI is the buyer's cancel by another way.
  CancellationScope.current().cancelRequested.catch(() => {
    run.cancelRequested = true;
  });
  return run;
}

/** Ends the run's bookkeeping: the last of the billed status updates. */
export function showOutcome(result: CheckoutResult): void {
  upsertSearchAttributes([{ key: CHECKOUT_STATUS, value: result.outcome }]);
}

function resultOf(phase: Phase): CheckoutResult {
  if (phase.status !== 'ended') throw new TypeError(`a checkout that is ${phase.status} has no result`);
  return phase.result;
}

function statusOf(phase: Phase): CheckoutStatus {
  return phase.status === 'ended' ? phase.result.outcome : phase.status;
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

function refuse(type: string, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, type);
}
