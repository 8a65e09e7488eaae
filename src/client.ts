import {
  Client,
  Connection,
  isGrpcServiceError,
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { type Attempt, type Attempts, createAttempts, hashOrder } from './attempts.ts';
import { checkoutWorkflowId, latePaymentWorkflowId } from './checkout/ids.ts';
import { type Order, placeCount } from './checkout/order.ts';
import { type CheckoutResult, type CheckoutView, isUnsold } from './checkout/outcome.ts';
import type { PaymentEvent } from './checkout/payment.ts';
import type { Terms } from './checkout/terms.ts';
import {
  CheckoutClosingError,
  CheckoutNotFoundError,
  NoAnswerError,
  OrderConflictError,
  RetryRefusedError,
  TooLateToCancelError,
} from './checkout-errors.ts';
import { readClientConfig } from './config.ts';
import { parseAttempt, parseOrder, parseOrderId, parsePaymentEvent, parsePaymentId } from './parse.ts';
import { readTemporalConfig } from './temporal.ts';
import type { checkout } from './workflows/checkout.ts';
import type { latePayment } from './workflows/late-payment.ts';
import {
  CHECKOUT_STATUS,
  cancelUpdate,
  EVENT_ID,
  type HoldAnswer,
  holdUpdate,
  NEEDS_ATTENTION,
  openPaymentUpdate,
  type PaymentOpened,
  paymentSignal,
  REFUSAL,
  statusQuery,
} from './workflows/messages.ts';

/** The seats are held and the buyer may pay, or the checkout has ended and this is how. */
export type StartAnswer =
  | { state: 'held'; orderId: string; workflowId: string; attempt: number; token: string; deadline: string }
  | { state: 'ended'; orderId: string; workflowId: string; attempt: number; result: CheckoutResult };

export interface CheckoutClientOptions {
  /** A Temporal client, of the namespace that the workers poll. */
  client: Client;
  taskQueue: string;
  terms: Terms;
}

/** Longer than the hold step may take. A caller that gives up earlier loses nothing: the same call joins. */
const ANSWER_WITHIN_MS = 60_000;

/**
 * Starts, pays, cancels and reads checkouts. It keeps nothing: any number of clients, in any number of
 * processes, may speak of the same order.
 */
export class CheckoutClient {
  readonly #client: Client;
  readonly #attempts: Attempts;
  readonly #taskQueue: string;
  readonly #terms: Terms;

  constructor({ client, taskQueue, terms }: CheckoutClientOptions) {
    this.#client = client;
    this.#attempts = createAttempts(client);
    this.#taskQueue = taskQueue;
    this.#terms = terms;
  }

  /**
   * Connects by `temporal.toml` and `TEMPORAL_*`, with the terms of `HOLD_MINUTES` and `HOLD_GRACE_MINUTES`.
   * Call `close()` on the answer's connection when done.
   *
   * @throws ConfigError naming every bad setting
   */
  static async connect(env: NodeJS.ProcessEnv = process.env): Promise<CheckoutClient> {
    const settings = readClientConfig(env);
    const { connection: options, namespace } = readTemporalConfig(env);
    const connection = await Connection.connect(options);
    return new CheckoutClient({ client: new Client({ connection, namespace }), ...settings });
  }

  async close(): Promise<void> {
    await this.#client.connection.close();
  }

  /**
   * Sells an order: holds its seats and answers with the hold, in one round trip. It never holds twice. An
   * order that was started before is joined while it is open, and answers with its result when it has ended;
   * after an unsold one the caller may say so and try again.
   *
   * @param order the order; checked here, so it may be anything that a caller sent
   * @param options.retryOf the number of the unsold attempt that this one follows
   * @throws InvalidInputError, OrderConflictError, RetryRefusedError, CheckoutBrokenError, NoAnswerError
   */
  async start(order: Order, options: { retryOf?: number } = {}): Promise<StartAnswer> {
    const wanted = parseOrder(order);
    if (options.retryOf === undefined) return this.#startAttempt(wanted, 1);

    const retryOf = parseAttempt(options.retryOf);
    const before = await this.#attempts.read(wanted.orderId, retryOf);
    if (!before) throw new RetryRefusedError(`order ${wanted.orderId} has no attempt ${retryOf} to follow`);
    requireSameContent(before, wanted);
    if (before.state === 'open') return this.#join(wanted, retryOf);
    if (!isUnsold(before.result))
      throw new RetryRefusedError(`order ${wanted.orderId} is sold, by attempt ${retryOf}`);
    return this.#startAttempt(wanted, retryOf + 1);
  }

  /**
   * Tells the checkout of a payment before the buyer sees its form, so that closing knows what to stop. The
   * answer's deadline is when the payment session has to end. Repeating it is harmless.
   *
   * @throws InvalidInputError, CheckoutNotFoundError, CheckoutClosingError, NoAnswerError
   */
  async openPayment(orderId: string, paymentId: string): Promise<PaymentOpened> {
    const id = parsePaymentId(paymentId);
    const newest = await this.#newest(parseOrderId(orderId));
    const closing = (cause?: unknown) =>
      new CheckoutClosingError(`the checkout of order ${orderId} takes no new payment`, { cause });
    if (newest.state !== 'open') throw closing();
    try {
      // No update id of our own: a closed run would answer a known one as it did before.
      return await this.#answered(() =>
        this.#attempts.handleOf(orderId, newest.attempt).executeUpdate(openPaymentUpdate, { args: [id] }),
      );
    } catch (error) {
      if (refusalOf(error) === REFUSAL.closing || error instanceof WorkflowNotFoundError)
        throw closing(error);
      throw error;
    }
  }

  /**
   * Reports what became of a payment. Returns once Temporal has it durably, whether or not a worker is up;
   * a report that is doubled, late or out of order is no error.
   *
   * @throws InvalidInputError; any other error means that the report was not accepted: send it again
   */
  async recordPayment(event: PaymentEvent): Promise<void> {
    const report = parsePaymentEvent(event);
    const { orderId, paymentId } = report;
    const attempt = report.attempt ?? (await this.#attempts.ownerOf(orderId, paymentId)) ?? 1;
    // Money that was taken for late once stays late: it may have been given back, and must not buy seats.
    const wasLate = report.attempt === undefined && attempt > 1 && (await this.#isLate(paymentId));
    if (wasLate) return this.#recordLate({ ...report, attempt });
    try {
      await this.#attempts.handleOf(orderId, attempt).signal(paymentSignal, { ...report, attempt });
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      await this.#recordLate({ ...report, attempt });
    }
  }

  /**
   * Cancels the order's checkout and waits for its end. One that has ended already answers with its result.
   *
   * @throws InvalidInputError, CheckoutNotFoundError, TooLateToCancelError, NoAnswerError
   */
  async cancel(orderId: string): Promise<CheckoutResult> {
    const newest = await this.#newest(parseOrderId(orderId));
    if (newest.state === 'ended') return newest.result;
    const handle = this.#attempts.handleOf(orderId, newest.attempt);
    try {
      return await this.#answered(() => handle.executeUpdate(cancelUpdate));
    } catch (error) {
      if (refusalOf(error) === REFUSAL.tooLate) {
        throw new TooLateToCancelError(`the payment of order ${orderId} was accepted first`, {
          cause: error,
        });
      }
      // The run closed while the cancel was on its way: its result is the answer.
      if (error instanceof WorkflowNotFoundError) return handle.result();
      throw error;
    }
  }

  /** Where the order's newest attempt is. @throws InvalidInputError, CheckoutNotFoundError, CheckoutBrokenError */
  async status(orderId: string): Promise<CheckoutView> {
    const newest = await this.#newest(parseOrderId(orderId));
    if (newest.state === 'open') return this.#attempts.handleOf(orderId, newest.attempt).query(statusQuery);
    const { attempt, outcome: status, payments } = newest.result;
    return { orderId, attempt, status, payments, attention: [] };
  }

  /** Waits for the end of the order's newest attempt. @throws InvalidInputError, CheckoutNotFoundError */
  async result(orderId: string): Promise<CheckoutResult> {
    const newest = await this.#newest(parseOrderId(orderId));
    return newest.state === 'ended'
      ? newest.result
      : this.#attempts.handleOf(orderId, newest.attempt).result();
  }

  async #startAttempt(order: Order, attempt: number): Promise<StartAnswer> {
    const workflowId = checkoutWorkflowId(order.orderId, attempt);
    const startWorkflowOperation = new WithStartWorkflowOperation<typeof checkout>('checkout', {
      workflowId,
      taskQueue: this.#taskQueue,
      args: [{ order, attempt, terms: this.#terms }],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'USE_EXISTING',
      typedSearchAttributes: [
        { key: EVENT_ID, value: order.eventId },
        { key: CHECKOUT_STATUS, value: 'open' },
        { key: NEEDS_ATTENTION, value: false },
      ],
      memo: { orderHash: hashOrder(order) },
      staticSummary: `Order ${order.orderId}: ${placeCount(order.seats)} places, event ${order.eventId}`,
    });
    try {
      const answer = await this.#answered(() =>
        this.#client.workflow.executeUpdateWithStart(holdUpdate, {
          updateId: holdUpdateId(order, attempt),
          args: [order],
          startWorkflowOperation,
        }),
      );
      return await this.#toStartAnswer(order, attempt, answer);
    } catch (error) {
      if (refusalOf(error) === REFUSAL.otherContent) throw new OrderConflictError(order.orderId);
      if (error instanceof WorkflowNotFoundError) return this.#startAttempt(order, attempt);
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      return this.#answerOf(order, await this.#newest(order.orderId, attempt));
    }
  }

  async #answerOf(order: Order, found: Attempt): Promise<StartAnswer> {
    requireSameContent(found, order);
    const { attempt, workflowId } = found;
    if (found.state === 'open') return this.#join(order, attempt);
    return { state: 'ended', orderId: order.orderId, workflowId, attempt, result: found.result };
  }

  async #join(order: Order, attempt: number): Promise<StartAnswer> {
    const handle = this.#attempts.handleOf(order.orderId, attempt);
    try {
      const update = { args: [order] as [Order], updateId: holdUpdateId(order, attempt) };
      return await this.#toStartAnswer(
        order,
        attempt,
        await this.#answered(() => handle.executeUpdate(holdUpdate, update)),
      );
    } catch (error) {
      if (refusalOf(error) === REFUSAL.otherContent) throw new OrderConflictError(order.orderId);
      // The run closed meanwhile.
      if (error instanceof WorkflowNotFoundError)
        return this.#answerOf(order, await this.#newest(order.orderId));
      throw error;
    }
  }

  /** An update is answered again by its id, even on a run that has closed: what counts is the newest attempt. */
  async #toStartAnswer(order: Order, attempt: number, answer: HoldAnswer): Promise<StartAnswer> {
    const newest = await this.#newest(order.orderId, attempt);
    if (!answer.held || newest.state !== 'open' || newest.attempt !== attempt)
      return this.#answerOf(order, newest);
    const { workflowId } = newest;
    return {
      state: 'held',
      orderId: order.orderId,
      workflowId,
      attempt,
      token: answer.token,
      deadline: answer.deadline,
    };
  }

  async #recordLate(report: PaymentEvent & { attempt: number }): Promise<void> {
    const { orderId, attempt, paymentId } = report;
    await this.#client.workflow.signalWithStart<typeof latePayment, [PaymentEvent]>('latePayment', {
      workflowId: latePaymentWorkflowId(paymentId),
      taskQueue: this.#taskQueue,
      args: [{ orderId, attempt, paymentId }],
      signal: paymentSignal,
      signalArgs: [report],
      workflowIdConflictPolicy: 'USE_EXISTING',
      typedSearchAttributes: [{ key: NEEDS_ATTENTION, value: false }],
      staticSummary: `Payment ${paymentId}, after the end of attempt ${attempt} of order ${orderId}`,
    });
  }

  async #isLate(paymentId: string): Promise<boolean> {
    try {
      await this.#client.workflow.getHandle(latePaymentWorkflowId(paymentId)).describe();
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }

  async #newest(orderId: string, from?: number): Promise<Attempt> {
    const newest = await this.#attempts.newest(orderId, from);
    if (!newest) throw new CheckoutNotFoundError(orderId);
    return newest;
  }

  async #answered<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await this.#client.withDeadline(Date.now() + ANSWER_WITHIN_MS, call);
    } catch (error) {
      const late = error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isDeadline(error);
      throw late
        ? new NoAnswerError('no worker answered in time; call again to join', { cause: error })
        : error;
    }
  }
}

/** Not constant: a closed run answers a known update id as it did before, whatever the arguments. */
function holdUpdateId(order: Order, attempt: number): string {
  return `hold/${attempt}/${hashOrder(order)}`;
}

function requireSameContent(found: Attempt, order: Order): void {
  if (found.orderHash !== hashOrder(order)) throw new OrderConflictError(order.orderId);
}

function refusalOf(error: unknown): string | null | undefined {
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  return cause instanceof ApplicationFailure ? cause.type : undefined;
}

function isDeadline(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return isGrpcServiceError(cause) && cause.code === 4;
}
