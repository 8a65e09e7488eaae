import type { createPaymentActivities } from '../activities/payments.ts';
import type { createSeatActivities } from '../activities/seats.ts';
import type { createTicketActivities } from '../activities/tickets.ts';
import { seatsTaskQueue } from '../checkout/task-queues.ts';
import { ORDER_SETTLE_MS } from '../checkout/terms.ts';
import { createSteps, type Patience } from './steps.ts';

type SeatSteps = ReturnType<typeof createSeatActivities>;
type PaymentSteps = ReturnType<typeof createPaymentActivities>;
type TicketSteps = Pick<
  ReturnType<typeof createTicketActivities>,
  'allotTickets' | 'findTickets' | 'recordOrder' | 'awaitSold' | 'isOrderAbsent' | 'returnTickets'
>;

/** Token and hold within `HOLD_WITHIN_MS`, the first local try included. */
const TOKEN_AT_MOST = '7 seconds';
const HOLD_AT_MOST = '20 seconds';
/** One try of a step that has so little time in all. */
const QUICK_TRY = '5 seconds';
/** Seats.io's log of changes is written some seconds after them. */
const LOG_TRY = '20 seconds';
/** `recordOrder` also waits for TMT's trigger to mark the tickets sold. */
const RECORD_TRY = '25 seconds';

/**
 * The steps of a checkout. Which are local and which regular is a matter of law as well as of speed: the
 * first step after a decision is regular, since its schedule event is the durable record of the decision
 * (holdSeats and unbookSeats make their token durable, bookSeats and closePayments which way was taken). The one
 * exception is expireToken behind closePayments: a payment that is reported during that last task sends the re-run
 * to book with a token that may have ended, and the book, refused, takes the seats anew.
 */
export function createCheckoutSteps(taskQueue: string, patience: Patience) {
  const seats = seatsTaskQueue(taskQueue);
  // Nobody waits for this one, and there is no other way back.
  const { createToken: createUnbookToken } = createSteps<Pick<SeatSteps, 'createToken'>>(
    {
      createToken: {
        summary: 'Create a token to take the booking back with',
        local: true,
        taskQueue: seats,
        priorityKey: 2,
      },
    },
    patience,
  );
  return {
    createUnbookToken,
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
        findBooking: { summary: 'Find out whether the places were booked', startToClose: LOG_TRY },
        unbookSeats: { summary: 'Take the booking back', taskQueue: seats, priorityKey: 2 },
        findUnbooking: {
          summary: 'Find out whether the places were given back',
          startToClose: LOG_TRY,
        },
        expireToken: { summary: 'Expire the token', local: true, taskQueue: seats, priorityKey: 2 },
      },
      patience,
    ),
    ...createSteps<PaymentSteps>(
      {
        checkClaim: { summary: 'Ask the provider about a reported payment' },
        closePayments: { summary: 'Stop the payments' },
        lookUpPayment: { summary: 'Ask the provider about the payment' },
        capturePayment: { summary: 'Capture the payment' },
        refundPayment: { summary: 'Refund the payment' },
      },
      patience,
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
        isOrderAbsent: { summary: 'Look whether TMT has the order record', startToClose: RECORD_TRY },
        returnTickets: { summary: 'Return the tickets to the ticket desk' },
      },
      patience,
    ),
  };
}

export type CheckoutSteps = ReturnType<typeof createCheckoutSteps>;
