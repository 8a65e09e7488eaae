import {
  ActivityFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  workflowInfo,
} from '@temporalio/workflow';
import { isArea, objectLabel } from '../checkout/order.ts';
import type { CheckoutResult, Outcome } from '../checkout/outcome.ts';
import type { Payment } from '../checkout/payment.ts';
import { leastTokenRestMs, tokenMinutes } from '../checkout/terms.ts';
import type { Ticket } from '../checkout/ticket.ts';
import { openCheckout, showOutcome } from './checkout-run.ts';
import { createCheckoutSteps } from './checkout-steps.ts';
import { type Decision, decide } from './decision.ts';
import type { CheckoutInput, SeatInCategory, SeatsHeld } from './messages.ts';
import { findRefunded, findSalePayment, findSurplus, findUnfinished, settle } from './payment-book.ts';
import { createUndoList, type UndoStep } from './undo.ts';

type Unavailable = Extract<Outcome, { outcome: 'unavailable' }>;
interface Held extends SeatsHeld {
  seats: SeatInCategory[];
}
interface Booking {
  seats: SeatInCategory[];
  release: UndoStep;
}

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
  const { orderId, eventId } = order;
  const steps = createCheckoutSteps(workflowInfo().taskQueue, (step, done) =>
    run.askForAttention(`“${step}” has no answer since five minutes`, done),
  );
  const undo = createUndoList((name) => run.askForAttention(`“${name}” failed`));

  const stopped = new Set<string>();
  const noAnswer: Unavailable = {
    outcome: 'unavailable',
    reason: 'no_answer',
    seats: order.seats.map(objectLabel),
  };

  // A cancellation is a message like the others. It never cancels an undo, or a step after the booking.
  return CancellationScope.nonCancellable(sellOrFree);

  async function sellOrFree(): Promise<CheckoutResult> {
    const hold = await holdSeats();
    if ('outcome' in hold) return end(hold);
    const decision = await awaitPayment(hold);
    return 'sell' in decision ? sell(hold, decision.sell) : close(hold, decision.close);
  }

  async function holdSeats(): Promise<Held | Unavailable> {
    const startedAt = Date.now();
    try {
      const { token, expiresInSeconds } = await steps.createToken({ minutes: tokenMinutes(terms) });
      undo.add('Expire the token', () => steps.expireToken({ token }));
      const answer = await steps.holdSeats({ eventId, seats: order.seats, token, attemptId });
      if (!answer.held) return { outcome: 'unavailable', reason: answer.reason, seats: answer.seats };

      const tokenRestMs = expiresInSeconds * 1000 - (Date.now() - startedAt);
      if (tokenRestMs < leastTokenRestMs(terms)) {
        const granted = await steps.extendToken({ token, minutes: tokenMinutes(terms) });
        if (granted.expiresInSeconds * 1000 < leastTokenRestMs(terms)) return noAnswer;
      }
      const deadline = new Date(Date.now() + terms.holdMs).toISOString();
      return { held: true, attempt, token, deadline, seats: answer.seats };
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      return noAnswer;
    }
  }

  async function awaitPayment(hold: Held): Promise<Decision> {
    run.enter({ status: 'awaiting_payment', hold: promiseOf(hold) });
    const decision = () => decide(payments, order.total, run.cancelRequested);
    if (decision() === undefined) {
      await condition(() => decision() !== undefined, terms.holdMs, {
        summary: 'Deadline promised to the buyer',
      });
    }
    // A payment that came in the very task of the timer is a payment in time.
    return decision() ?? { close: 'expired' };
  }

  /** Stops the payments first: what the provider answers decides, and only then are the seats let go. */
  async function close(
    hold: Held,
    reason: 'payment_failed' | 'cancelled' | 'expired',
  ): Promise<CheckoutResult> {
    run.enter({ status: 'releasing', hold: promiseOf(hold) });
    await stop(findUnfinished(payments));

    const paid = findSalePayment(payments, order.total);
    if (paid) return sell(hold, paid);
    return end(reason === 'payment_failed' ? { outcome: reason, reason: 'failed' } : { outcome: reason });
  }

  async function sell(hold: Held, payment: Payment): Promise<CheckoutResult> {
    const { paymentId } = payment;
    run.enter({ status: 'processing', hold: promiseOf(hold) });
    const booking = (await book(hold)) ?? (await rebook());
    if (!booking) return giveUp(hold, payment);

    if (payment.state === 'authorized') {
      const answer = await steps.capturePayment({ attemptId, paymentId });
      settle(payments, answer);
      if (answer.state !== 'captured') return end({ outcome: 'payment_failed', reason: 'capture_refused' });
    }
    undo.drop(booking.release);

    // The token is let go beside the tickets, not before them: they do not wait for Seats.io.
    const freed = undo.run();
    const tickets = await getTickets(booking.seats);
    const { sold, ...record } = await steps.recordOrder({ order, attempt, tickets, paymentId });
    if (!sold) await steps.awaitSold({ tickets, email: order.buyer.email });
    await freed;
    return end({ outcome: 'completed', paymentId, tickets, ...record });
  }

  async function getTickets(seats: SeatInCategory[]): Promise<Ticket[]> {
    const tickets = await steps.allotTickets({ eventId, attemptId, seats });
    return tickets.length > 0 ? tickets : steps.findTickets({ eventId, attemptId, seats });
  }

  /** The pivot. Undefined when it was refused: then nothing is booked. */
  async function book({ token, seats }: Held): Promise<Booking | undefined> {
    let proven = false;
    const release = undo.add('Release the booked seats', async () => {
      await steps.releaseSeats({ eventId, seats: order.seats, attemptId });
      if (proven && order.seats.some(isArea)) await steps.releasePlaces({ eventId, seats: order.seats });
    });
    const { booked } = await steps.bookSeats({ eventId, seats: order.seats, token, attemptId });
    proven = booked;
    return booked ? { seats, release } : undefined;
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
    return end({ outcome: 'unavailable', reason: 'refused', seats: order.seats.map(objectLabel) });
  }

  /** The only way out: nothing stays held, no other payment can be paid, no money stays that is not for a sale. */
  async function end(outcome: Outcome): Promise<CheckoutResult> {
    const salePaymentId = outcome.outcome === 'completed' ? outcome.paymentId : undefined;
    await Promise.all([undo.run(), settleMoney(salePaymentId)]);
    // Money may have come while the undo ran.
    await settleMoney(salePaymentId);
    const refunded = salePaymentId ? undefined : findRefunded(payments, order.total);
    const ending: Outcome =
      refunded && outcome.outcome !== 'refunded'
        ? { outcome: 'refunded', paymentId: refunded.paymentId, reason: 'paid_too_late' }
        : outcome;
    const result = { ...ending, orderId, attempt, payments: [...payments.payments.values()] };
    run.enter({ status: 'ended', result });
    await condition(allHandlersFinished);
    showOutcome(result);
    return result;
  }

  async function settleMoney(salePaymentId: string | undefined): Promise<void> {
    for (;;) {
      const payable = findUnfinished(payments, salePaymentId).filter(
        (payment) => !stopped.has(nameOf(payment)),
      );
      const surplus = findSurplus(payments, salePaymentId);
      if (payable.length > 0) await stop(payable);
      else if (surplus) settle(payments, await steps.refundPayment({ paymentId: surplus.paymentId }));
      else return;
    }
  }

  /** Each payment is stopped once in each state: one that is being processed cannot be stopped, and stays so. */
  async function stop(payable: Payment[]): Promise<void> {
    for (const payment of payable) stopped.add(nameOf(payment));
    const paymentIds = payable.map(({ paymentId }) => paymentId);
    for (const answer of await steps.closePayments({ attemptId, paymentIds })) settle(payments, answer);
  }
}

const nameOf = ({ paymentId, state }: Payment) => `${paymentId} ${state}`;

/** The part of a hold that callers may see. */
function promiseOf({ held, attempt, token, deadline }: Held): SeatsHeld {
  return { held, attempt, token, deadline };
}
