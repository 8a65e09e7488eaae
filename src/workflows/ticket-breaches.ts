import { attemptId } from '../checkout/ids.ts';
import { aboutAttempt, type BreachFacts } from './breach.ts';
import type { AttemptFacts, OrderFacts } from './event-picture.ts';
import { isForgotten, type SortedPicture } from './sorted-picture.ts';
import { isZoneOf } from './ticket-inventory.ts';

/** Tickets that are sold without a seat, twice, or for no order; and sales whose tickets are not sold. */
export function findTicketBreaches(picture: SortedPicture): BreachFacts[] {
  const areas = new Set(picture.seats.areas.map(({ label }) => label));
  const sales = picture.attempts.flatMap((attempt) => findSaleBreaches(picture, attempt, areas));
  return [...sales, ...findShared(picture), ...findForeign(picture), ...findLoose(picture)];
}

/** A sale must have its seats booked under its name, its order at TMT and its tickets marked sold. */
function findSaleBreaches(
  picture: SortedPicture,
  attempt: AttemptFacts,
  areas: ReadonlySet<string>,
): BreachFacts[] {
  const { sale } = attempt;
  if (!sale) return [];
  const name = attemptId(attempt.orderId, attempt.attempt);
  const about = aboutAttempt(attempt);
  if (picture.ordersBy(name).length === 0) {
    // Its labels are found at Seats.io; places carry no name there.
    const places = sale.tickets.filter(([, object]) => areas.has(object));
    return [...new Set(places.map(([, object]) => object))].map((seat) => ({
      kind: 'booked_without_order' as const,
      ...about,
      seat,
      places: places.filter(([, object]) => object === seat).length,
    }));
  }
  const booked = new Set(picture.bookedBy(name).map(([label]) => label));
  return sale.tickets.flatMap(([ticketId, seat]): BreachFacts[] => {
    const ticket = { ...about, seat, ticketIds: [ticketId] };
    return [
      ...(areas.has(seat) || booked.has(seat)
        ? []
        : [{ kind: 'ticket_without_booking' as const, ...ticket }]),
      ...(picture.soldTicket(ticketId) ? [] : [{ kind: 'paid_without_ticket' as const, ...ticket }]),
    ];
  });
}

/** Tickets that more than one order admits with, one breach for the same orders. */
function findShared({ orders, attemptBy }: SortedPicture): BreachFacts[] {
  const holders = new Map<string, OrderFacts[]>();
  for (const order of orders) {
    for (const ticketId of order.ticketIds) {
      holders.set(ticketId, [...(holders.get(ticketId) ?? []), order]);
    }
  }
  const shared = new Map<string, BreachFacts>();
  const indexOf = new Map(orders.map((order, index) => [order, index]));
  for (const [ticketId, sharers] of holders) {
    if (sharers.length < 2) continue;
    const recordIds = sharers.flatMap(({ recordId }) => recordId ?? []).sort();
    const attempt = sharers.map((order) => attemptBy(order.attemptId)).find(Boolean);
    const key = JSON.stringify(sharers.map((order) => indexOf.get(order)));
    shared.set(key, {
      kind: 'ticket_in_two_orders',
      ...(attempt && aboutAttempt(attempt)),
      ticketIds: [...(shared.get(key)?.ticketIds ?? []), ticketId],
      recordIds,
    });
  }
  return [...shared.values()];
}

/** Orders that no sale of ours stands behind. */
function findForeign(picture: SortedPicture): BreachFacts[] {
  const ours = new Set(
    picture.orders.flatMap((order) =>
      picture.attemptBy(order.attemptId) || picture.bookedBy(order.attemptId).length > 0
        ? order.ticketIds
        : [],
    ),
  );
  return picture.orders.flatMap((order): BreachFacts[] => {
    const { attemptId: name, recordId, ticketIds } = order;
    const about = { ...(recordId !== undefined && { recordIds: [recordId] }), ticketIds };
    const attempt = picture.attemptBy(name);
    if (attempt?.state === 'unsold')
      return [{ kind: 'ticket_without_money', ...aboutAttempt(attempt), ...about }];
    if (name === undefined) {
      // A ticket that is ours as well is told of as a shared one.
      const own = ticketIds.filter((ticketId) => !ours.has(ticketId));
      return own.length > 0 ? [{ kind: 'ticket_without_booking', ...about, ticketIds: own }] : [];
    }
    if (!isForgotten(picture, name) || seatTickets(picture, order) <= picture.bookedBy(name).length)
      return [];
    return [{ kind: 'ticket_without_booking', ...(attempt && aboutAttempt(attempt)), ...about }];
  });
}

/** Tickets of an order that are for no area: those are counted with the area. */
function seatTickets({ seats, soldTicket }: SortedPicture, { ticketIds }: OrderFacts): number {
  return ticketIds.filter((ticketId) => {
    const [, zone = '', zoneId = ''] = soldTicket(ticketId) ?? [];
    return !seats.areas.some((area) => isZoneOf({ zone, zoneId }, area));
  }).length;
}

/** Tickets that TMT has marked sold, and that are in no order and no sale. */
function findLoose({ soldTickets, orders, attempts }: SortedPicture): BreachFacts[] {
  const known = new Set([
    ...orders.flatMap(({ ticketIds }) => ticketIds),
    ...attempts.flatMap(({ sale }) => sale?.tickets.map(([ticketId]) => ticketId) ?? []),
  ]);
  return soldTickets
    .filter(([ticketId]) => !known.has(ticketId))
    .map(([ticketId]) => ({ kind: 'ticket_without_booking', ticketIds: [ticketId] }));
}
