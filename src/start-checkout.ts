import { randomUUID } from 'node:crypto';
import {
  type Client,
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { type Attempt, type Attempts, hashOrder } from './attempts.ts';
import type { Order } from './checkout/order.ts';
import { type CheckoutResult, isUnsold } from './checkout/outcome.ts';
import type { Terms } from './checkout/terms.ts';
import { CheckoutNotFoundError, OrderConflictError, RetryRefusedError } from './checkout-errors.ts';
import { checkoutStartOptions } from './checkout-start-options.ts';
import { answered, readAfter, readBefore, refusalOf } from './update-answers.ts';
import type { checkout } from './workflows/checkout.ts';
import { type HoldAnswer, holdUpdate, REFUSAL } from './workflows/messages.ts';

/** The seats are held and the buyer may pay, or the checkout has ended and this is how. */
export type StartAnswer = {
  orderId: string;
  workflowId: string;
  attempt: number;
  /** Whether this very call started the attempt; false when it joined one, or found one that had ended. */
  created: boolean;
} & ({ state: 'held'; token: string; deadline: string } | { state: 'ended'; result: CheckoutResult });

export interface StartOptions {
  /** The number of the unsold attempt that this one follows. */
  retryOf?: number;
  /** The hold token of the buyer's seat chart: its seats are taken over. */
  chartToken?: string;
}

export interface StartSetting {
  client: Client;
  attempts: Attempts;
  taskQueue: string;
  terms: Terms;
  /** Whose orders they are. */
  owner?: string;
}

/**
 * Makes the function that starts an order's checkout, or joins it. Two callers who try at the same moment meet
 * in the same attempt: a start is rejected behind a closed run, and joins an open one.
 */
export function createStartCheckout({ client, attempts, taskQueue, terms, owner }: StartSetting) {
  return async (order: Order, { retryOf, chartToken }: StartOptions): Promise<StartAnswer> => {
    if (retryOf === undefined) return startAttempt(order, 1, chartToken);
    const before = await readBefore(client, () => attempts.read(order.orderId, retryOf));
    if (!before) throw new RetryRefusedError(`order ${order.orderId} has no attempt ${retryOf} to follow`);
    requireSameContent(before, order);
    if (before.state === 'open') return join(order, retryOf);
    if (isUnsold(before.result)) return startAttempt(order, retryOf + 1, chartToken);
    throw new RetryRefusedError(`order ${order.orderId} is sold, by attempt ${retryOf}`);
  };

  async function startAttempt(order: Order, attempt: number, chartToken?: string): Promise<StartAnswer> {
    const input = {
      ...{ order, attempt, terms },
      ...(chartToken !== undefined && { chartToken }),
      ...(owner !== undefined && { owner }),
    };
    const mark = randomUUID();
    const startWorkflowOperation = new WithStartWorkflowOperation<typeof checkout>('checkout', {
      ...checkoutStartOptions(input, taskQueue, mark),
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    const send = (update: HoldRequest) =>
      client.workflow.executeUpdateWithStart(holdUpdate, { ...update, startWorkflowOperation });
    return holdBy(order, attempt, send, mark);
  }

  async function join(order: Order, attempt: number): Promise<StartAnswer> {
    const handle = attempts.handleOf(order.orderId, attempt);
    return holdBy(order, attempt, (update) => handle.executeUpdate(holdUpdate, update));
  }

  async function holdBy(
    order: Order,
    attempt: number,
    send: (update: HoldRequest) => Promise<HoldAnswer>,
    mark?: string,
  ): Promise<StartAnswer> {
    try {
      // Not a constant id: a closed run answers a known one as it did before, whatever the arguments.
      const updateId = `hold/${attempt}/${hashOrder(order)}`;
      const answer = await answered(client, () => send({ args: [order], updateId }));
      const newest = await newestFrom(order, attempt);
      if (newest.attempt !== attempt) return await answerOf(order, newest);
      return toStartAnswer(order, newest, answer, mark);
    } catch (error) {
      if (refusalOf(error) === REFUSAL.otherContent) throw new OrderConflictError(order.orderId);
      const closed =
        error instanceof WorkflowExecutionAlreadyStartedError || error instanceof WorkflowNotFoundError;
      if (!closed) throw error;
      return answerOf(order, await newestFrom(order, attempt));
    }
  }

  /** An attempt that exists and is not to be seen is another owner's: all that is told is that the id is taken. */
  async function newestFrom({ orderId }: Order, attempt: number): Promise<Attempt> {
    try {
      return await readAfter(client, () => attempts.requireNewest(orderId, attempt));
    } catch (error) {
      throw error instanceof CheckoutNotFoundError ? new OrderConflictError(orderId) : error;
    }
  }

  async function answerOf(order: Order, found: Attempt): Promise<StartAnswer> {
    requireSameContent(found, order);
    if (found.state === 'open') return join(order, found.attempt);
    return { ...factsOf(order, found), created: false, state: 'ended', result: found.result };
  }
}

interface HoldRequest {
  args: [Order];
  updateId: string;
}

/** The same update id is answered on a closed run too, so a hold counts only when the newest run is open. */
function toStartAnswer(order: Order, newest: Attempt, answer: HoldAnswer, mark?: string): StartAnswer {
  const facts = { ...factsOf(order, newest), created: mark !== undefined && newest.startedBy === mark };
  if (!answer.held) return { ...facts, state: 'ended', result: answer.result };
  if (newest.state === 'ended') return { ...facts, state: 'ended', result: newest.result };
  return { ...facts, state: 'held', token: answer.token, deadline: answer.deadline };
}

function factsOf({ orderId }: Order, { attempt, workflowId }: Attempt) {
  return { orderId, workflowId, attempt };
}

function requireSameContent(found: Attempt, order: Order): void {
  if (found.orderHash !== hashOrder(order)) throw new OrderConflictError(order.orderId);
}
