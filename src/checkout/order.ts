import type { Money } from './money.ts';

/** `quantity` places of a general-admission area. */
export type Area = { area: string; quantity: number };

/** An assigned seat by its Seats.io label, or places of an area. */
export type Seat = { label: string } | Area;

/** Who buys. Personal data: never in an id, a log line, an error or a search attribute. */
export interface Buyer {
  email: string;
  name: string;
  /** National id and phone as TMT prints them on a ticket; both may be unknown. */
  nationalId?: string;
  phone?: string;
}

/** What the buyer wants. One order id is sold at most once; its content never changes. */
export interface Order {
  orderId: string;
  /** The TMT event id, which is the Seats.io event key as well. */
  eventId: string;
  eventName: string;
  seats: Seat[];
  /** The price of the whole order, in minor units. */
  total: Money;
  buyer: Buyer;
  /**
   * What becomes of money that comes after a checkout has expired or failed: the same seats are sold with it
   * if they are still free (`rescue`, the default), or it goes back (`refund`).
   */
  lateMoney?: 'rescue' | 'refund';
}

export function isArea(seat: Seat): seat is Area {
  return 'area' in seat;
}

/** The Seats.io object that the seat is on: its label, or the area's. */
export function objectLabel(seat: Seat): string {
  return isArea(seat) ? seat.area : seat.label;
}

/** How many people the order lets in, and so how many tickets it gets. */
export function placeCount(seats: readonly Seat[]): number {
  return seats.reduce((sum, seat) => sum + (isArea(seat) ? seat.quantity : 1), 0);
}

/**
 * The order as one string that is the same for the same content, whatever the order of keys and seats.
 * Its hash tells a repeated start from a start with other content.
 */
export function canonicalOrder(order: Order): string {
  const seats = order.seats
    .map((seat) => (isArea(seat) ? [seat.area, seat.quantity] : [seat.label]))
    .sort(byLabel);
  const { buyer } = order;
  return JSON.stringify([
    order.orderId,
    order.eventId,
    order.eventName,
    seats,
    [order.total.amount, order.total.currency],
    [buyer.email, buyer.name, buyer.nationalId ?? null, buyer.phone ?? null],
    order.lateMoney ?? 'rescue',
  ]);
}

function byLabel(a: (string | number)[], b: (string | number)[]): number {
  return String(a[0]) < String(b[0]) ? -1 : 1;
}
