import { isArea, objectLabel, type Seat } from '../checkout/order.ts';
import type { Ticket } from '../checkout/ticket.ts';
import type { AllotRequest, SeatInCategory } from './messages.ts';

/**
 * The tickets of one zone, in the order in which they are handed out. Tuples, for all tickets of an event have
 * to fit into one answer of 2 MB.
 */
export interface InventoryZone {
  zone: string;
  zoneId: string;
  tickets: [ticketId: string, available: boolean][];
}

/**
 * What the desk has handed out: ticket id → the seat or area it admits to, and the attempt that has it. When
 * an order is refunded its tickets stay with their seats, so the next buyer of a seat gets the same one.
 * Tuples, for the whole of a large event has to fit into the 2 MB that a run may hand to the next.
 */
export type Allotments = Record<string, [object: string, attemptId: string | null]>;

/**
 * Hands out an order's tickets: each seat's own, inside the zone that its category names, and for each
 * general-admission place the next free one of the zone. All of them, or none.
 *
 * @param zones all tickets of the event
 * @param allotments changed in place when the order gets its tickets
 * @returns the tickets; or the category whose zone has not enough of them left
 */
export function allot(
  zones: readonly InventoryZone[],
  allotments: Allotments,
  { attemptId, seats }: AllotRequest,
): Ticket[] | { shortOf: string } {
  const known = ticketsOf(zones, allotments, attemptId);
  if (known.length > 0) return known;

  const picked = new Map<string, Ticket>();
  for (const wanted of seats) {
    const object = objectLabel(wanted.seat);
    const zone = zones.find((each) => isZoneOf(each, wanted));
    const isLeft = ([ticketId, available]: [string, boolean]) => available && !picked.has(ticketId);
    for (let place = 0; place < places(wanted.seat); place++) {
      const left = zone?.tickets.filter(isLeft) ?? [];
      const kept = left.find(([ticketId]) => isKeptFor(allotments[ticketId], object));
      const [ticketId] = kept ?? left.find(([ticketId]) => allotments[ticketId] === undefined) ?? [];
      if (!zone || ticketId === undefined) return { shortOf: wanted.categoryLabel };
      picked.set(ticketId, { ticketId, zoneId: zone.zoneId, object });
    }
  }
  for (const { ticketId, object } of picked.values()) allotments[ticketId] = [object, attemptId];
  return [...picked.values()];
}

/** Takes the tickets of a refunded order back. Each waits for the next buyer of its seat or area. */
export function giveBack(allotments: Allotments, attemptId: string): void {
  for (const [ticketId, [object, holder]] of Object.entries(allotments)) {
    if (holder === attemptId) allotments[ticketId] = [object, null];
  }
}

function ticketsOf(zones: readonly InventoryZone[], allotments: Allotments, attemptId: string): Ticket[] {
  return zones.flatMap(({ zoneId, tickets }) =>
    tickets.flatMap(([ticketId]) => {
      const [object, holder] = allotments[ticketId] ?? [];
      return object !== undefined && holder === attemptId ? [{ ticketId, zoneId, object }] : [];
    }),
  );
}

function isKeptFor(allotment: Allotments[string] | undefined, object: string): boolean {
  return allotment !== undefined && allotment[0] === object && allotment[1] === null;
}

/** TMT knows nothing of Seats.io: a zone is a category's when its name or id is the category's label or key. */
export function isZoneOf(
  { zone, zoneId }: Pick<InventoryZone, 'zone' | 'zoneId'>,
  { categoryLabel, categoryKey }: Pick<SeatInCategory, 'categoryLabel' | 'categoryKey'>,
): boolean {
  return same(zone, categoryLabel) || same(zoneId, categoryLabel) || same(zoneId, categoryKey);
}

function same(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}

function places(seat: Seat): number {
  return isArea(seat) ? seat.quantity : 1;
}
