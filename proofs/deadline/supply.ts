import type { Order, Seat } from '../../src/checkout/order.ts';

const ROWS = ['A', 'B', 'C', 'D'];
const SEATS_IN_ROW = 10;
const ORDERS_OF_EVENT = 2 * ROWS.length * SEATS_IN_ROW;
const PRICE = 2_500;

/** Orders that never want the same seat. */
export interface Supply {
  next(): Promise<Order>;
  /** The events that orders were made of. */
  events(): Promise<string[]>;
}

/**
 * Orders of one seat and of one place by turns, in as many events of the club chart as it takes; each order in
 * two wants its late money back.
 *
 * @param newEvent sets an event up and gives its id
 */
export function createSupply(newEvent: () => Promise<string>): Supply {
  const events: Promise<string>[] = [];
  let made = 0;
  return {
    async next() {
      const index = made % ORDERS_OF_EVENT;
      made += 1;
      if (index === 0) events.push(newEvent());
      const eventId = (await events.at(-1)) ?? '';
      const orderId = `${eventId}-${index}`;
      return {
        orderId,
        eventId,
        eventName: 'A night at the club',
        seats: [seatOf(index)],
        total: { amount: PRICE, currency: 'USD' },
        buyer: { email: `${orderId}@example.org`.toLowerCase(), name: 'Ana Buyer' },
        lateMoney: index % 4 < 2 ? 'rescue' : 'refund',
      };
    },
    events: () => Promise.all(events),
  };
}

function seatOf(index: number): Seat {
  if (index % 2 === 1) return { area: 'Floor', quantity: 1 };
  const seat = index / 2;
  return { label: `${ROWS[Math.floor(seat / SEATS_IN_ROW)]}-${(seat % SEATS_IN_ROW) + 1}` };
}
