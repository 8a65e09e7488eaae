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
import { OrderConflictError, RetryRefusedError } from './checkout-errors.ts';
import { checkoutStartOptions } from './checkout-start-options.ts';
import { answered, refusalOf } from './update-answers.ts';
import type { checkout } from './workflows/checkout.ts';
import { type HoldAnswer, holdUpdate, REFUSAL } from './workflows/messages.ts';

/** The seats are held and the buyer may pay, or the checkout has ended and this is how. */
export type StartAnswer =
  | { state: 'held'; orderId: string; workflowId: string; attempt: number; token: string; deadline: string }
  | { state: 'ended'; orderId: string; workflowId: string; attempt: number; result: CheckoutResult };

export interface StartSetting {
  client: Client;
  attempts: Attempts;
  taskQueue: string;
  terms: Terms;
}

/**
 * Makes the function that starts an order's checkout, or joins it. Two callers who try at the same moment meet
 * in the same attempt: a start is rejected behind a closed run, and joins an open one.
 */
export function createStartCheckout({ client, attempts, taskQueue, terms }: StartSetting) {
  return async (order: Order, retryOf?: number): Promise<StartAnswer> => {
    if (retryOf === undefined) return startAttempt(order, 1);
    const before = await attempts.read(order.orderId, retryOf);
    if (!before) throw new RetryRefusedError(`order ${order.orderId} has no attempt ${retryOf} to follow`);
    requireSameContent(before, order);
    if (before.state === 'open') return join(order, retryOf);
    if (isUnsold(before.result)) return startAttempt(order, retryOf + 1);
    throw new RetryRefusedError(`order ${order.orderId} is sold, by attempt ${retryOf}`);
  };

  async function startAttempt(order: Order, attempt: number): Promise<StartAnswer> {
    const startWorkflowOperation = new WithStartWorkflowOperation<typeof checkout>('checkout', {
      ...checkoutStartOptions({ order, attempt, terms }, taskQueue),
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    return holdBy(order, attempt, (update) =>
      client.workflow.executeUpdateWithStart(holdUpdate, { ...update, startWorkflowOperation }),
    );
  }

  async function join(order: Order, attempt: number): Promise<StartAnswer> {
    const handle = attempts.handleOf(order.orderId, attempt);
    return holdBy(order, attempt, (update) => handle.executeUpdate(holdUpdate, update));
  }

  async function holdBy(
    order: Order,
    attempt: number,
    send: (update: { args: [Order]; updateId: string }) => Promise<HoldAnswer>,
  ): Promise<StartAnswer> {
    try {
      // Not a constant id: a closed run answers a known one as it did before, whatever the arguments.
      const updateId = `hold/${attempt}/${hashOrder(order)}`;
      const answer = await answered(client, () => send({ args: [order], updateId }));
      return await toStartAnswer(order, attempt, answer);
    } catch (error) {
      if (refusalOf(error) === REFUSAL.otherContent) throw new OrderConflictError(order.orderId);
      const closed =
        error instanceof WorkflowExecutionAlreadyStartedError || error instanceof WorkflowNotFoundError;
      if (!closed) throw error;
      return answerOf(order, await attempts.requireNewest(order.orderId, attempt));
    }
  }

  /** The same id is answered on a closed run too, so a hold counts only when the run is the newest and open. */
  async function toStartAnswer(order: Order, attempt: number, answer: HoldAnswer): Promise<StartAnswer> {
    const newest = await attempts.requireNewest(order.orderId, attempt);
    if (newest.attempt !== attempt) return answerOf(order, newest);
    const facts = { orderId: order.orderId, workflowId: newest.workflowId, attempt };
    if (!answer.held) return { ...facts, state: 'ended', result: answer.result };
    if (newest.state === 'ended') return { ...facts, state: 'ended', result: newest.result };
    return { ...facts, state: 'held', token: answer.token, deadline: answer.deadline };
  }

  async function answerOf(order: Order, found: Attempt): Promise<StartAnswer> {
    requireSameContent(found, order);
    const { attempt, workflowId } = found;
    if (found.state === 'open') return join(order, attempt);
    return { state: 'ended', orderId: order.orderId, workflowId, attempt, result: found.result };
  }
}

function requireSameContent(found: Attempt, order: Order): void {
  if (found.orderHash !== hashOrder(order)) throw new OrderConflictError(order.orderId);
}
