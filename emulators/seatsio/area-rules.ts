import { count, NO_TICKET_TYPE, type Places } from './area-states.ts';
import type { OpenQuestions } from './open-questions.ts';
import { checkGuards, refused } from './seat-rules.ts';
import type { RequestedObject, StatusChange } from './status-request.ts';
import { BOOKED, FREE, HELD } from './statuses.ts';
import { invalid } from './vendor-error.ts';

/** What an area's change does to its counters: places taken from each kind, and the kind they all become. */
export interface AreaMove {
  taken: Places[];
  /** Undefined: they become free. */
  added?: Places;
}

/**
 * The status that an area shows: free until no place is. The vendor says it then takes "the new status"; for a
 * mixture of kinds, which nobody has documented, this is `booked`.
 */
export function areaStatus(places: readonly Places[], capacity: number): string {
  if (freePlaces(places, capacity) > 0 || places.length === 0) return FREE;
  const statuses = new Set(places.map(({ status }) => status));
  const [only] = statuses;
  return statuses.size === 1 && only !== undefined ? only : BOOKED;
}

export function freePlaces(places: readonly Places[], capacity: number): number {
  return capacity - places.reduce((sum, { quantity }) => sum + quantity, 0);
}

/**
 * How a change moves places of an area. With a token it moves that token's places and no others; without one, a
 * release takes booked places first and held ones last, and everything else takes free ones.
 */
export function planAreaMove(
  { objectId: label, quantity, ticketType = NO_TICKET_TYPE }: RequestedObject,
  places: readonly Places[],
  capacity: number,
  change: StatusChange,
  open: OpenQuestions,
): AreaMove {
  checkGuards(areaStatus(places, capacity), change);
  const { status: to, holdToken: token } = change;
  const free = freePlaces(places, capacity);

  if (to === HELD) {
    if (token === undefined) throw invalid('A hold token is required to hold objects');
    if (quantity > free) throw refused(label, `has only ${free} free places`);
    return { taken: [], added: { status: HELD, holdToken: token, ticketType, quantity } };
  }
  const added = { status: to, holdToken: '', ticketType, quantity };
  if (token !== undefined) {
    const own = places.filter((kind) => kind.status === HELD && kind.holdToken === token);
    const held = count(own, HELD);
    if (quantity > held || (to === BOOKED && quantity < held && open.bookFewerPlaces === 'refuse')) {
      throw refused(label, `has ${held} places held by this hold token`);
    }
    const taken = take(own, quantity, (kind) => (kind.ticketType === ticketType ? 0 : 1));
    return to === FREE ? { taken } : { taken, added };
  }
  if (to === FREE) {
    if (quantity > capacity - free) throw refused(label, 'has fewer places that are not free');
    return {
      taken: take(places, quantity, ({ status }) => (status === BOOKED ? 0 : status === HELD ? 2 : 1)),
    };
  }
  if (quantity > free) throw refused(label, `has only ${free} free places`);
  return { taken: [], added };
}

function take(places: readonly Places[], quantity: number, rank: (kind: Places) => number): Places[] {
  const taken: Places[] = [];
  let missing = quantity;
  for (const kind of [...places].sort((a, b) => rank(a) - rank(b))) {
    const part = Math.min(missing, kind.quantity);
    if (part > 0) taken.push({ ...kind, quantity: part });
    missing -= part;
  }
  return taken;
}
