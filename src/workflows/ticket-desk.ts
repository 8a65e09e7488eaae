import {
  ActivityCancellationType,
  ApplicationFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  log,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { createTicketActivities } from '../activities/tickets.ts';
import { ORDER_SETTLE_MS } from '../checkout/terms.ts';
import { allotTicketsUpdate, NEEDS_ATTENTION, REFUSAL, returnTicketsSignal } from './messages.ts';
import { type Allotments, allot, giveBack, type InventoryTicket } from './ticket-inventory.ts';

export interface TicketDeskInput {
  eventId: string;
  /** From the run before. */
  allotments?: Allotments;
  /** True once `tickets_generate` was called, whatever became of it: it is never called again. */
  generated?: boolean;
}

/** A run may take 2,000 updates; the next one begins well before. */
const UPDATES_PER_RUN = 1_000;
/** Between two looks at TMT while there are no tickets, or too few. */
const LOOK_AGAIN_MS = 30_000;

const { listTickets } = proxyActivities<Pick<ReturnType<typeof createTicketActivities>, 'listTickets'>>({
  startToCloseTimeout: '30 seconds',
  retry: { maximumInterval: '1 minute' },
  summary: 'List the tickets of the event',
});
const { generateTickets } = proxyActivities<
  Pick<ReturnType<typeof createTicketActivities>, 'generateTickets'>
>({
  startToCloseTimeout: '2 minutes',
  retry: { maximumAttempts: 1 },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  summary: 'Generate the tickets of the event',
});

/**
 * The one place that hands out an event's TMT tickets. TMT makes the tickets of the whole event at once, and
 * all of them again when it is asked twice; it knows neither seats nor who was promised which ticket. So this
 * workflow asks at most once, after it has looked, and remembers what it gave to whom. It lives as long as
 * the event sells; terminating it forgets which unsold tickets are promised.
 */
export async function ticketDesk({
  eventId,
  allotments = {},
  generated = false,
}: TicketDeskInput): Promise<void> {
  let tickets: InventoryTicket[] = [];
  let updates = 0;
  let short = false;

  setHandler(allotTicketsUpdate, async (request) => {
    updates += 1;
    await condition(() => tickets.length > 0);
    const answer = allot(tickets, allotments, request);
    if (Array.isArray(answer)) return answer;
    short = true;
    throw ApplicationFailure.nonRetryable(`no ticket left in zone ${answer.shortOf}`, REFUSAL.noTicketLeft);
  });
  setHandler(returnTicketsSignal, (attemptId) => giveBack(allotments, attemptId));

  tickets = await listTickets({ eventId });
  if (tickets.length === 0 && !generated) {
    generated = await generateOnce(eventId);
  }
  while (tickets.length === 0) {
    tickets = await listTickets({ eventId });
    if (tickets.length > 0) break;
    askForAttention(`TMT lists no tickets for event ${eventId}. Check its zones, or generate them there.`);
    await sleep(LOOK_AGAIN_MS);
    if (!generated) generated = await generateOnce(eventId);
  }
  upsertSearchAttributes([{ key: NEEDS_ATTENTION, value: false }]);
  setCurrentDetails(`Handing out ${tickets.length} tickets.`);

  while (updates < UPDATES_PER_RUN && !workflowInfo().continueAsNewSuggested) {
    await condition(() => short || updates >= UPDATES_PER_RUN || workflowInfo().continueAsNewSuggested);
    if (!short) continue;
    askForAttention('A zone has fewer tickets than Seats.io has seats in its category.');
    await sleep(LOOK_AGAIN_MS);
    short = false;
    tickets = await listTickets({ eventId });
  }
  await condition(allHandlersFinished);
  await continueAsNew<typeof ticketDesk>({ eventId, allotments, generated });
}

/**
 * @returns whether the call may have taken effect: only a proven "no" lets it be made again. On an unknown
 * outcome the desk waits until TMT has settled, and then only looks.
 */
async function generateOnce(eventId: string): Promise<boolean> {
  try {
    await generateTickets({ eventId });
    return true;
  } catch (error) {
    const kind =
      error instanceof Error && error.cause instanceof ApplicationFailure ? error.cause.type : undefined;
    log.warn('tickets were not generated', { eventId, kind: kind ?? 'unknown' });
    if (kind && DID_NOTHING.has(kind)) return false;
    await sleep(ORDER_SETTLE_MS);
    return true;
  }
}

const DID_NOTHING = new Set(['refused', 'not_found', 'unauthorised', 'throttled', 'not_sent']);

function askForAttention(reason: string): void {
  upsertSearchAttributes([{ key: NEEDS_ATTENTION, value: true }]);
  setCurrentDetails(reason);
}
