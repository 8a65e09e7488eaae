import { NO_TICKET_TYPE, type Places } from './area-states.ts';
import type { OpenQuestions } from './open-questions.ts';
import { checkGuards, refused } from './seat-rules.ts';
import type { RequestedObject, StatusChange } from './status-request.ts';
import { BOOKED, FREE, HELD } from './statuses.ts';
import { invalid } from './vendor-error.ts';

/** What an area's change does to its counters: places taken from each kind, and the kinds they become. */
export interface AreaMove {
  taken: Places[];
  /** Empty: they become free. */
  added: Places[];
}

/** The room of an area, and the part of it that a call may touch. */
export interface AreaRoom {
  capacity: number;
  notForSale: number;
  /** The channels that the call may use, `''` for places in none, with the places of each. */
  permitted: readonly { channel: string; capacity: number }[];
  /** The channel that taken places count to, which may not be the one that they were taken in. */
  channelOf: (places: Places) => string;
}

/**
 * The status that an area shows: free until no place is. The vendor says it then takes "the new status"; for a
 * mixture of kinds, which nobody has documented, this is `booked`.
 */
export function areaStatus(places: readonly Places[], capacity: number, notForSale = 0): string {
  if (freePlaces(places, capacity, notForSale) > 0 || places.length === 0) return FREE;
  const statuses = new Set(places.map(({ status }) => status));
  const [only] = statuses;
  return statuses.size === 1 && only !== undefined ? only : BOOKED;
}

export function freePlaces(places: readonly Places[], capacity: number, notForSale = 0): number {
  return Math.max(0, capacity - notForSale - placesIn(places));
}

/** How many free places the call may take. */
export function placesToTake(
  places: readonly Places[],
  room: AreaRoom,
  rooms = freeRooms(places, room),
): number {
  return Math.min(freePlaces(places, room.capacity, room.notForSale), placesIn(rooms));
}

/**
 * How a change moves places of an area. With a token it moves that token's places and no others; without one, a
 * release takes booked places first and held ones last, and everything else takes free ones. A release may take
 * fewer places than it names.
 */
export function planAreaMove(
  { objectId: label, quantity, ticketType = NO_TICKET_TYPE }: RequestedObject,
  places: readonly Places[],
  room: AreaRoom,
  change: StatusChange,
  open: OpenQuestions,
): AreaMove {
  const { permitted, channelOf } = room;
  if (permitted.length === 0) throw refused(label, 'has no places in the channels of this call');
  checkGuards(areaStatus(places, room.capacity, room.notForSale), change);
  const { status: to, holdToken: token } = change;
  const rooms = freeRooms(places, room);
  const free = placesToTake(places, room, rooms);
  const touchable = places.filter((kind) => permitted.some(({ channel }) => channel === channelOf(kind)));
  const fill = (kind: Omit<Places, 'channel' | 'quantity'>, wanted = quantity): AreaMove => {
    if (wanted > free) throw refused(label, `has only ${free} free places`);
    return { taken: [], added: take(rooms, wanted).map((part) => ({ ...kind, ...part })) };
  };

  if (to === HELD) {
    if (token === undefined) throw invalid('A hold token is required to hold objects');
    return fill({ status: HELD, holdToken: token, ticketType });
  }
  const own = byRank(
    touchable.filter((kind) => kind.status === HELD && kind.holdToken === token),
    (kind) => (kind.ticketType === ticketType ? 0 : 1),
  );
  if (to === FREE) {
    const booked = open.releaseBookedWithToken === 'accept' ? touchable.filter(isBooked) : [];
    const releasable =
      token === undefined
        ? byRank(touchable, (kind) => (isBooked(kind) ? 0 : kind.status === HELD ? 2 : 1))
        : [...own, ...booked];
    const untaken = open.releaseFree === 'accept' ? placesIn(rooms) : 0;
    if (quantity > placesIn(releasable) + untaken) {
      throw refused(label, 'has fewer places that this call may release');
    }
    return { taken: take(releasable, quantity), added: [] };
  }
  if (token !== undefined) {
    const held = placesIn(own);
    const books = to === BOOKED && held > 0;
    const more = books && open.bookMorePlaces === 'accept' ? Math.max(0, quantity - held) : 0;
    if (quantity - more > held || (books && quantity < held && open.bookFewerPlaces === 'refuse')) {
      throw refused(label, `has ${held} places held by this hold token`);
    }
    const taken = take(own, quantity - more);
    const become = { status: to, holdToken: '', ticketType };
    return { taken, added: [...taken.map((kind) => ({ ...kind, ...become })), ...fill(become, more).added] };
  }
  return fill({ status: to, holdToken: '', ticketType });
}

/** The free places of each channel that the call may use. */
function freeRooms(
  places: readonly Places[],
  { permitted, channelOf }: AreaRoom,
): { channel: string; quantity: number }[] {
  return permitted.map(({ channel, capacity }) => ({
    channel,
    quantity: Math.max(0, capacity - placesIn(places.filter((kind) => channelOf(kind) === channel))),
  }));
}

function isBooked({ status }: Places): boolean {
  return status === BOOKED;
}

function byRank(places: readonly Places[], rank: (kind: Places) => number): Places[] {
  return [...places].sort((a, b) => rank(a) - rank(b));
}

/** The first `quantity` places of the parts. */
function take<T extends { quantity: number }>(parts: readonly T[], quantity: number): T[] {
  const taken: T[] = [];
  let missing = quantity;
  for (const part of parts) {
    const some = Math.min(missing, part.quantity);
    if (some > 0) taken.push({ ...part, quantity: some });
    missing -= some;
  }
  return taken;
}

export function placesIn(parts: readonly { quantity: number }[]): number {
  return parts.reduce((total, { quantity }) => total + quantity, 0);
}
