import { createHash } from 'node:crypto';
import {
  type Client,
  type WorkflowExecutionDescription,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { checkoutWorkflowId } from './checkout/ids.ts';
import { canonicalOrder, type Order } from './checkout/order.ts';
import type { CheckoutResult } from './checkout/outcome.ts';
import { CheckoutBrokenError, CheckoutNotFoundError } from './checkout-errors.ts';
import type { checkout } from './workflows/checkout.ts';
import { NEEDS_ATTENTION, statusQuery } from './workflows/messages.ts';

/** An attempt as the server knows it, read by its id: visibility may lag behind. */
export type Attempt = {
  attempt: number;
  workflowId: string;
  orderHash: unknown;
  rescues: unknown;
  /** The mark of the call that started it. */
  startedBy: unknown;
  needsAttention: boolean;
  /** Another one whenever the server has written anything to the run. */
  stamp: string;
} & ({ state: 'open' } | { state: 'ended'; result: CheckoutResult });

/** The count tells of signals and of tasks that are in no history yet. */
function stampOf({ runId, historyLength, raw }: WorkflowExecutionDescription): string {
  return [runId, historyLength, raw.workflowExecutionInfo?.stateTransitionCount].join('/');
}

/** What an order's content is recognised by. */
export function hashOrder(order: Order): string {
  return createHash('sha256').update(canonicalOrder(order)).digest('hex').slice(0, 32);
}

/** The chain of an order's attempts: the n-th has its number in its workflow id. */
export type Attempts = ReturnType<typeof createAttempts>;

/** @param owner whose orders are to be seen; those of others are as if they were not there */
export function createAttempts(client: Client, owner?: string) {
  const handleOf = (orderId: string, attempt: number) =>
    client.workflow.getHandle<typeof checkout>(checkoutWorkflowId(orderId, attempt));

  /**
   * @returns undefined when there is no such attempt
   * @throws CheckoutBrokenError when it ended without a result
   */
  async function read(orderId: string, attempt: number): Promise<Attempt | undefined> {
    const handle = handleOf(orderId, attempt);
    try {
      const run = await handle.describe();
      const { status, memo, typedSearchAttributes } = run;
      if (owner !== undefined && memo?.owner !== owner) return undefined;
      const facts = {
        attempt,
        workflowId: handle.workflowId,
        orderHash: memo?.orderHash,
        rescues: memo?.rescues,
        startedBy: memo?.startedBy,
        needsAttention: typedSearchAttributes.get(NEEDS_ATTENTION) === true,
        stamp: stampOf(run),
      };
      if (status.name === 'RUNNING' || status.name === 'PAUSED') return { ...facts, state: 'open' };
      if (status.name !== 'COMPLETED') throw new CheckoutBrokenError(handle.workflowId, status.name);
      return { ...facts, state: 'ended', result: await handle.result() };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  }

  /** Waits for the end of an attempt. @throws CheckoutBrokenError when it ends without a result */
  async function resultOf(orderId: string, attempt: number): Promise<CheckoutResult> {
    const handle = handleOf(orderId, attempt);
    try {
      return await handle.result();
    } catch (error) {
      if (!(error instanceof WorkflowFailedError)) throw error;
      throw new CheckoutBrokenError(handle.workflowId, (await handle.describe()).status.name, {
        cause: error.cause,
      });
    }
  }

  /** The newest attempt, looked for upwards from `from`; undefined when there is none at all. */
  async function newest(orderId: string, from = 1): Promise<Attempt | undefined> {
    const found = await read(orderId, from);
    if (!found || found.state === 'open') return found;
    return (await newest(orderId, from + 1)) ?? found;
  }

  /** As `newest`. @throws CheckoutNotFoundError when there is none */
  async function requireNewest(orderId: string, from?: number): Promise<Attempt> {
    const found = await newest(orderId, from);
    if (!found) throw new CheckoutNotFoundError(orderId);
    return found;
  }

  /**
   * The number of the attempt that a payment belongs to: the one that knows it, or ended without a result,
   * else the newest. A payment stays with the attempt it was opened for, though the buyer began another.
   *
   * @returns undefined when no checkout of the order is known
   */
  async function ownerOf(orderId: string, paymentId: string, from = 1): Promise<number | undefined> {
    try {
      const found = await read(orderId, from);
      if (!found || found.state === 'open') return found?.attempt;
      if (found.result.payments.some((payment) => payment.paymentId === paymentId)) return from;
      return (await ownerOf(orderId, paymentId, from + 1)) ?? from;
    } catch (error) {
      if (error instanceof CheckoutBrokenError) return from;
      throw error;
    }
  }

  /** Whether an open attempt says that it knows the payment. It takes a worker to say so. */
  async function knowsPayment(orderId: string, attempt: number, paymentId: string): Promise<boolean> {
    const { payments } = await handleOf(orderId, attempt).query(statusQuery);
    return payments.some((payment) => payment.paymentId === paymentId);
  }

  return { handleOf, read, resultOf, requireNewest, ownerOf, knowsPayment };
}
