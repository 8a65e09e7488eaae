import { isArea } from '../checkout/order.ts';
import type { BreachFacts } from './breach.ts';
import type { AreaFacts } from './event-picture.ts';
import { isForgotten, type SortedPicture } from './sorted-picture.ts';
import { isZoneOf } from './ticket-inventory.ts';

/**
 * Areas whose booked places are not as many as their tickets. Places cannot be told apart, so they are counted:
 * tickets of sales, which name their area; tickets of orders whose checkout is forgotten or broken, which name
 * only the zone; and whatever the open checkouts may be booking just now.
 */
export function findAreaBreaches(picture: SortedPicture): BreachFacts[] {
  return groupsOf(picture).flatMap(({ areas, zoneTickets }): BreachFacts[] => {
    const sum = (count: (area: AreaFacts) => number) => areas.reduce((total, area) => total + count(area), 0);
    const least = sum(({ label }) => placesSold(picture, label)) + zoneTickets;
    const most = least + sum(({ label }) => placesUnderWay(picture, label));
    const booked = sum((area) => area.booked);
    const seat = areas.map(({ label }) => label).join(' + ');
    if (booked > most) return [{ kind: 'booked_without_order', seat, places: booked - most }];
    if (booked < least) return [{ kind: 'ticket_without_booking', seat, places: least - booked }];
    return [];
  });
}

interface AreaGroup {
  areas: AreaFacts[];
  zoneTickets: number;
}

/** Each area by itself; the areas of one category together where a ticket does not say which of them it is for. */
function groupsOf(picture: SortedPicture): AreaGroup[] {
  const { areas } = picture.seats;
  const categories = new Set(areas.map(({ categoryKey }) => categoryKey));
  return [...categories].flatMap((category) => {
    const members = areas.filter(({ categoryKey }) => categoryKey === category);
    const zoneTickets = countZoneTickets(picture, members);
    if (zoneTickets > 0) return [{ areas: members, zoneTickets }];
    return members.map((area) => ({ areas: [area], zoneTickets }));
  });
}

function countZoneTickets(picture: SortedPicture, [area]: AreaFacts[]): number {
  if (!area) return 0;
  const isOfZone = (ticketId: string) => {
    const [, zone = '', zoneId = ''] = picture.soldTicket(ticketId) ?? [];
    return isZoneOf({ zone, zoneId }, area);
  };
  const names = new Set(picture.orders.flatMap(({ attemptId }) => attemptId ?? []));
  return [...names]
    .filter((name) => isForgotten(picture, name))
    .reduce((total, name) => {
      const tickets = new Set(picture.ordersBy(name).flatMap((order) => order.ticketIds));
      const inZone = [...tickets].filter(isOfZone).length;
      const seats = picture.bookedBy(name).filter(([, , categoryKey]) => categoryKey === area.categoryKey);
      return total + Math.max(0, inZone - seats.length);
    }, 0);
}

function placesSold({ attempts }: SortedPicture, label: string): number {
  return attempts.reduce(
    (total, { sale }) => total + (sale?.tickets.filter(([, object]) => object === label).length ?? 0),
    0,
  );
}

/** An open checkout that does not say what it wants may want everything. */
function placesUnderWay({ attempts }: SortedPicture, label: string): number {
  return attempts
    .filter(({ state }) => state === 'open')
    .reduce((total, { seats }) => {
      if (!seats) return Number.POSITIVE_INFINITY;
      const own = seats.find((seat) => isArea(seat) && seat.area === label);
      return total + (own && isArea(own) ? own.quantity : 0);
    }, 0);
}
