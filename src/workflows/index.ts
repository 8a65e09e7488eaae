/** The workflow bundle: what a worker can run. */
export { checkout } from './checkout.ts';
export { latePayment } from './late-payment.ts';
export { ticketDesk } from './ticket-desk.ts';
