import { sleep } from '@temporalio/activity';
import { isArea, objectLabel } from '../checkout/order.ts';
import { ORDER_SETTLE_MS } from '../checkout/terms.ts';
import type { Ticket } from '../checkout/ticket.ts';
import type { TmtApi } from '../tmt/tmt-api.ts';
import type { AllotRequest } from '../workflows/messages.ts';
import { callDeadline, mayHaveHappened } from './step.ts';

/**
 * For a deployment whose `tickets_generate` makes an order's own tickets: generates them, unless a look
 * shows that an earlier try did. TMT deduplicates nothing, so after a try without an answer the look is
 * believed only once TMT has had time to write.
 *
 * @returns the tickets; none when TMT said yes and does not list them yet, which must not lead here again
 */
export async function allotPerSale(
  tmt: TmtApi,
  request: AllotRequest & { eventId: string; resumed?: boolean },
): Promise<Ticket[]> {
  const { eventId, attemptId, seats } = request;
  if (mayHaveHappened(request)) await sleep(ORDER_SETTLE_MS);
  const known = await findPerSale(tmt, request);
  if (known) return known;
  await tmt.generateTickets(
    { eventId, orderId: attemptId, seats: seats.map(({ seat }) => seat) },
    callDeadline(),
  );
  return (await findPerSale(tmt, request).catch(() => undefined)) ?? [];
}

/** The tickets that were generated for this attempt; undefined unless there are as many as it has places. */
export async function findPerSale(
  tmt: TmtApi,
  { eventId, attemptId, seats }: AllotRequest & { eventId: string },
): Promise<Ticket[] | undefined> {
  const listed = await tmt.listTickets(eventId, callDeadline());
  const own = listed.filter(({ orderId }) => orderId === attemptId);
  const objects = seats.flatMap(({ seat }) =>
    Array<string>(isArea(seat) ? seat.quantity : 1).fill(objectLabel(seat)),
  );
  const tickets = objects.flatMap((object) => {
    const index = own.findIndex(({ seatId }) => seatId === object);
    const [ticket] = own.splice(Math.max(0, index), 1);
    return ticket ? [{ ticketId: ticket.ticketId, zoneId: ticket.zoneId, object }] : [];
  });
  return tickets.length === objects.length ? tickets : undefined;
}
