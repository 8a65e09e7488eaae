/** The workflow that is the n-th checkout of an order. `checkout/<orderId>`, then `checkout/<orderId>/2` and so on. */
export function checkoutWorkflowId(orderId: string, attempt: number): string {
  return attempt === 1 ? `checkout/${orderId}` : `checkout/${orderId}/${attempt}`;
}

/**
 * The name of an attempt at the remote systems: the order id that Seats.io stores with a booking, and the
 * prefix of every idempotency key. Split at its last dash, it names one order and one attempt.
 */
export function attemptId(orderId: string, attempt: number): string {
  return `${orderId}-${attempt}`;
}

/** The workflow that hands out an event's TMT tickets. */
export function ticketDeskWorkflowId(eventId: string): string {
  return `tickets/${eventId}`;
}

/** The workflow that decides what becomes of money that came after its attempt had ended. */
export function latePaymentWorkflowId(paymentId: string): string {
  return `late/${paymentId}`;
}

/** The key of a capture: one per attempt and payment. */
export function captureKey(attempt: string, paymentId: string): string {
  return `${attempt}/capture/${paymentId}`;
}

/** The key of a cancellation at the provider. */
export function cancelKey(attempt: string, paymentId: string): string {
  return `${attempt}/cancel/${paymentId}`;
}

/** The key of a refund: of the payment alone, so that whoever refunds it, it is refunded once. */
export function refundKey(paymentId: string): string {
  return `refund/${paymentId}`;
}
