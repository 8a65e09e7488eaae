import { z } from 'zod';
import { parseCheckoutWorkflowId } from '../checkout/ids.ts';
import type { CheckoutResult, CheckoutView } from '../checkout/outcome.ts';
import type { CheckoutBrokenError } from '../checkout-errors.ts';
import type { Caller } from './auth/api-keys.ts';
import { BUYER_STATES, buyerStateOf, versionOf } from './buyer-state.ts';

/** What is told of an order; an allow-list. `tickets` and `needsPerson` are not for buyers. */
export const orderView = z.object({
  orderId: z.string(),
  attempt: z.int().meta({ description: 'The order is tried again as its next attempt' }),
  state: z.enum(BUYER_STATES),
  version: z.string().meta({ description: 'Send it back as `after`, to be told of the next change' }),
  deadline: z.iso.datetime().optional().meta({ description: 'Until when the buyer may pay' }),
  unavailable: z.array(z.string()).optional().meta({ description: 'The seats that were not to be had' }),
  tickets: z.array(z.object({ ticketId: z.string(), zoneId: z.string(), object: z.string() })).optional(),
  needsPerson: z.boolean().optional().meta({ description: 'It goes on, but an operator should look at it' }),
});
export type OrderView = z.output<typeof orderView>;

export function toOrderView(view: CheckoutView, { role }: Pick<Caller, 'role'>): OrderView {
  const { orderId, attempt, deadline, attention, result } = view;
  const state = buyerStateOf(view.status);
  const isBuyer = role === 'buyer';
  return {
    ...{ orderId, attempt, state, version: versionOf({ attempt, state }) },
    ...(deadline !== undefined && { deadline }),
    ...(result?.outcome === 'unavailable' && { unavailable: result.seats }),
    ...(!isBuyer && result?.outcome === 'completed' && { tickets: result.tickets }),
    ...(!isBuyer && attention.length > 0 && { needsPerson: true }),
  };
}

export function viewOfResult(result: CheckoutResult, caller: Pick<Caller, 'role'>): OrderView {
  const { orderId, attempt, outcome, payments } = result;
  return toOrderView({ orderId, attempt, status: outcome, payments, attention: [], result }, caller);
}

/** A checkout without a result may have taken money: a person finds out, and until then it is not shown as failed. */
export function viewOfBroken(
  orderId: string,
  { workflowId }: CheckoutBrokenError,
  caller: Pick<Caller, 'role'>,
): OrderView {
  const attempt = parseCheckoutWorkflowId(workflowId)?.attempt ?? 1;
  const attention = ['it ended without a result'];
  return toOrderView({ orderId, attempt, status: 'processing', payments: [], attention }, caller);
}
