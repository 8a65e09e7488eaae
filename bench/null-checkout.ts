import {
  ActivityCancellationType,
  allHandlersFinished,
  condition,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { CheckoutResult } from '../src/checkout/outcome.ts';
import { seatsTaskQueue } from '../src/checkout/task-queues.ts';
import {
  CHECKOUT_STATUS,
  type CheckoutInput,
  cancelUpdate,
  holdUpdate,
  type SeatsHeld,
} from '../src/workflows/messages.ts';
import type { createNullActivities } from './null-worker.ts';

type Activities = ReturnType<typeof createNullActivities>;

const cancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

/**
 * The floor: what the engine alone takes for the steps of a checkout. The same messages, commands, queues and
 * time-outs as the checkout, up to its cancellation; nothing of its bookkeeping, and activities without
 * content. When a step of the checkout becomes local or regular, it has to here as well.
 */
export async function nullCheckout({ order, attempt, terms }: CheckoutInput): Promise<CheckoutResult> {
  const { taskQueue } = workflowInfo();
  const local = proxyLocalActivities<Activities>({ startToCloseTimeout: '2500 milliseconds' });
  const seatCalls = proxyActivities<Activities>({
    taskQueue: seatsTaskQueue(taskQueue),
    startToCloseTimeout: '10 seconds',
    scheduleToCloseTimeout: '30 seconds',
    priority: { priorityKey: 3 },
    cancellationType,
  });
  const regular = proxyActivities<Activities>({ startToCloseTimeout: '10 seconds', cancellationType });

  let hold: SeatsHeld | undefined;
  let cancelRequested = false;
  let result: CheckoutResult | undefined;

  setHandler(holdUpdate, async () => {
    await condition(() => hold !== undefined);
    return hold as SeatsHeld;
  });
  setHandler(cancelUpdate, async () => {
    cancelRequested = true;
    await condition(() => result !== undefined);
    return result as CheckoutResult;
  });

  const { orderId, eventId, seats } = order;
  const { token } = await local.createToken({ minutes: 11 });
  await seatCalls.holdSeats({ eventId, seats, token, attemptId: orderId });
  const deadline = new Date(Date.now() + terms.holdMs).toISOString();
  hold = { held: true, attempt, token, deadline };

  await condition(() => cancelRequested, terms.holdMs);
  await regular.closePayments({ attemptId: orderId, paymentIds: [] });
  await local.expireToken({ token });
  result = { outcome: 'cancelled', orderId, attempt, payments: [] };
  await condition(allHandlersFinished);
  upsertSearchAttributes([{ key: CHECKOUT_STATUS, value: 'cancelled' }]);
  return result;
}
