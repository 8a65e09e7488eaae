import type { createPaymentActivities } from '../activities/payments.ts';
import type { createSeatActivities } from '../activities/seats.ts';
import type { createTicketActivities } from '../activities/tickets.ts';
import { seatsTaskQueue } from '../checkout/task-queues.ts';
import { ORDER_SETTLE_MS } from '../checkout/terms.ts';
import { createSteps } from './steps.ts';

type SeatSteps = ReturnType<typeof createSeatActivities>;
type PaymentSteps = Omit<ReturnType<typeof createPaymentActivities>, 'lookUpPayment'>;
type TicketSteps = Pick<
  ReturnType<typeof createTicketActivities>,
  'allotTickets' | 'findTickets' | 'recordOrder' | 'awaitSold'
>;

/**
 * The buyer is waiting: token and hold have 30 s together, first local try included, else the seats are
 * reported as not to be had.
 */
const TOKEN_AT_MOST = '7 seconds';
const HOLD_AT_MOST = '20 seconds';
/** One try of a step that has so little time in all. */
const QUICK_TRY = '5 seconds';
/** `recordOrder` also waits for TMT's trigger to mark the tickets sold. */
const RECORD_TRY = '25 seconds';

/**
 * The steps of a checkout. Which are local and which regular is a matter of law as well as of speed: the
 * first step after a decision is regular, since its schedule event is the durable record of the decision
 * (holdSeats makes the token durable, bookSeats and closePayments which way was taken). The one exception is
 * expireToken behind closePayments: a payment that is reported during that last task sends the re-run to
 * book with a token that may have ended, and the book, refused, takes the seats anew.
 */
export function createCheckoutSteps(taskQueue: string, onDelay: (summary: string, done: boolean) => void) {
  const seats = seatsTaskQueue(taskQueue);
  return {
    ...createSteps<SeatSteps>(
      {
        createToken: {
          summary: 'Create the hold token',
          local: true,
          taskQueue: seats,
          priorityKey: 3,
          startToClose: QUICK_TRY,
          giveUpAfter: TOKEN_AT_MOST,
        },
        holdSeats: { summary: 'Hold the seats', taskQueue: seats, priorityKey: 3, giveUpAfter: HOLD_AT_MOST },
        extendToken: {
          summary: 'Extend the token',
          local: true,
          taskQueue: seats,
          priorityKey: 2,
          startToClose: QUICK_TRY,
          giveUpAfter: TOKEN_AT_MOST,
        },
        bookSeats: { summary: 'Book the seats', taskQueue: seats, priorityKey: 1 },
        releaseSeats: { summary: 'Release the booked seats', local: true, taskQueue: seats, priorityKey: 2 },
        releasePlaces: { summary: 'Release the booked places', taskQueue: seats, priorityKey: 2, once: true },
        expireToken: { summary: 'Expire the token', local: true, taskQueue: seats, priorityKey: 2 },
      },
      onDelay,
    ),
    ...createSteps<PaymentSteps>(
      {
        closePayments: { summary: 'Stop the payments' },
        capturePayment: { summary: 'Capture the payment' },
        refundPayment: { summary: 'Refund the payment' },
      },
      onDelay,
    ),
    ...createSteps<TicketSteps>(
      {
        allotTickets: { summary: 'Get the tickets from the ticket desk', local: true },
        findTickets: { summary: 'Find the tickets of the sale' },
        awaitSold: { summary: 'Wait until TMT has marked the tickets sold', startToClose: RECORD_TRY },
        recordOrder: {
          summary: 'Write the order record',
          startToClose: RECORD_TRY,
          firstRetryAfter: ORDER_SETTLE_MS,
        },
      },
      onDelay,
    ),
  };
}

export type CheckoutSteps = ReturnType<typeof createCheckoutSteps>;
