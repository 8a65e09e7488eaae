import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import { ticketDeskWorkflowId } from '../checkout/ids.ts';
import type { Ticket } from '../checkout/ticket.ts';
import { type AllotRequest, allotTicketsUpdate, EVENT_ID } from '../workflows/messages.ts';
import type { ticketDesk } from '../workflows/ticket-desk.ts';
import { callDeadline } from './step.ts';

/**
 * Asks the ticket desk of an event for an order's tickets, and opens the desk with the first order that asks.
 * The desk knows an order again by itself, so the update has no id of ours: a constant one would repeat the
 * desk's first refusal for ever.
 */
export function createAllotAtDesk(client: Client, taskQueue: string) {
  return async ({ eventId, attemptId, seats }: AllotRequest & { eventId: string }): Promise<Ticket[]> => {
    const startWorkflowOperation = new WithStartWorkflowOperation<typeof ticketDesk>('ticketDesk', {
      workflowId: ticketDeskWorkflowId(eventId),
      taskQueue,
      args: [{ eventId }],
      workflowIdConflictPolicy: 'USE_EXISTING',
      typedSearchAttributes: [{ key: EVENT_ID, value: eventId }],
      staticSummary: `Ticket desk of event ${eventId}`,
    });
    const { timeoutMs } = callDeadline();
    return client.withDeadline(Date.now() + timeoutMs, () =>
      client.workflow.executeUpdateWithStart(allotTicketsUpdate, {
        args: [{ attemptId, seats }],
        startWorkflowOperation,
      }),
    );
  };
}
