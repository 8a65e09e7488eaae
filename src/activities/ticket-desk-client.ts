import { randomUUID } from 'node:crypto';
import { type Client, WithStartWorkflowOperation, type WorkflowIdConflictPolicy } from '@temporalio/client';
import { ticketDeskWorkflowId } from '../checkout/ids.ts';
import type { Ticket } from '../checkout/ticket.ts';
import {
  type AllotRequest,
  allotTicketsUpdate,
  EVENT_ID,
  returnTicketsSignal,
} from '../workflows/messages.ts';
import type { ticketDesk } from '../workflows/ticket-desk.ts';
import { callDeadline } from './step.ts';

const USE_EXISTING: WorkflowIdConflictPolicy = 'USE_EXISTING';

/** Talks to the ticket desk of an event, and opens it with the first order that asks. */
export function createTicketDeskClient(client: Client, taskQueue: string) {
  return {
    async allot({ eventId, attemptId, seats }: AllotRequest & { eventId: string }): Promise<Ticket[]> {
      const startWorkflowOperation = new WithStartWorkflowOperation<typeof ticketDesk>('ticketDesk', {
        ...deskOf(eventId),
        workflowIdConflictPolicy: USE_EXISTING,
      });
      return within(() =>
        client.workflow.executeUpdateWithStart(allotTicketsUpdate, {
          // The desk knows an order again by itself. A constant id would repeat its first refusal for ever.
          updateId: randomUUID(),
          args: [{ attemptId, seats }],
          startWorkflowOperation,
        }),
      );
    },

    async giveBack({ eventId, attemptId }: { eventId: string; attemptId: string }): Promise<void> {
      await within(() =>
        client.workflow.signalWithStart<typeof ticketDesk, [string]>('ticketDesk', {
          ...deskOf(eventId),
          signal: returnTicketsSignal,
          signalArgs: [attemptId],
        }),
      );
    },
  };

  function deskOf(eventId: string) {
    return {
      workflowId: ticketDeskWorkflowId(eventId),
      taskQueue,
      args: [{ eventId }] as [{ eventId: string }],
      typedSearchAttributes: [{ key: EVENT_ID, value: eventId }],
      staticSummary: `Ticket desk of event ${eventId}`,
    };
  }

  function within<T>(call: () => Promise<T>): Promise<T> {
    return client.withDeadline(Date.now() + callDeadline().timeoutMs, call);
  }
}
