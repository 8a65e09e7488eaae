import type { Order, Seat } from '../../src/checkout/order.ts';
import type { PaymentEvent } from '../../src/checkout/payment.ts';

const PRICE = 2_500;
let reports = 0;

/** What an order wants: labels of seats, and areas with their number of places. */
export type Wanted = (string | [area: string, quantity: number])[];

/** An order of the event; its id is the event's with a name behind it, so that ledgers can be told apart. */
export function orderOf(eventId: string, name: string, seats: Wanted): Order {
  const wanted = seats.map(
    (seat): Seat => (typeof seat === 'string' ? { label: seat } : { area: seat[0], quantity: seat[1] }),
  );
  const places = wanted.reduce((sum, seat) => sum + ('area' in seat ? seat.quantity : 1), 0);
  return {
    orderId: `${eventId}-${name}`,
    eventId,
    eventName: 'A night at the club',
    seats: wanted,
    total: { amount: places * PRICE, currency: 'USD' },
    buyer: { email: `${name}.${eventId}@example.org`.toLowerCase(), name: 'Ana Buyer' },
  };
}

/** A report of the payment service, with an event id of its own; the order's total unless told otherwise. */
export function report(
  order: Order,
  paymentId: string,
  type: PaymentEvent['type'],
  more: Partial<PaymentEvent> = {},
): PaymentEvent {
  reports += 1;
  return {
    eventId: `evt_${process.pid}_${reports}`,
    orderId: order.orderId,
    paymentId,
    type,
    money: order.total,
    ...more,
  };
}
