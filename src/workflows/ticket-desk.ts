import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
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
import {
  allotTicketsUpdate,
  NEEDS_ATTENTION,
  REFUSAL,
  returnTicketsSignal,
  TMT_SAID_NO,
  TOO_MANY_TICKETS,
} from './messages.ts';
import { type Allotments, allot, giveBack, type InventoryZone } from './ticket-inventory.ts';

export interface TicketDeskInput {
  eventId: string;
  /** From the run before. */
  allotments?: Allotments;
  /** The attempts whose money went back: they get no ticket any more. */
  givenBack?: string[];
  /** True once `tickets_generate` was called, whatever became of it: it is never called again. */
  generated?: boolean;
}

/** Temporal lets a run take 2,000 updates; the next one begins well before. */
const ORDERS_PER_RUN = 1_000;
/** Between two looks at TMT while there are no tickets, or too few. */
const LOOK_AGAIN = '30 seconds';

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
export async function ticketDesk(input: TicketDeskInput): Promise<void> {
  const { eventId, allotments = {} } = input;
  const givenBack = new Set(input.givenBack);
  let generated = input.generated ?? false;
  let zones: InventoryZone[] = [];
  let allotted = 0;
  let shortOf: string | undefined;
  let attention = false;

  setHandler(allotTicketsUpdate, async (request) => {
    await CancellationScope.nonCancellable(() => condition(() => zones.length > 0));
    if (givenBack.has(request.attemptId))
      throw ApplicationFailure.nonRetryable('the money of this attempt goes back', REFUSAL.givenBack);
    allotted += 1;
    const answer = allot(zones, allotments, request);
    if (Array.isArray(answer)) return answer;
    shortOf = answer.shortOf;
    throw ApplicationFailure.nonRetryable(`no ticket left for category ${shortOf}`, REFUSAL.noTicketLeft);
  });
  setHandler(returnTicketsSignal, (attemptId) => {
    givenBack.add(attemptId);
    giveBack(allotments, attemptId);
  });

  // A cancelled desk would forget what it has promised, and promise it again.
  return CancellationScope.nonCancellable(handOut);

  async function handOut(): Promise<void> {
    const isRunFull = () => allotted >= ORDERS_PER_RUN || workflowInfo().continueAsNewSuggested;
    while (!isRunFull()) {
      let tooMany = await look();
      if (!tooMany && zones.length === 0 && !generated) {
        generated = await generateOnce(eventId);
        tooMany = await look();
      }
      const left = zones.reduce((sum, { tickets }) => sum + tickets.length, 0);
      if (tooMany) show(true, `${tooMany}. Sell it as several events.`);
      else if (zones.length === 0)
        show(true, `TMT lists no tickets for this event. Check its zones, or generate them there.`);
      else if (shortOf)
        show(true, `TMT has no ticket left for category ${shortOf}, but Seats.io still sells it.`);
      else show(false, `Handing out ${left} tickets.`);

      if (zones.length > 0 && !shortOf) await condition(() => shortOf !== undefined || isRunFull());
      else await sleep(LOOK_AGAIN);
      // Whether it still is short, the next order that asks will tell.
      if (attention) shortOf = undefined;
    }
    await condition(() => zones.length === 0 || allHandlersFinished());
    await continueAsNew<typeof ticketDesk>({ eventId, allotments, generated, givenBack: [...givenBack] });
  }

  /** Lists the tickets, or says why there are too many of them. */
  async function look(): Promise<string | undefined> {
    try {
      zones = await listTickets({ eventId });
      return undefined;
    } catch (error) {
      const cause = causeOf(error);
      if (cause?.type !== TOO_MANY_TICKETS) throw error;
      return cause.message;
    }
  }

  function show(needed: boolean, text: string): void {
    setCurrentDetails(text);
    if (needed === attention) return;
    attention = needed;
    upsertSearchAttributes([{ key: NEEDS_ATTENTION, value: needed }]);
  }
}

/**
 * @returns whether the call may have taken effect. Only a proven "no" lets it be made again: TMT answers 400
 * to failures of its own as well, and writes to two stores in turn.
 */
async function generateOnce(eventId: string): Promise<boolean> {
  try {
    await generateTickets({ eventId });
    return true;
  } catch (error) {
    const kind = causeOf(error)?.type;
    log.warn('tickets were not generated', { eventId, kind: kind ?? 'unknown' });
    if (kind && DID_NOTHING.has(kind)) return false;
    await sleep(ORDER_SETTLE_MS);
    return true;
  }
}

function causeOf(error: unknown): ApplicationFailure | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  return cause instanceof ApplicationFailure ? cause : undefined;
}

const DID_NOTHING = new Set([TMT_SAID_NO, 'not_found', 'unauthorised', 'throttled', 'not_sent']);
