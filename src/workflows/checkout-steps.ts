import type { createPaymentActivities } from '../activities/payments.ts';
import type { createSeatActivities } from '../activities/seats.ts';
import type { createTicketActivities } from '../activities/tickets.ts';
import { seatsTaskQueue } from '../checkout/task-queues.ts';
import { ORDER_SETTLE_MS } from '../checkout/terms.ts';
import { createSteps } from './steps.ts';

type SeatSteps = ReturnType<typeof createSeatActivities>;
type PaymentSteps = ReturnType<typeof createPaymentActivities>;
type TicketSteps = Pick<
  ReturnType<typeof createTicketActivities>,
  'allotTickets' | 'returnTickets' | 'recordOrder'
>;

/** The buyer is waiting: seats that are not held within this are reported as not to be had. */
const HOLD_AT_MOST = '30 seconds';
/** `recordOrder` also waits for TMT's trigger to mark the tickets sold. */
const RECORD_TRY = '25 seconds';

/**
 * The steps of a checkout. Which are local and which regular is a matter of law as well as of speed: the
 * first step after a decision is regular, since its schedule event is the durable record of the decision
 * (holdSeats makes the token durable, bookSeats and closePayments which way was taken).
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
          giveUpAfter: HOLD_AT_MOST,
        },
        holdSeats: { summary: 'Hold the seats', taskQueue: seats, priorityKey: 3, giveUpAfter: HOLD_AT_MOST },
        extendToken: {
          summary: 'Extend the token',
          local: true,
          taskQueue: seats,
          priorityKey: 2,
          giveUpAfter: HOLD_AT_MOST,
        },
        bookSeats: { summary: 'Book the seats', taskQueue: seats, priorityKey: 1 },
        releaseSeats: { summary: 'Release the booked seats', local: true, taskQueue: seats, priorityKey: 2 },
        expireToken: { summary: 'Expire the token', local: true, taskQueue: seats, priorityKey: 2 },
      },
      onDelay,
    ),
    ...createSteps<PaymentSteps>(
      {
        closePayments: { summary: 'Stop the payments' },
        capturePayment: { summary: 'Capture the payment' },
        refundPayment: { summary: 'Refund the payment' },
        lookUpPayment: { summary: 'Ask the provider about the payment', local: true },
      },
      onDelay,
    ),
    ...createSteps<TicketSteps>(
      {
        allotTickets: { summary: 'Get the tickets from the ticket desk', local: true },
        returnTickets: { summary: 'Give the tickets back', local: true },
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
