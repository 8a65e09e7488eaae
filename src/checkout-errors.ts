/** The order id was started before with other content: an order never changes. Use a new order id. */
export class OrderConflictError extends Error {
  override readonly name = 'OrderConflictError';

  constructor(orderId: string) {
    super(`order ${orderId} was started before with other content; a changed order needs a new order id`);
  }
}

/** `retryOf` named an attempt that does not allow a next one. Nothing was started. */
export class RetryRefusedError extends Error {
  override readonly name = 'RetryRefusedError';
}

/** No checkout of this order is known: it was never started, or so long ago that it is past the retention. */
export class CheckoutNotFoundError extends Error {
  override readonly name = 'CheckoutNotFoundError';

  constructor(orderId: string) {
    super(`no checkout of order ${orderId} is known; start it first`);
  }
}

/** The checkout takes no new payment: it is being completed or closed, or has ended. Do not show a payment form. */
export class CheckoutClosingError extends Error {
  override readonly name = 'CheckoutClosingError';
}

/** Money was accepted before the cancel came. The order is being completed. */
export class TooLateToCancelError extends Error {
  override readonly name = 'TooLateToCancelError';
}

/** An operator's “refund instead” was refused, with the reason: there is nothing to refund, or only TMT can. */
export class RefundRefusedError extends Error {
  override readonly name = 'RefundRefusedError';
}

/**
 * The checkout ended without a result: it was terminated, or failed by a bug. There may be money in it, so
 * nothing follows by itself; a person has to look at the run.
 */
export class CheckoutBrokenError extends Error {
  override readonly name = 'CheckoutBrokenError';
  readonly workflowId: string;

  constructor(workflowId: string, status: string, options?: ErrorOptions) {
    super(
      `${workflowId} ended as ${status}, without a result; look at its run before anything else is done`,
      options,
    );
    this.workflowId = workflowId;
  }
}

/** No answer came in time. The checkout may be running; the same call again joins it. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

/** Temporal could not be asked before anything was changed. The same call may be sent again. */
export class NotAskedError extends Error {
  override readonly name = 'NotAskedError';
}
