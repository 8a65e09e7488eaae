import {
  Client,
  Connection,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { type Attempt, type Attempts, createAttempts } from './attempts.ts';
import { latePaymentWorkflowId, refundReportWorkflowId } from './checkout/ids.ts';
import type { Order } from './checkout/order.ts';
import type { CheckoutResult, CheckoutView } from './checkout/outcome.ts';
import type { PaymentEvent } from './checkout/payment.ts';
import type { Terms } from './checkout/terms.ts';
import { CheckoutClosingError, RefundRefusedError, TooLateToCancelError } from './checkout-errors.ts';
import { readClientConfig } from './config.ts';
import { createKeptViews } from './kept-views.ts';
import {
  InvalidInputError,
  parseOrder,
  parseOrderId,
  parsePaymentEvent,
  parsePaymentId,
  parseReason,
  parseStartOptions,
} from './parse.ts';
import { createStartCheckout, type StartAnswer, type StartOptions } from './start-checkout.ts';
import { reachTemporal, readTemporalConfig } from './temporal.ts';
import { answered, readAfter, readBefore, reasonOf, refusalOf } from './update-answers.ts';
import type { latePayment } from './workflows/late-payment.ts';
import { latePaymentStart } from './workflows/late-payment-start.ts';
import {
  cancelUpdate,
  NEEDS_ATTENTION,
  openPaymentUpdate,
  type PaymentOpened,
  paymentSignal,
  REFUSAL,
  refundInsteadUpdate,
  statusQuery,
} from './workflows/messages.ts';
import type { reportedRefund } from './workflows/reported-refund.ts';

export type { StartAnswer, StartOptions } from './start-checkout.ts';

/** A report waits no longer for what an attempt says of it: the late payment finds out, too. */
const SAYS_WITHIN_MS = 3_000;

export interface CheckoutClientOptions {
  /** A Temporal client, of the namespace that the workers poll. */
  client: Client;
  taskQueue: string;
  terms: Terms;
  /** Whose orders these are: what it starts is the owner's, and orders of others are as if they were not there. */
  owner?: string;
}

/** What the provider says of a refund. `failed`: the bank did not take it, and the buyer has no money back. */
export interface RefundReport {
  eventId: string;
  orderId: string;
  paymentId: string;
  failed?: boolean;
}

/**
 * Starts, pays, cancels and reads checkouts. It keeps nothing but answers that still hold: any number of clients, in
 * any number of processes, may speak of the same order.
 */
export class CheckoutClient {
  readonly #client: Client;
  readonly #attempts: Attempts;
  readonly #viewOf = createKeptViews();
  readonly #taskQueue: string;
  readonly #terms: Terms;
  readonly #start: ReturnType<typeof createStartCheckout>;

  constructor({ client, taskQueue, terms, owner }: CheckoutClientOptions) {
    this.#client = client;
    this.#attempts = createAttempts(client, owner);
    this.#taskQueue = taskQueue;
    this.#terms = terms;
    const setting = { client, attempts: this.#attempts, taskQueue, terms };
    this.#start = createStartCheckout({ ...setting, ...(owner !== undefined && { owner }) });
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
   * @param options.chartToken the hold token of the buyer's seat chart that holds the seats now. They are moved to
   *   a token of ours, in one step, so the answer's token is another one: give it to the chart if it is shown again.
   * @throws InvalidInputError, OrderConflictError, RetryRefusedError, CheckoutBrokenError, NoAnswerError,
   *   NotAskedError
   */
  async start(order: Order, options: StartOptions = {}): Promise<StartAnswer> {
    return this.#start(parseOrder(order), parseStartOptions(options));
  }

  /**
   * Tells the checkout of a payment before the buyer sees its form, so that closing knows what to stop. The
   * answer's deadline is when the payment session has to end. Repeating it is harmless.
   *
   * @throws InvalidInputError, CheckoutNotFoundError, CheckoutClosingError, CheckoutBrokenError, NoAnswerError,
   *   NotAskedError
   */
  async openPayment(orderId: string, paymentId: string): Promise<PaymentOpened> {
    const id = parsePaymentId(paymentId);
    const newest = await this.#newestBefore(parseOrderId(orderId));
    if (newest.attempt > 1 && (await readBefore(this.#client, () => this.#isLate(id))))
      throw new InvalidInputError('the payment', ['it is of an attempt that has ended: make a new one']);
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
    // Money that was taken for late once stays late, unless the attempt had it before: it may have been given back.
    const isLate = attempt > 1 && (await this.#isLate(paymentId));
    if (isLate && !(await this.#isKnownTo(orderId, attempt, paymentId)))
      return this.#recordLate({ ...report, attempt });
    try {
      await this.#attempts.handleOf(orderId, attempt).signal(paymentSignal, { ...report, attempt });
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      await this.#recordLate({ ...report, attempt });
    }
  }

  /**
   * Reports that the provider gave money of a payment back, by whomever, or that giving it back failed at the
   * buyer's bank after all. One that was not ours wants attention, and so does one that failed. Returns once Temporal has it durably; the same report again does nothing.
   *
   * @throws InvalidInputError; any other error means that the report was not accepted: send it again
   */
  async recordRefund(refund: RefundReport): Promise<void> {
    const [eventId, paymentId] = [parsePaymentId(refund.eventId), parsePaymentId(refund.paymentId)];
    const about = { orderId: parseOrderId(refund.orderId), paymentId };
    const input = { ...about, ...(refund.failed && { failed: true }), patienceMs: this.#terms.patienceMs };
    try {
      await this.#client.workflow.start<typeof reportedRefund>('reportedRefund', {
        workflowId: refundReportWorkflowId(paymentId, eventId),
        taskQueue: this.#taskQueue,
        args: [input],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        typedSearchAttributes: [{ key: NEEDS_ATTENTION, value: false }],
        staticSummary: `A refund of payment ${paymentId}, order ${input.orderId}`,
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }

  /**
   * Cancels the order's checkout and waits for its end. One that has ended already answers with its result.
   *
   * @throws InvalidInputError, CheckoutNotFoundError, TooLateToCancelError, CheckoutBrokenError, NoAnswerError,
   *   NotAskedError
   */
  async cancel(orderId: string): Promise<CheckoutResult> {
    const newest = await this.#newestBefore(parseOrderId(orderId));
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
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      return readAfter(this.#client, () => this.#attempts.resultOf(orderId, newest.attempt));
    }
  }

  /**
   * For operators: gives the money of a sale back that cannot be completed, and frees its seats. It waits for
   * the end of the checkout. Refused before the seats are booked, and once the order record was sent to TMT.
   *
   * @param reason why, for the run's history: at most 500 characters, nothing personal
   * @throws InvalidInputError, CheckoutNotFoundError, RefundRefusedError, CheckoutBrokenError, NoAnswerError,
   *   NotAskedError
   */
  async refundInstead(orderId: string, reason: string): Promise<CheckoutResult> {
    const why = parseReason(reason);
    const newest = await this.#newestBefore(parseOrderId(orderId));
    const refused = (because: string, cause?: unknown) =>
      new RefundRefusedError(`order ${orderId} is not refunded: ${because}`, { cause });
    if (newest.state === 'ended') throw refused(`its checkout has ended as ${newest.result.outcome}`);
    const handle = this.#attempts.handleOf(orderId, newest.attempt);
    try {
      return await answered(this.#client, () => handle.executeUpdate(refundInsteadUpdate, { args: [why] }));
    } catch (error) {
      if (refusalOf(error) === REFUSAL.cannotRefund) throw refused(reasonOf(error), error);
      if (error instanceof WorkflowNotFoundError) throw refused('its checkout has just ended', error);
      throw error;
    }
  }

  /**
   * Where the order's newest attempt is: Temporal is asked each time, the attempt itself once for each of its changes.
   *
   * @throws InvalidInputError, CheckoutNotFoundError, CheckoutBrokenError
   */
  async status(orderId: string): Promise<CheckoutView> {
    const newest = await this.#attempts.requireNewest(parseOrderId(orderId));
    if (newest.state === 'open') {
      return this.#viewOf(newest, () => this.#attempts.handleOf(orderId, newest.attempt).query(statusQuery));
    }
    const { result, needsAttention } = newest;
    const { attempt, outcome: status, payments } = result;
    const attention = needsAttention ? ['it ended and left something to look at: see its run'] : [];
    return { orderId, attempt, status, payments, attention, result };
  }

  /**
   * Waits for the end of the order's newest attempt.
   *
   * @throws InvalidInputError, CheckoutNotFoundError, CheckoutBrokenError
   */
  async result(orderId: string): Promise<CheckoutResult> {
    const newest = await this.#attempts.requireNewest(parseOrderId(orderId));
    return newest.state === 'ended' ? newest.result : this.#attempts.resultOf(orderId, newest.attempt);
  }

  #newestBefore(orderId: string): Promise<Attempt> {
    return readBefore(this.#client, () => this.#attempts.requireNewest(orderId));
  }

  async #recordLate(report: PaymentEvent & { attempt: number }): Promise<void> {
    const { orderId, attempt, paymentId } = report;
    await this.#client.workflow.signalWithStart<typeof latePayment, [PaymentEvent]>('latePayment', {
      ...latePaymentStart({ orderId, attempt, paymentId, patienceMs: this.#terms.patienceMs }),
      taskQueue: this.#taskQueue,
      signal: paymentSignal,
      signalArgs: [report],
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
  }

  /** Whether the attempt says that it knows the payment. It says nothing while no worker is up. */
  async #isKnownTo(orderId: string, attempt: number, paymentId: string): Promise<boolean> {
    const ask = () => this.#attempts.knowsPayment(orderId, attempt, paymentId);
    return this.#client.withDeadline(Date.now() + SAYS_WITHIN_MS, ask).catch(() => false);
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
