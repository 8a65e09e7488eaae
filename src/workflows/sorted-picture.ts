import { attemptId } from '../checkout/ids.ts';
import type { AttemptFacts, BookedRow, EventPicture, OrderFacts, TicketRow } from './event-picture.ts';

/** The picture, with what belongs to an attempt to be had by its name: an event may have many thousand orders. */
export interface SortedPicture extends EventPicture {
  attemptBy: (name: Name) => AttemptFacts | undefined;
  ordersBy: (name: Name) => readonly OrderFacts[];
  bookedBy: (name: Name) => readonly BookedRow[];
  soldTicket: (ticketId: string) => TicketRow | undefined;
}

type Name = string | null | undefined;

export function sortByName(picture: EventPicture): SortedPicture {
  const attempts = new Map(picture.attempts.map((one) => [attemptId(one.orderId, one.attempt), one]));
  const orders = groupBy(picture.orders, (order) => order.attemptId);
  const booked = groupBy(picture.seats.booked, ([, name]) => name);
  const tickets = new Map(picture.soldTickets.map((row) => [row[0], row]));
  return {
    ...picture,
    attemptBy: (name) => (name ? attempts.get(name) : undefined),
    ordersBy: (name) => orders.get(name ?? '') ?? [],
    bookedBy: (name) => booked.get(name ?? '') ?? [],
    soldTicket: (ticketId) => tickets.get(ticketId),
  };
}

/** What has no name is nobody's, and in no group. */
function groupBy<T>(items: readonly T[], nameOf: (item: T) => Name): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = nameOf(item);
    if (!name) continue;
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}

/** Whether the order of this attempt is all that is known of its tickets: no result says which seats they are for. */
export function isForgotten({ attemptBy }: SortedPicture, name: string): boolean {
  const state = attemptBy(name)?.state;
  return state === undefined || state === 'broken';
}
