import { allHandlersFinished, CancellationScope, condition, workflowInfo } from '@temporalio/workflow';
import { sameMoney } from '../checkout/money.ts';
import { objectLabel } from '../checkout/order.ts';
import type { CheckoutResult, Outcome } from '../checkout/outcome.ts';
import type { Payment } from '../checkout/payment.ts';
import { BOOKING_BUDGET_MS } from '../checkout/terms.ts';
import type { Ticket } from '../checkout/ticket.ts';
import { openCheckout, showOutcome } from './checkout-run.ts';
import { createCheckoutSteps } from './checkout-steps.ts';
import { createClaimCheck } from './claim-check.ts';
import { type Decision, decide, decideClosed, endingOf, isWaitOver, type Reason } from './decision.ts';
import type { CheckoutInput, SeatInCategory, SeatsHeld } from './messages.ts';
import { settle } from './payment-book.ts';
import { createSeatHold, type Held } from './seat-hold.ts';
import { createSettlement } from './settlement.ts';
import { createUnbooking } from './unbooking.ts';
import { createUndoList, type UndoStep } from './undo.ts';

interface Booking {
  seats: SeatInCategory[];
  release: UndoStep;
}

/** Between two questions about a payment that the provider is processing. */
const ASK_AGAIN_MS = 30_000;

/**
 * Sells one order, or frees its seats.
 *
 *     hold ──► await payment ──► book ──► capture ──► tickets, order record ──► completed
 *      │            │              └ refused ──► hold and book anew ──► refused ──► refund ──► refunded
 *      │            └ failed, cancelled, deadline ──► stop payments ──► expire the token
 *      └ refused ──► unavailable
 *
 * Up to the booking everything can be undone; after it there is only forward.
 */
