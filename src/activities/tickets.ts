import { ApplicationFailure, sleep } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { attemptId } from '../checkout/ids.ts';
import { splitAmount } from '../checkout/money.ts';
import type { Order } from '../checkout/order.ts';
import { ORDER_SETTLE_MS } from '../checkout/terms.ts';
import type { Ticket } from '../checkout/ticket.ts';
import { RemoteError } from '../remote-error.ts';
import { NOT_VALID } from '../tmt/call-function.ts';
import type { TmtSeller } from '../tmt/order-record.ts';
import type { TmtApi } from '../tmt/tmt-api.ts';
import type { TmtTicket } from '../tmt/tmt-ticket.ts';
import { type AllotRequest, TMT_SAID_NO, TOO_MANY_TICKETS } from '../workflows/messages.ts';
import type { InventoryZone } from '../workflows/ticket-inventory.ts';
import { createAtTicketDesk } from './at-ticket-desk.ts';
import { callDeadline, msLeft } from './step.ts';
import { allotPerSale, findPerSale } from './tickets-per-sale.ts';

export interface TicketDependencies {
  tmt: TmtApi;
  /** To reach the ticket desk of an event. */
  client: Client;
  /** The queue that the ticket desk runs on. */
  taskQueue: string;
  /** `desk`: an event's tickets are generated once and handed out. `per-sale`: each booking generates its own. */
  mode: 'desk' | 'per-sale';
  seller: TmtSeller;
}

export interface RecordStep {
  order: Order;
  attempt: number;
  tickets: Ticket[];
  paymentId: string;
  resumed?: boolean;
}

/** What of an event fits into the 2 MB that Temporal takes in one piece, with who has which ticket. */
const TICKETS_AT_MOST = 25_000;

/** How often TMT is asked whether its trigger has marked the tickets sold. */
const SOLD_POLL_MS = 200;

/** A look that takes longer than this is broken off and repeated. */
const LONGEST_POLL_MS = 5_000;
/** Looks at once: a large order must not wait ticket by ticket. */
const LOOKS_AT_ONCE = 10;

