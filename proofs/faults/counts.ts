import { type Client, isGrpcServiceError } from '@temporalio/client';
import { checkoutWorkflowId, latePaymentWorkflowId, ticketDeskWorkflowId } from '../../src/checkout/ids.ts';
import type { Order } from '../../src/checkout/order.ts';
import type { CheckoutResult } from '../../src/checkout/outcome.ts';
import { breachesOf } from '../law/balance.ts';
import type { Effect } from '../law/ledgers.ts';
import type { Stage } from '../stage/stage.ts';
import type { Row } from './cell.ts';

type Histories = Awaited<ReturnType<typeof historiesOf>>;

/**
 * What a trial came to: its row, from the ledgers and the histories, the breaches of the law, and whether a
 * checkout still asks for a person. To be read when all is quiet.
 */
export async function countsOf(
  stage: Stage,
  order: Order,
  result: CheckoutResult,
): Promise<{ row: Row; breaches: string[]; stillAsks: boolean; histories: Histories }> {
  const effects = await stage.ledgers.ofEvent(order.eventId);
  const { seats, tmt, money } = effects;
  const payments = new Set(money.map(({ paymentId }) => String(paymentId)));
  const histories = await historiesOf(stage.temporal, [
    ...Array.from({ length: result.attempt }, (_, n) => checkoutWorkflowId(order.orderId, n + 1)),
    ticketDeskWorkflowId(order.eventId),
    ...[...payments].map(latePaymentWorkflowId),
  ]);
  const released = seats.filter(({ effect, from }) => effect === 'released' && from === 'booked');
  const row = {
    outcome: result.outcome,
    booked: placesOf(named(seats, 'booked')) - placesOf(released),
    captured: named(money, 'payment.captured').length,
    refunded: named(money, 'payment.refunded').length,
    records: named(tmt, 'order.created').length,
    sold: named(tmt, 'ticket.sold').length,
    attention: histories.some((events) => calls(events).includes(true)),
  };
  const stillAsks = histories.some((events) => calls(events).at(-1) === true);
  return { row, breaches: breachesOf(effects), stillAsks, histories };
}

function named(effects: Effect[], name: string): Effect[] {
  return effects.filter(({ effect }) => effect === name);
}

function placesOf(effects: Effect[]): number {
  return effects.reduce((sum, { quantity }) => sum + Number(quantity), 0);
}

const NOT_FOUND = 5;

async function historiesOf(temporal: Client, workflowIds: string[]) {
  const found = await Promise.all(
    workflowIds.map((id) =>
      temporal.workflow
        .getHandle(id)
        .fetchHistory()
        .catch((error: unknown) => {
          if (isGrpcServiceError(error) && error.code === NOT_FOUND) return undefined;
          throw error;
        }),
    ),
  );
  return found.flatMap((history) => (history ? [history.events ?? []] : []));
}

/** Every time that a run said whether a person should look. */
function calls(events: Histories[number]): boolean[] {
  return events.flatMap(({ upsertWorkflowSearchAttributesEventAttributes: upsert }) => {
    const value = upsert?.searchAttributes?.indexedFields?.NeedsAttention?.data;
    return value ? [Buffer.from(value).toString() === 'true'] : [];
  });
}

/** The server's cause for a task that it refused since something came while it ran. */
const UNHANDLED_COMMAND = 1;

/** Whether a task of one of the runs was refused for a message that came meanwhile, and ran again. */
export function ranAgain(histories: Histories): boolean {
  return histories.flat().some(({ workflowTaskFailedEventAttributes: failed }) => {
    return failed?.cause === UNHANDLED_COMMAND;
  });
}

/** The server's word for a step that has no time left for one more try. */
const RETRY_STATE_TIMEOUT = 3;
const FIRST_PAUSE_MS = 500;

/**
 * Whether the server ended a step because its whole time would have been over before the next try: on a busy
 * machine that comes early, and a fault until the last try is then one without a last try.
 */
export function ranOutOfTime(histories: Histories, budgetMs: number): boolean {
  return histories.some((events) => {
    const at = new Map(events.map((event) => [String(event.eventId), event]));
    return events.some(({ activityTaskFailedEventAttributes: failed, eventTime }) => {
      if (failed?.retryState !== RETRY_STATE_TIMEOUT) return false;
      const tries = at.get(String(failed.startedEventId))?.activityTaskStartedEventAttributes?.attempt ?? 1;
      const tookMs = msOf(eventTime) - msOf(at.get(String(failed.scheduledEventId))?.eventTime);
      return tookMs + FIRST_PAUSE_MS * 2 ** (tries - 1) >= budgetMs;
    });
  });
}

function msOf(time: { seconds?: unknown; nanos?: number | null } | null | undefined): number {
  return Number(time?.seconds ?? 0) * 1000 + (time?.nanos ?? 0) / 1e6;
}
