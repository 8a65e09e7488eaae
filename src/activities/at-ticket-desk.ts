import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import { ticketDeskWorkflowId } from '../checkout/ids.ts';
import type { Ticket } from '../checkout/ticket.ts';
import {
  type AllotRequest,
  allotTicketsUpdate,
  EVENT_ID,
  returnTicketsSignal,
} from '../workflows/messages.ts';
import type { TicketDeskInput, ticketDesk } from '../workflows/ticket-desk.ts';
import { callDeadline } from './step.ts';

/** What is asked of the ticket desk of an event. It is opened by whoever comes first. */
export function createAtTicketDesk(client: Client, taskQueue: string) {
  const deskOf = (eventId: string) => ({
    workflowId: ticketDeskWorkflowId(eventId),
    taskQueue,
    args: [{ eventId }] as [TicketDeskInput],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    typedSearchAttributes: [{ key: EVENT_ID, value: eventId }],
    staticSummary: `Ticket desk of event ${eventId}`,
  });
  const withinTry = <T>(call: () => Promise<T>): Promise<T> =>
    client.withDeadline(Date.now() + callDeadline().timeoutMs, call);

  return {
    /**
     * An order's tickets. The desk knows an order again by itself, so the update has no id of ours: a constant one
     * would repeat the desk's first refusal for ever.
     */
    async allot({ eventId, attemptId, seats }: AllotRequest & { eventId: string }): Promise<Ticket[]> {
      const startWorkflowOperation = new WithStartWorkflowOperation<typeof ticketDesk>(
        'ticketDesk',
        deskOf(eventId),
      );
      const args: [AllotRequest] = [{ attemptId, seats }];
      return withinTry(() =>
        client.workflow.executeUpdateWithStart(allotTicketsUpdate, { args, startWorkflowOperation }),
      );
    },

    /**
     * Takes an attempt's tickets back, and keeps it from ever getting any: also from a desk that is not open yet,
     * for a call of the attempt may still be on its way to open it.
     */
    async takeBack({ eventId, attemptId }: { eventId: string; attemptId: string }): Promise<void> {
      const signalArgs: [string] = [attemptId];
      await withinTry(() =>
        client.workflow.signalWithStart<typeof ticketDesk, [string]>('ticketDesk', {
          ...deskOf(eventId),
          signal: returnTicketsSignal,
          signalArgs,
        }),
      );
    },
  };
}