/** The forward-only steps: tickets, then the order record, over TMT, which repeats whatever it is told twice. */
export function createTicketActivities(dependencies: TicketDependencies) {
  const { tmt, client, taskQueue, mode, seller } = dependencies;
  const ticketDesk = createAtTicketDesk(client, taskQueue);

  return {
    /** The tickets of this order: the same ones however often it asks. None: generated, but not listed yet. */
    async allotTickets(request: AllotRequest & { eventId: string; resumed?: boolean }): Promise<Ticket[]> {
      return mode === 'desk' ? ticketDesk.allot(request) : allotPerSale(tmt, request);
    },

    /** The tickets that a sale generated for itself, once TMT lists them. Generates nothing. */
    async findTickets(request: AllotRequest & { eventId: string }): Promise<Ticket[]> {
      const tickets = await findPerSale(tmt, request);
      if (tickets) return tickets;
      throw ApplicationFailure.retryable(
        'TMT does not list the tickets that it generated yet',
        'NotListedYet',
      );
    },

    /**
     * Writes the order at TMT, once. TMT makes a second order of a second `order_created`, so the buyer's
     * orders are listed for this attempt's id before every one; after a try without an answer the list is
     * believed only once TMT has had time to process it. What TMT has said yes to is an answer, whatever
     * becomes of the wait: it is not asked for again.
     *
     * @returns `sold: false` when TMT had not marked the tickets in time; `awaitSold` goes on waiting
     */
    async recordOrder(step: RecordStep): Promise<{ orderRecordId?: string; sold: boolean }> {
      const { order, tickets } = step;
      if (step.resumed) await sleep(ORDER_SETTLE_MS);
      const id = attemptId(order.orderId, step.attempt);
      const recorded = (await tmt.ordersOf(order.buyer.email, callDeadline())).find(
        (known) => known.attemptId === id,
      );
      const { orderId } = recorded ?? (await send(step, id));
      const sold = await areSoldWithin(tickets, order.buyer.email);
      return { ...(orderId !== undefined && { orderRecordId: orderId }), sold };
    },

    /** Waits until TMT has marked the tickets of a recorded order sold. */
    async awaitSold({ tickets, email }: { tickets: Ticket[]; email: string }): Promise<void> {
      if (await areSoldWithin(tickets, email)) return;
      throw ApplicationFailure.retryable('TMT has not marked the tickets sold yet', 'NotSoldYet');
    },

    /** Whether TMT has no order record of the attempt, as is known once the last try has had time to show. */
    async isOrderAbsent({ email, attemptId: id }: { email: string; attemptId: string }): Promise<boolean> {
      await sleep(ORDER_SETTLE_MS);
      return !(await tmt.ordersOf(email, callDeadline())).some((known) => known.attemptId === id);
    },

    /** Gives an attempt's tickets back to the desk, and keeps it from ever getting any. */
    async returnTickets(attempt: { eventId: string; attemptId: string }): Promise<void> {
      if (mode === 'desk') await ticketDesk.takeBack(attempt);
    },

    /**
     * All tickets of the event by zone, in the order of their seat ids; none before they were generated. More than
     * a desk can hand out are a failure of the type `TOO_MANY_TICKETS`.
     */
    async listTickets({ eventId }: { eventId: string }): Promise<InventoryZone[]> {
      const tickets = (await tmt.listTickets(eventId, callDeadline())).sort(bySeatId);
      if (tickets.length > TICKETS_AT_MOST) {
        const many = `TMT lists ${tickets.length} tickets for this event; a ticket desk hands out ${TICKETS_AT_MOST} at most`;
        throw ApplicationFailure.nonRetryable(many, TOO_MANY_TICKETS);
      }
      const zones = new Map<string, InventoryZone>();
      for (const { ticketId, zone, zoneId, available } of tickets) {
        const own = zones.get(zoneId) ?? { zone, zoneId, tickets: [] };
        own.tickets.push([ticketId, available]);
        zones.set(zoneId, own);
      }
      return [...zones.values()];
    },

    /** Generates the tickets of the whole event. A second call would double them: the ticket desk calls it once. */
    async generateTickets({ eventId }: { eventId: string }): Promise<void> {
      try {
        await tmt.generateTickets({ eventId }, callDeadline());
      } catch (error) {
        // TMT's considered "no"; another 400 may be a failure of its own, behind which anything happened.
        const isNo = error instanceof RemoteError && error.facts.code === NOT_VALID;
        throw isNo ? ApplicationFailure.retryable(error.message, TMT_SAID_NO) : error;
      }
    },
  };

  async function send(step: RecordStep, id: string): Promise<{ orderId?: string }> {
    const { order, tickets, paymentId } = step;
    const amounts = splitAmount(order.total.amount, tickets.length);
    const lines = tickets.map(({ ticketId, zoneId }, index) => ({
      ticketId,
      zoneId,
      amount: amounts[index] ?? 0,
    }));
    try {
      return await tmt.createOrder(
        { attemptId: id, order, tickets: lines, paymentId, seller },
        callDeadline(),
      );
    } catch (error) {
      if (!(error instanceof RemoteError) || error.kind !== 'unknown') throw error;
      throw ApplicationFailure.create({
        message: error.message,
        type: error.kind,
        details: [error.facts],
        nextRetryDelay: ORDER_SETTLE_MS,
      });
    }
  }

  /** Asks until the tickets are sold or the try is nearly over; a question that fails is asked again. */
  async function areSoldWithin(tickets: Ticket[], email: string): Promise<boolean> {
    for (let waiting = tickets; ; await sleep(SOLD_POLL_MS)) {
      const answers = await mapLimited(waiting, ({ ticketId }) => isSold(ticketId, email));
      waiting = waiting.filter((_, index) => answers[index] !== true);
      if (waiting.length === 0) return true;
      if (msLeft() < 2 * SOLD_POLL_MS + LONGEST_POLL_MS) return false;
    }
  }

  /** Sold to this buyer. One that TMT sold to somebody else never is: a person has to look. */
  async function isSold(ticketId: string, email: string): Promise<boolean> {
    const ticket = await tmt.getTicket(ticketId, { timeoutMs: LONGEST_POLL_MS }).catch(noAnswer);
    if (!ticket || ticket.available) return false;
    return ticket.customerEmail === undefined || sameMailbox(ticket.customerEmail, email);
  }
}

/** `VIP-2` before `VIP-10`. Sorted here, for the order of a collator is not the same on every machine. */
const IN_SEAT_ORDER = new Intl.Collator('en', { numeric: true });

function bySeatId(a: TmtTicket, b: TmtTicket): number {
  return IN_SEAT_ORDER.compare(a.seatId, b.seatId) || (a.ticketId < b.ticketId ? -1 : 1);
}

/** A look that failed is no answer, and no reason to begin the whole step anew. */
function noAnswer(error: unknown): undefined {
  if (error instanceof RemoteError) return undefined;
  throw error;
}

async function mapLimited<T, R>(items: readonly T[], map: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += LOOKS_AT_ONCE) {
    results.push(...(await Promise.all(items.slice(start, start + LOOKS_AT_ONCE).map(map))));
  }
  return results;
}

function sameMailbox(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}
