import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import { type Attempts, createAttempts } from './attempts.ts';
import { latePaymentWorkflowId } from './checkout/ids.ts';
import type { Order } from './checkout/order.ts';
import type { CheckoutResult, CheckoutView } from './checkout/outcome.ts';
import type { PaymentEvent } from './checkout/payment.ts';
import type { Terms } from './checkout/terms.ts';
import { CheckoutClosingError, TooLateToCancelError } from './checkout-errors.ts';
import { readClientConfig } from './config.ts';
import { parseAttempt, parseOrder, parseOrderId, parsePaymentEvent, parsePaymentId } from './parse.ts';
import { createStartCheckout, type StartAnswer } from './start-checkout.ts';
import { reachTemporal, readTemporalConfig } from './temporal.ts';
import { answered, refusalOf } from './update-answers.ts';
import type { latePayment } from './workflows/late-payment.ts';
import {
  cancelUpdate,
  NEEDS_ATTENTION,
  openPaymentUpdate,
  type PaymentOpened,
  paymentSignal,
  REFUSAL,
  statusQuery,
} from './workflows/messages.ts';

export type { StartAnswer } from './start-checkout.ts';

export interface CheckoutClientOptions {
  /** A Temporal client, of the namespace that the workers poll. */
  client: Client;
  taskQueue: string;
  terms: Terms;
}

/**
 * Starts, pays, cancels and reads checkouts. It keeps nothing: any number of clients, in any number of
 * processes, may speak of the same order.
 */
export class CheckoutClient {
  readonly #client: Client;
  readonly #attempts: Attempts;
  readonly #taskQueue: string;
  readonly #start: ReturnType<typeof createStartCheckout>;

  constructor({ client, taskQueue, terms }: CheckoutClientOptions) {
    this.#client = client;
    this.#attempts = createAttempts(client);
    this.#taskQueue = taskQueue;
    this.#start = createStartCheckout({ client, attempts: this.#attempts, taskQueue, terms });
  }

  /**
   * Connects by `temporal.toml` and `TEMPORAL_*`, with the terms of `HOLD_MINUTES` and `HOLD_GRACE_MINUTES`.
   * Call `close()` when done.
   *
   * @throws ConfigError naming every bad setting, TemporalUnreachableError
   */
  static async connect(env: NodeJS.ProcessEnv = process.env): Promise<CheckoutClient> {
    const settings = readClientConfig(env);
    const { connection: options, namespace } = readTemporalConfig(env);
    const connection = await reachTemporal(options.address, () => Connection.connect(options));
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
    const { retryOf } = options;
    return this.#start(parseOrder(order), retryOf === undefined ? undefined : parseAttempt(retryOf));
  }

  /**
   * Tells the checkout of a payment before the buyer sees its form, so that closing knows what to stop. The
   * answer's deadline is when the payment session has to end. Repeating it is harmless.
   *
   * @throws InvalidInputError, CheckoutNotFoundError, CheckoutClosingError, NoAnswerError
   */
  async openPayment(orderId: string, paymentId: string): Promise<PaymentOpened> {
    const id = parsePaymentId(paymentId);
    const newest = await this.#attempts.requireNewest(parseOrderId(orderId));
    const closing = (cause?: unknown) =>
      new CheckoutClosingError(`the checkout of order ${orderId} takes no new payment`, { cause });
    if (newest.state !== 'open') throw closing();
    try {
      // No update id of our own: a closed run would answer a known one as it did before.
      return await answered(this.#client, () =>
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
    const newest = await this.#attempts.requireNewest(parseOrderId(orderId));
    if (newest.state === 'ended') return newest.result;
    const handle = this.#attempts.handleOf(orderId, newest.attempt);
    try {
      return await answered(this.#client, () => handle.executeUpdate(cancelUpdate));
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
    const newest = await this.#attempts.requireNewest(parseOrderId(orderId));
    if (newest.state === 'open') return this.#attempts.handleOf(orderId, newest.attempt).query(statusQuery);
    const { attempt, outcome: status, payments } = newest.result;
    return { orderId, attempt, status, payments, attention: [] };
  }

  /** Waits for the end of the order's newest attempt. @throws InvalidInputError, CheckoutNotFoundError */
  async result(orderId: string): Promise<CheckoutResult> {
    const newest = await this.#attempts.requireNewest(parseOrderId(orderId));
    return newest.state === 'ended'
      ? newest.result
      : this.#attempts.handleOf(orderId, newest.attempt).result();
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
}
