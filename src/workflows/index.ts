/** The workflow bundle: what a worker can run. */
export { checkout } from './checkout.ts';
export { idempotentHold } from './idempotent-hold.ts';
export { latePayment } from './late-payment.ts';
export { reconcile } from './reconcile.ts';
export { reportedRefund } from './reported-refund.ts';
export { ticketDesk } from './ticket-desk.ts';
