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

/** The order and attempt that an attempt's name stands for; undefined for a name that is not one of ours. */
export function parseAttemptId(id: string): AttemptName | undefined {
  return toName(/^([A-Za-z0-9_-]+)-([1-9]\d{0,3})$/.exec(id));
}

/** The order and attempt that a workflow id stands for; undefined for one that is no checkout's. */
export function parseCheckoutWorkflowId(id: string): AttemptName | undefined {
  return toName(/^checkout\/([^/]+)(?:\/([1-9]\d{0,3}))?$/.exec(id));
}

export interface AttemptName {
  orderId: string;
  attempt: number;
}

function toName(match: RegExpExecArray | null): AttemptName | undefined {
  const [, orderId, attempt = '1'] = match ?? [];
  return orderId === undefined ? undefined : { orderId, attempt: Number(attempt) };
}

/** The workflow that compares what the remote systems have of an event. */
export function reconcileWorkflowId(eventId: string): string {
  return `reconcile/${eventId}`;
}

/** The workflow that hands out an event's TMT tickets. */
export function ticketDeskWorkflowId(eventId: string): string {
  return `tickets/${eventId}`;
}

/** The workflow that decides what becomes of money that came after its attempt had ended. */
export function latePaymentWorkflowId(paymentId: string): string {
  return `late/${paymentId}`;
}

/** The workflow that finds out who refunded a payment: one per report of the provider. */
export function refundReportWorkflowId(paymentId: string, eventId: string): string {
  return `refund-report/${paymentId}/${eventId}`;
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
