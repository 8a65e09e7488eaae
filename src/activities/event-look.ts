import { RemoteError } from '../remote-error.ts';
import { BOOKED, HELD, type ObjectState } from '../seatsio/object-state.ts';
import type { SeatsApi, SeatsReports } from '../seatsio/seats-api.ts';
import type { RecordedOrder } from '../tmt/order-record.ts';
import type { TmtApi } from '../tmt/tmt-api.ts';
import type { TmtTicket } from '../tmt/tmt-ticket.ts';
import type { OrderFacts, Page, SeatFacts, TicketRow } from '../workflows/event-picture.ts';
import { callDeadline } from './step.ts';
import { twoAtATime } from './two-at-a-time.ts';

export interface EventLookDependencies {
  seats: Pick<SeatsApi, 'retrieveToken'> & SeatsReports;
  tmt: Pick<TmtApi, 'listTickets' | 'ordersOf'>;
}

export interface EventPage {
  eventId: string;
  /** From the page before. */
  after?: string;
}

/** Objects, and buyers, of one page. A page is an answer far below 2 MB, and is what a failure repeats. */
const OBJECTS = 5_000;
const BUYERS = 500;
/** The lists of a whole event are long. */
const LIST_MS = 60_000;
const CALL_MS = 15_000;

/** What Seats.io and TMT have of a whole event. Neither gives it in pages, so each page reads the list anew. */
export function createEventLookActivities({ seats, tmt }: EventLookDependencies) {
  return {
    /** Booked seats, held seats, and areas, by label. The lane is the regular one, but for asking after tokens. */
    async readSeats({ eventId, after = '' }: EventPage): Promise<Page<SeatFacts & { known: boolean }>> {
      const states = await readAll(eventId);
      if (!states) return { known: false, booked: [], held: [], areas: [] };
      const rest = states
        .filter(({ label, status, area }) => label > after && (area || status === BOOKED || status === HELD))
        .sort((a, b) => (a.label < b.label ? -1 : 1));
      const page = rest.slice(0, OBJECTS);
      const alive = await findAlive(page.flatMap(tokensOf));
      const isAlive = (token: string) => alive.has(token);
      const last = page.at(-1)?.label;
      return {
        known: true,
        booked: page
          .filter(({ status, area }) => !area && status === BOOKED)
          .map(({ label, orderId, categoryKey }) => [label, orderId ?? null, categoryKey]),
        held: page
          .filter(({ status, area }) => !area && status === HELD)
          .map((state) => [state.label, state.orderId ?? null, tokensOf(state).some(isAlive)]),
        areas: page.flatMap(({ label, categoryKey, categoryLabel, area }) => {
          if (!area) return [];
          const heldByDead = [...area.heldByToken]
            .filter(([token]) => !isAlive(token))
            .reduce((sum, [, places]) => sum + places, 0);
          return { label, categoryKey, categoryLabel, booked: area.booked, heldByDead };
        }),
        ...(last !== undefined && page.length < rest.length && { next: last }),
      };
    },

    /**
     * Tickets that are sold, and the orders of their holders, which is the only way to orders that TMT has. A
     * page is a number of holders; where it ends is told by a ticket, since e-mails go no further than here.
     */
    async readSales({
      eventId,
      after = '',
    }: EventPage): Promise<Page<{ soldTickets: TicketRow[]; orders: OrderFacts[] }>> {
      const tickets = await tmt.listTickets(eventId, atMost(LIST_MS));
      const rest = groupByHolder(tickets.filter(({ sold }) => sold)).filter(({ first }) => first > after);
      const page = rest.slice(0, BUYERS);
      const orders = await twoAtATime(page, async ({ email }) =>
        email === undefined ? [] : tmt.ordersOf(email, atMost(CALL_MS)),
      );
      const last = page.at(-1)?.first;
      return {
        soldTickets: page.flatMap((holder) =>
          holder.tickets.map(({ ticketId, zone, zoneId }): TicketRow => [ticketId, zone, zoneId]),
        ),
        orders: orders.flat().filter(isOf(eventId)).map(toOrderFacts),
        ...(last !== undefined && page.length < rest.length && { next: last }),
      };
    },
  };

  async function readAll(eventId: string): Promise<ObjectState[] | undefined> {
    try {
      return await seats.readAll(eventId, atMost(LIST_MS));
    } catch (error) {
      if (error instanceof RemoteError && error.kind === 'not_found') return undefined;
      throw error;
    }
  }

  async function findAlive(tokens: readonly string[]): Promise<Set<string>> {
    const asked = [...new Set(tokens)];
    const found = await twoAtATime(asked, (token) => seats.retrieveToken(token, atMost(CALL_MS)));
    return new Set(asked.filter((_, index) => found[index] !== undefined));
  }
}

/** One call gets so long, if that much is left of the try. */
export function atMost(ms: number): { timeoutMs: number } {
  return { timeoutMs: Math.min(ms, callDeadline().timeoutMs) };
}

export function toOrderFacts({ orderId, attemptId, paymentId, ticketIds }: RecordedOrder): OrderFacts {
  return {
    ...(orderId !== undefined && { recordId: orderId }),
    ...(attemptId !== undefined && { attemptId }),
    ...(paymentId !== undefined && { paymentId }),
    ticketIds,
  };
}

function tokensOf({ holdToken, area }: ObjectState): string[] {
  return [...(holdToken === undefined ? [] : [holdToken]), ...(area?.heldByToken.keys() ?? [])];
}

/** An order names its event only by its tickets, whose ids begin with it. */
function isOf(eventId: string): (order: RecordedOrder) => boolean {
  return ({ ticketIds }) => ticketIds.some((ticketId) => ticketId.startsWith(`${eventId}-`));
}

interface Holder {
  email: string | undefined;
  tickets: TmtTicket[];
  /** The first of the holder's ticket ids. */
  first: string;
}

/** Holders in the order of their first tickets, which is the same for every page. A ticket may have none. */
function groupByHolder(tickets: readonly TmtTicket[]): Holder[] {
  const holders = new Map<string, Holder>();
  for (const ticket of [...tickets].sort((a, b) => (a.ticketId < b.ticketId ? -1 : 1))) {
    const email = ticket.customerEmail?.trim().toLowerCase();
    const key = email ?? ticket.ticketId;
    const known = holders.get(key);
    if (known) known.tickets.push(ticket);
    else holders.set(key, { email, tickets: [ticket], first: ticket.ticketId });
  }
  return [...holders.values()];
}