export async function checkout(input: CheckoutInput): Promise<CheckoutResult> {
  const run = openCheckout(input);
  const { order, terms, attempt, attemptId, payments } = run;
  const { eventId, seats } = order;
  const startedAt = Date.now();
  const steps = createCheckoutSteps(workflowInfo().taskQueue, {
    patienceMs: terms.patienceMs,
    onDelay: (step, done) => run.askForAttention(`“${step}” has had no answer for long`, done),
  });
  const undo = createUndoList((name) => run.askForAttention(`“${name}” failed`));

  const { holdSeats, keepToken } = createSeatHold(run, steps, undo);
  const unbook = createUnbooking(run, steps);
  const { checkClaims, followClaims } = createClaimCheck(run, steps);
  const { stopPayments, askProvider, stopReopened, settleBeside, settleMoney } = createSettlement(
    run,
    steps,
    { checkClaims },
  );

  // A cancellation is a message like the others. It never cancels an undo, or a step after the booking.
  return CancellationScope.nonCancellable(sellOrFree);

  async function sellOrFree(): Promise<CheckoutResult> {
    followClaims();
    const hold = await holdSeats(input.chartToken);
    if ('outcome' in hold) {
      run.enter({ status: 'releasing', unavailable: hold });
      return end(hold);
    }
    const decision = await awaitPayment(hold);
    return 'sell' in decision ? sell(hold, decision.sell) : close(hold, decision.close);
  }

  async function awaitPayment(hold: Held): Promise<Decision> {
    run.enter({ status: 'awaiting_payment', hold: promiseOf(hold) });
    const decision = () => decide(payments, order.total, run.cancelRequested);
    const endsAt = Date.now() + terms.holdMs;
    for (let isTime = false; !isTime; ) {
      const decided = decision();
      if (decided) return decided;
      // A second message of the same task may take back what the first one decided: only the timer says that it is time.
      isTime = !(await condition(() => decision() !== undefined, Math.max(1, endsAt - Date.now()), {
        summary: 'Deadline promised to the buyer',
      }));
    }
    // A payment that came in the very task of the timer is a payment in time.
    return decision() ?? { close: 'expired' };
  }

  /** Stops the payments first: what the provider answers decides, and only then are the seats let go. */
  async function close(hold: Held, reason: Reason): Promise<CheckoutResult> {
    run.enter({ status: 'releasing', hold: promiseOf(hold) });
    await stopPayments();
    if (reason === 'expired') await awaitProvider(hold);

    const decision = decideClosed(payments, order.total, reason, run.cancelRequested);
    return 'sell' in decision ? sell(hold, decision.sell) : end(decision.end);
  }

  /** A payment that is being processed cannot be stopped. The seats wait for its end, as long as the terms allow. */
  async function awaitProvider(hold: Held): Promise<void> {
    const isOver = () => isWaitOver(payments, order.total, run.cancelRequested);
    while (!isOver()) {
      await keepToken(hold, ASK_AGAIN_MS + BOOKING_BUDGET_MS);
      const restMs = Math.min(ASK_AGAIN_MS, hold.endsAt - BOOKING_BUDGET_MS - Date.now());
      if (restMs <= 0) return;
      const isWordThere = await condition(isOver, restMs, { summary: 'Ask the provider again' });
      if (!isWordThere) await askProvider();
    }
    await stopReopened();
  }

  async function sell(hold: Held, payment: Payment): Promise<CheckoutResult> {
    const { paymentId } = payment;
    run.enter({ status: 'processing', hold: promiseOf(hold) });
    await keepToken(hold, BOOKING_BUDGET_MS);
    const booking = (await book(hold)) ?? (await rebook());
    if (!booking) return giveUp(hold, payment);

    if (payment.state === 'authorized') {
      const answer = await steps.capturePayment({ attemptId, paymentId });
      settle(payments, answer);
      const isPaid = answer.state === 'captured' && answer.money && sameMoney(answer.money, order.total);
      if (!isPaid) return end({ outcome: 'payment_failed', reason: 'capture_refused' });
    }
    undo.drop(booking.release);

    // The token is let go and other money goes back beside the tickets: neither waits for the other.
    let issued = false;
    const beside = Promise.all([undo.run(), settleBeside(paymentId, () => issued)]);
    const sale = await issue(booking.seats, paymentId);
    issued = true;
    await beside;
    return sale ? end({ outcome: 'completed', paymentId, ...sale }) : takeBack(hold, booking, paymentId);
  }

  /** Tickets, then the order record; tried for ever. Undefined when an operator refunds instead. */
  async function issue(
    booked: SeatInCategory[],
    paymentId: string,
  ): Promise<{ tickets: Ticket[]; orderRecordId?: string } | undefined> {
    const tickets = await run.unlessRefunded(() => getTickets(booked));
    if (!tickets) return undefined;
    const record = { order, attempt, tickets, paymentId };
    let written = await run.unlessRefunded(() => steps.recordOrder(record));
    if (!written) {
      // The try that was broken off may have reached TMT. Only a proven absence lets the money go back.
      if (await steps.isOrderAbsent({ email: order.buyer.email, attemptId })) return undefined;
      run.refuseRefund();
      written = await steps.recordOrder({ ...record, resumed: true });
    }
    run.refuseRefund();
    const { sold, ...recorded } = written;
    if (!sold) await steps.awaitSold({ tickets, email: order.buyer.email });
    return { tickets, ...recorded };
  }

  async function getTickets(booked: SeatInCategory[]): Promise<Ticket[]> {
    const request = { eventId, attemptId, seats: booked };
    const tickets = await steps.allotTickets(request);
    return tickets.length > 0 ? tickets : steps.findTickets(request);
  }

  /** The operator's word: no ticket from this money, the seats are free again, the money goes back. */
  async function takeBack(hold: Held, { release }: Booking, paymentId: string): Promise<CheckoutResult> {
    run.enter({ status: 'refunding', hold: promiseOf(hold) });
    await steps.returnTickets({ eventId, attemptId });
    undo.add(release.name, release.run);
    return end({ outcome: 'refunded', paymentId, reason: 'operator' });
  }

  /** The pivot. Undefined when it was refused: then nothing is booked. */
  async function book({ token, ...hold }: Held): Promise<Booking | undefined> {
    let proven = false;
    const release = undo.add('Take the booking back', () => unbook(proven));
    const answer = await steps.bookSeats({ eventId, seats, token, attemptId });
    const { booked } = answer === 'ask_the_log' ? await askTheLog(token) : answer;
    proven = booked;
    return booked ? { seats: hold.seats, release } : undefined;
  }

  /** With the token ends what a book that was given up could still do: the log has the last word. */
  async function askTheLog(token: string): Promise<{ booked: boolean }> {
    await steps.expireToken({ token });
    return steps.findBooking({ eventId, seats, attemptId, since: startedAt });
  }

  /** The hold is lost, the money is there: the same seats once more, if nobody else has them. */
  async function rebook(): Promise<Booking | undefined> {
    await undo.run();
    const hold = await holdSeats();
    return 'outcome' in hold ? undefined : book(hold);
  }

  /** The seats could not be booked: money that was taken goes back, money that was only promised is let go. */
  async function giveUp(hold: Held, { paymentId, state }: Payment): Promise<CheckoutResult> {
    run.enter({ status: 'refunding', hold: promiseOf(hold) });
    if (state === 'captured') return end({ outcome: 'refunded', paymentId, reason: 'booking_refused' });
    return end({ outcome: 'unavailable', reason: 'refused', seats: seats.map(objectLabel) });
  }

  /** The only way out: nothing stays held, no other payment can be paid, no money stays that is not for a sale. */
  async function end(outcome: Outcome): Promise<CheckoutResult> {
    await Promise.all([undo.run(), settleMoney(outcome)]);
    // Money may have come while the undo ran.
    await settleMoney(outcome);
    const result = run.resultOf(endingOf(outcome, payments, order.total, run.cancelRequested));
    run.enter({ status: 'ended', result });
    await condition(allHandlersFinished);
    showOutcome(result);
    return result;
  }
}

/** The part of a hold that callers may see. */
function promiseOf({ held, attempt, token, deadline }: Held): SeatsHeld {
  return { held, attempt, token, deadline };
}
