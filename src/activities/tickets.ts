import { ApplicationFailure, sleep } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { attemptId } from '../checkout/ids.ts';
import { splitAmount } from '../checkout/money.ts';
import type { Order } from '../checkout/order.ts';
import { ORDER_SETTLE_MS } from '../checkout/terms.ts';
import type { Ticket } from '../checkout/ticket.ts';
import { RemoteError } from '../remote-error.ts';
import type { TmtSeller } from '../tmt/order-record.ts';
import type { TmtApi } from '../tmt/tmt-api.ts';
import type { TmtTicket } from '../tmt/tmt-ticket.ts';
import type { AllotRequest } from '../workflows/messages.ts';
import { callDeadline, msLeft } from './step.ts';
import { createTicketDeskClient } from './ticket-desk-client.ts';
import { allotPerSale } from './tickets-per-sale.ts';

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

/** How often TMT is asked whether its trigger has marked the tickets sold. */
const SOLD_POLL_MS = 200;

/** The forward-only steps: tickets, then the order record, over TMT, which repeats whatever it is told twice. */
export function createTicketActivities(dependencies: TicketDependencies) {
  const { tmt, client, taskQueue, mode, seller } = dependencies;
  const desk = createTicketDeskClient(client, taskQueue);

  return {
    /** The tickets of this order: the same ones however often it asks. */
    async allotTickets(request: AllotRequest & { eventId: string; resumed?: boolean }): Promise<Ticket[]> {
      return mode === 'desk' ? desk.allot(request) : allotPerSale(tmt, request);
    },

    /** Gives a refunded order's tickets back to the desk. */
    async returnTickets(request: { eventId: string; attemptId: string }): Promise<void> {
      if (mode === 'desk') await desk.giveBack(request);
    },

    /**
     * Writes the order at TMT, once, and waits until its tickets are marked sold. TMT makes a second order
     * of a second `order_created`, so the buyer's orders are listed for this attempt's id before every one;
     * after a try without an answer the list is believed only once TMT has had time to process it.
     */
    async recordOrder(step: RecordStep): Promise<{ orderRecordId?: string }> {
      const { order, tickets } = step;
      if (step.resumed) await sleep(ORDER_SETTLE_MS);
      const id = attemptId(order.orderId, step.attempt);
      const recorded = (await tmt.ordersOf(order.buyer.email, callDeadline())).find(
        (known) => known.attemptId === id,
      );
      const record = recorded ?? (await send(step, id));
      await waitUntilSold(tickets, order.buyer.email);
      return record.orderId === undefined ? {} : { orderRecordId: record.orderId };
    },

    /** All tickets of the event, in a stable order; none before they were generated. */
    async listTickets({ eventId }: { eventId: string }): Promise<DeskTicket[]> {
      const tickets = await tmt.listTickets(eventId, callDeadline());
      return tickets
        .map(({ ticketId, zone, zoneId, available, seatId }) => ({
          ticketId,
          zone,
          zoneId,
          seatId,
          available,
        }))
        .sort((a, b) => IN_SEAT_ORDER.compare(a.seatId, b.seatId) || (a.ticketId < b.ticketId ? -1 : 1));
    },

    /** Generates the tickets of the whole event. A second call would double them: the ticket desk calls it once. */
    async generateTickets({ eventId }: { eventId: string }): Promise<void> {
      await tmt.generateTickets({ eventId }, callDeadline());
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

  async function waitUntilSold(tickets: Ticket[], email: string): Promise<void> {
    for (const { ticketId } of tickets) {
      while (!(await isSold(ticketId, email))) {
        if (msLeft() < 2 * SOLD_POLL_MS)
          throw ApplicationFailure.retryable('TMT has not marked the tickets sold yet', 'NotSoldYet');
        await sleep(SOLD_POLL_MS);
      }
    }
  }

  async function isSold(ticketId: string, email: string): Promise<boolean> {
    const ticket = await tmt.getTicket(ticketId, callDeadline());
    if (!ticket || ticket.available) return false;
    if (ticket.customerEmail !== undefined && !sameMailbox(ticket.customerEmail, email)) {
      throw ApplicationFailure.retryable(`ticket ${ticketId} was sold to somebody else`, 'TicketTaken');
    }
    return true;
  }
}

/** `VIP-2` before `VIP-10`. Sorted here, for the order of a collator is not the same on every machine. */
const IN_SEAT_ORDER = new Intl.Collator('en', { numeric: true });

export type DeskTicket = Pick<TmtTicket, 'ticketId' | 'zone' | 'zoneId' | 'seatId' | 'available'>;

function sameMailbox(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}
