import { reconcileWorkflowId } from '../checkout/ids.ts';
import { parseEventId } from '../parse.ts';
import type { Breach } from '../workflows/breach.ts';
import { EVENT_ID } from '../workflows/messages.ts';
import type { ReconcileReport, reconcile } from '../workflows/reconcile.ts';
import type { Answer, Session } from './session.ts';

/** Somebody waits, and should know that it is not stuck; or that no worker is there. */
const TELL_EVERY_MS = 30_000;

/** Compares an event, or joins whoever does it just now. The run goes on though the command is broken off. */
export async function reconcileEvent(
  { client, taskQueue }: Session,
  eventId: string,
  pauseSeconds: number | undefined,
  tell: (line: string) => void,
): Promise<Answer> {
  const workflowId = reconcileWorkflowId(parseEventId(eventId));
  const handle = await client.workflow.start<typeof reconcile>('reconcile', {
    workflowId,
    taskQueue,
    args: [{ eventId, ...(pauseSeconds !== undefined && { pauseMs: pauseSeconds * 1000 }) }],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    typedSearchAttributes: [{ key: EVENT_ID, value: eventId }],
    staticSummary: `Compare event ${eventId}`,
  });
  const waiting = setInterval(
    () => tell(`still comparing; the page of ${workflowId} shows how far it is, if a worker is running`),
    TELL_EVERY_MS,
  );
  try {
    const report = await handle.result();
    const isWell = report.knownAtSeatsio && report.breaches.length === 0;
    return { text: describeReport(report), data: report, exitCode: isWell ? 0 : 1 };
  } finally {
    clearInterval(waiting);
  }
}

export function describeReport(report: ReconcileReport): string {
  const { eventId, knownAtSeatsio, compared, breaches, furtherBreaches } = report;
  const counts = [
    `${compared.checkouts} checkouts (${compared.openCheckouts} open)`,
    `${compared.bookedSeats} seats and ${compared.bookedPlaces} places booked`,
    `${compared.heldSeats} seats held`,
    `${compared.orders} orders`,
    `${compared.soldTickets} tickets sold`,
    `${compared.payments + compared.latePayments} payments`,
  ].join(', ');
  return [
    `event ${eventId}: ${counts}`,
    ...(knownAtSeatsio
      ? []
      : ['Seats.io does not know this event: check the id, and the key of the workers.']),
    ...breaches.map(describeBreach),
    ...(furtherBreaches > 0 ? [`about ${furtherBreaches} more`] : []),
    breaches.length === 0 ? 'No breach.' : `${breaches.length + furtherBreaches} breaches.`,
    'Checkouts of the last seconds may not be listed yet.',
  ].join('\n');
}

function describeBreach(breach: Breach): string {
  const {
    kind,
    orderId,
    attempt,
    seat,
    places,
    paymentId,
    ticketIds = [],
    recordIds = [],
    ending,
    next,
  } = breach;
  const about = [
    ...(orderId ? [`order ${orderId}${attempt === undefined ? '' : `, attempt ${attempt}`}`] : []),
    ...(seat ? [places === undefined ? `seat ${seat}` : `${places} places of ${seat}`] : []),
    ...(paymentId ? [`payment ${paymentId}`] : []),
    ...(ticketIds.length > 0 ? [`tickets ${ticketIds.join(', ')}`] : []),
    ...(recordIds.length > 0 ? [`TMT orders ${recordIds.join(', ')}`] : []),
    ...(ending ? [`ended as ${ending}`] : []),
  ].join('; ');
  return `${kind}: ${about}\n  → ${next}`;
}
