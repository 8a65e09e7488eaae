import { ZodError } from 'zod';
import { placeCount, type Seat } from '../checkout/order.ts';
import { type CallLimit, isPlainId, requirePlainId } from '../remote-call.ts';
import { RemoteError } from '../remote-error.ts';
import { type CallFunction, createCallFunction, NOT_VALID, type TmtEndpoint } from './call-function.ts';
import type { OrderRecord, RecordedOrder } from './order-record.ts';
import type { TmtTicket } from './tmt-ticket.ts';
import * as wire from './wire.ts';

/**
 * TMT's functions as the checkout needs them. Every failure is a `RemoteError`; nothing is retried here.
 * Neither write can be repeated safely: look (`listTickets`, `ordersOf`) before a second try.
 */
export interface TmtApi {
  /** All tickets of the event; empty when none were generated, which TMT reports as "not found". */
  listTickets(eventId: string, call: CallLimit): Promise<TmtTicket[]>;
  /**
   * Makes the tickets of the whole event; a second call makes them all again. With `orderId` and `seats`,
   * at a deployment that works per sale, it makes the tickets of that order instead.
   */
  generateTickets(
    input: { eventId: string; orderId?: string; seats?: Seat[] },
    call: CallLimit,
  ): Promise<void>;
  /** The ticket, or undefined when TMT does not know the id. */
  getTicket(ticketId: string, call: CallLimit): Promise<TmtTicket | undefined>;
  /**
   * Writes an order. Nothing is checked by TMT and each call makes a new one. The tickets are sold some
   * time after the answer. The order id is TMT's own, and may be missing from the answer.
   */
  createOrder(record: OrderRecord, call: CallLimit): Promise<{ orderId?: string }>;
  /**
   * The buyer's orders; empty for a buyer without an account. A new order appears here only after TMT has
   * processed it, so an early "not there" proves nothing. The time is for the two calls together.
   */
  ordersOf(email: string, call: CallLimit): Promise<RecordedOrder[]>;
}

/** `baseUrl` is the part before the function's name: `https://{region}-{project}.cloudfunctions.net`. */
export function createTmtApi(options: TmtEndpoint): TmtApi {
  const send = createCallFunction(options);

  return {
    async listTickets(eventId, call) {
      requireEventId(eventId, wire.functions.listTickets);
      const request = wire.listTicketsRequest(eventId);
      return (await find(send, wire.functions.listTickets, request, call, wire.readTickets)) ?? [];
    },

    async generateTickets(input, call) {
      requireEventId(input.eventId, wire.functions.generateTickets);
      if (input.orderId !== undefined) requirePlainId(input.orderId, 'tmt', wire.functions.generateTickets);
      await send(wire.functions.generateTickets, wire.generateTicketsRequest(input), call);
    },

    async getTicket(ticketId, call) {
      requirePlainId(ticketId, 'tmt', wire.functions.getTicket);
      const name = wire.functions.getTicket;
      const rows = await find(send, name, wire.getTicketRequest(ticketId), call, wire.readTickets);
      const ticket = rows?.find((row) => row.ticketId === ticketId);
      // Another ticket's row is no answer to the question.
      if (rows?.length && !ticket) throw unreadable(name);
      return ticket;
    },

    async createOrder(record, call) {
      requireSoundRecord(record);
      const answer = await send(wire.functions.createOrder, wire.createOrderRequest(record), call);
      return wire.readCreatedOrder(answer);
    },

    async ordersOf(email, call) {
      const startedAt = performance.now();
      const user = wire.findUserRequest(email);
      const uid = await find(send, wire.functions.findUser, user, call, wire.readUserId);
      if (uid === undefined) return [];
      const rest = { timeoutMs: call.timeoutMs - (performance.now() - startedAt) };
      const request = wire.listOrdersRequest(uid);
      return (await find(send, wire.functions.listOrders, request, rest, wire.readOrders)) ?? [];
    },
  };
}

/** A read where `data.valido: false`, and nothing else, means that there is nothing. */
async function find<T>(
  send: CallFunction,
  name: string,
  request: unknown,
  call: CallLimit,
  read: (data: unknown) => T,
): Promise<T | undefined> {
  try {
    return read(await send(name, request, call));
  } catch (error) {
    if (error instanceof ZodError) throw unreadable(name);
    if (error instanceof RemoteError && isNotFound(error)) return undefined;
    throw error;
  }
}

function isNotFound({ kind, facts }: RemoteError): boolean {
  return facts.code === NOT_VALID && (kind === 'refused' || kind === 'not_found');
}

function unreadable(call: string): RemoteError {
  return new RemoteError({ remote: 'tmt', call, kind: 'unknown', code: 'unreadable' });
}

// TMT finds a ticket's document by splitting the ticket id at its first dash.
function requireEventId(eventId: string, call: string): void {
  if (!isPlainId(eventId) || eventId.includes('-')) {
    throw new RemoteError({ remote: 'tmt', call, kind: 'refused', code: 'bad_id' });
  }
}

/** TMT stores whatever it is given, so a record that does not add up is stopped here. */
function requireSoundRecord({ order, tickets, paymentId }: OrderRecord): void {
  const call = wire.functions.createOrder;
  requireEventId(order.eventId, call);
  for (const id of [order.orderId, paymentId, ...tickets.map((ticket) => ticket.ticketId)]) {
    requirePlainId(id, 'tmt', call);
  }
  const places = placeCount(order.seats);
  const amount = tickets.reduce((sum, ticket) => sum + ticket.amount, 0);
  const distinct = new Set(tickets.map((ticket) => ticket.ticketId)).size;
  if (places !== distinct || places !== tickets.length || amount !== order.total.amount) {
    throw new RemoteError({ remote: 'tmt', call, kind: 'refused', code: 'record_does_not_add_up' });
  }
}
