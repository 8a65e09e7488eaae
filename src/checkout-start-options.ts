import type { WorkflowStartOptions } from '@temporalio/client';
import { hashOrder } from './attempts.ts';
import { checkoutWorkflowId } from './checkout/ids.ts';
import { placeCount } from './checkout/order.ts';
import type { checkout } from './workflows/checkout.ts';
import { CHECKOUT_STATUS, type CheckoutInput, EVENT_ID, NEEDS_ATTENTION } from './workflows/messages.ts';

/**
 * How an attempt is started, whoever starts it. A closed run of the same id is never started again; what
 * happens when one is open is the caller's choice.
 *
 * @param startedBy a mark of the call, by which it knows afterwards whether it started the run or joined it
 */
export function checkoutStartOptions(input: CheckoutInput, taskQueue: string, startedBy?: string) {
  const { order, attempt, rescue, owner } = input;
  const places = placeCount(order.seats);
  return {
    workflowId: checkoutWorkflowId(order.orderId, attempt),
    taskQueue,
    args: [input],
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    typedSearchAttributes: [
      { key: EVENT_ID, value: order.eventId },
      { key: CHECKOUT_STATUS, value: 'open' },
      { key: NEEDS_ATTENTION, value: false },
    ],
    memo: {
      orderHash: hashOrder(order),
      ...(rescue && { rescues: rescue.paymentId }),
      ...(owner !== undefined && { owner }),
      ...(startedBy !== undefined && { startedBy }),
    },
    staticSummary: `Order ${order.orderId}: ${places} places, event ${order.eventId}${rescue ? ', rescue' : ''}`,
  } satisfies WorkflowStartOptions<typeof checkout>;
}
