import { z } from 'zod';
import { isArea, type Seat } from '../checkout/order.ts';
import { toMajorUnits } from './major-units.ts';
import type { OrderRecord, RecordedOrder } from './order-record.ts';
import type { TmtTicket } from './tmt-ticket.ts';

/*
 * Every key that goes to TMT or comes from it is named in this file. Keys marked "inferred" were never seen
 * in TMT's documentation; a deployment that spells them otherwise is a change here and nowhere else. Where
 * an answer's key is inferred, its likely spellings are read one after the other.
 */

export const functions = {
  listTickets: 'tickets_list_event',
  getTicket: 'tickets_individual',
  generateTickets: 'tickets_generate',
  createOrder: 'order_created',
  findUser: 'validate_user_platform',
  listOrders: 'app_list_orders',
} as const;

export function listTicketsRequest(eventId: string) {
  return { event_id: eventId };
}

export function getTicketRequest(ticketId: string) {
  return { ticket_id: ticketId };
}

/** `order_id` and `seats` are inferred, from the seat functions; only a per-sale deployment reads them. */
export function generateTicketsRequest(input: { eventId: string; orderId?: string; seats?: Seat[] }) {
  return {
    idevent: input.eventId,
    ...(input.orderId !== undefined && { order_id: input.orderId }),
    ...(input.seats && { seats: input.seats.map(seatElement) }),
  };
}

/** A label, or an area with its quantity: the two element kinds of `book_seats_seatsio`. */
function seatElement(seat: Seat) {
  return isArea(seat) ? { objectId: seat.area, quantity: seat.quantity } : seat.label;
}

const ticketRow = z.object({
  ticket_id: z.string(),
  zone: z.string(),
  seat_id: z.string(),
  status: z.boolean(),
  status_offline: z.boolean().nullish(),
  customer_email: z.string().nullish(),
  // Inferred, and only where tickets are made per sale.
  order_id: z.string().nullish(),
  zone_id: z.string().nullish(),
});

const ticketRows = z.union([
  z.object({ response: z.array(ticketRow) }).transform((data) => data.response),
  z.object({ tickets: z.array(ticketRow) }).transform((data) => data.tickets),
]);

/** The tickets of `tickets_list_event` and `tickets_individual`; throws a ZodError for anything else. */
export function readTickets(data: unknown): TmtTicket[] {
  return ticketRows.parse(data).map((row) => ({
    ticketId: row.ticket_id,
    zone: row.zone,
    zoneId: row.zone_id ?? /^(.+)-\d+$/.exec(row.seat_id)?.[1] ?? row.zone,
    seatId: row.seat_id,
    available: row.status && row.status_offline !== true,
    ...(!row.status && { sold: true as const }),
    ...(row.order_id && { orderId: row.order_id }),
    ...(row.customer_email && { customerEmail: row.customer_email }),
  }));
}

/** The keys of `transactions[]` beyond the first three, and all of `payment_data`, are inferred. */
export function createOrderRequest({ attemptId, order, tickets, paymentId, seller }: OrderRecord) {
  const { currency } = order.total;
  const amount = toMajorUnits(order.total);
  return {
    amount,
    event_id: order.eventId,
    event_name: order.eventName,
    office_id: seller.officeId,
    office_name: seller.officeName,
    box_office_id: seller.boxOfficeId,
    box_office_name: seller.boxOfficeName,
    client_id: seller.clientId,
    client_name: seller.clientName,
    status: true,
    exchange_rate: seller.exchangeRate,
    tickets: tickets.map((ticket) => ({
      ticket_id: ticket.ticketId,
      id: ticket.zoneId,
      amount: toMajorUnits({ amount: ticket.amount, currency }),
      // Here `false` asks TMT to write the attendee's data; it does not mean sold.
      status: false,
      metadata: attendee(order.buyer),
    })),
    transactions: [
      {
        amount,
        amount_currency: currency,
        amount_exchange: Math.round(amount * seller.exchangeRate * 100) / 100,
        amount_exchange_rate: seller.exchangeRate,
        payment_id: 'stripe',
        payment_name: 'Stripe',
        payment_data: { reference: paymentId, order_id: order.orderId, attempt_id: attemptId },
        custody_account: {
          id: seller.custodyAccountId,
          name: seller.custodyAccountName,
          account_number: '',
        },
        // `true` would send the money to manual conciliation instead of to the payouts.
        point_sale_tmt: false,
        status: true,
      },
    ],
  };
}

/** The address, country and id type are TMT's own defaults. */
function attendee(buyer: OrderRecord['order']['buyer']) {
  return {
    customer_email: buyer.email,
    customer_name: buyer.name,
    customer_id: buyer.nationalId ?? '',
    customer_id_type: 'V',
    customer_phone: buyer.phone ?? '',
    customer_address: '',
    customer_country: { code: 've', name: 'Venezuela', key: 0 },
  };
}

const orderIdKeys = z.object({ order_id: z.string(), orderId: z.string(), id: z.string() }).partial();

/** Inferred: whether an order id is in the answer at all, and under which key. */
export function readCreatedOrder(data: unknown): { orderId?: string } {
  const nested = z.object({ response: z.unknown() }).safeParse(data).data?.response;
  for (const part of [data, nested]) {
    const keys = orderIdKeys.safeParse(part).data;
    const orderId = keys?.order_id ?? keys?.orderId ?? keys?.id;
    if (orderId) return { orderId };
  }
  return {};
}

/** Inferred: that the buyer's account is found by e-mail with this function. */
export function findUserRequest(email: string) {
  return { email };
}

const uidKeys = z.object({ uid: z.string(), user_id: z.string(), userd_id: z.string() }).partial();
const userAnswers = z.union([
  z.object({ response: z.tuple([uidKeys], uidKeys) }).transform((data) => data.response[0]),
  z.object({ response: uidKeys }).transform((data) => data.response),
  uidKeys,
]);

/** The account id in the answer. Throws a ZodError when there is none: absence must not look like "unknown buyer". */
export function readUserId(data: unknown): string {
  const keys = userAnswers.parse(data);
  return z
    .string()
    .min(1)
    .parse(keys.uid ?? keys.user_id ?? keys.userd_id);
}

/** `userd_id` is TMT's spelling. */
export function listOrdersRequest(uid: string) {
  return { userd_id: uid };
}

const orderRow = z.object({
  order_id: z.string().nullish(),
  id: z.string().nullish(),
  tickets: z.array(z.object({ ticket_id: z.string() })),
  transactions: z
    .array(
      z.object({
        payment_data: z
          .object({ attempt_id: z.string().nullish(), reference: z.string().nullish() })
          .nullish(),
      }),
    )
    .nullish(),
});

const orderRows = z.union([
  z.object({ response: z.array(orderRow) }).transform((data) => data.response),
  z.object({ orders: z.array(orderRow) }).transform((data) => data.orders),
]);

export function readOrders(data: unknown): RecordedOrder[] {
  return orderRows.parse(data).map((row) => {
    const orderId = row.order_id ?? row.id;
    const ours = row.transactions?.map((each) => each.payment_data).find((data) => data?.attempt_id);
    return {
      ...(orderId && { orderId }),
      ...(ours?.attempt_id && { attemptId: ours.attempt_id }),
      ...(ours?.reference && { paymentId: ours.reference }),
      ticketIds: row.tickets.map((ticket) => ticket.ticket_id),
    };
  });
}
