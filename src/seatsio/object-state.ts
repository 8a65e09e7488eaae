import { isArea, objectLabel, type Seat } from '../checkout/order.ts';

/** What a read showed of one object of an event. It holds tokens: keep it out of logs and results. */
export interface ObjectState {
  label: string;
  /** `free`, `reservedByToken` (= held), `booked`, `resale`, or a status of the organiser's own. */
  status: string;
  /** The order id of the last status change. A *released* seat may carry one too. */
  orderId?: string;
  holdToken?: string;
  categoryKey: string;
  categoryLabel: string;
  /** For a general-admission area. Its places have no identity, so no order id either. */
  area?: {
    free: number;
    booked: number;
    held: number;
    /** Held places by hold token. */
    heldByToken: ReadonlyMap<string, number>;
  };
}

export const HELD = 'reservedByToken';
export const BOOKED = 'booked';

/**
 * Whether the token holds all of the seats. Of an area it must hold exactly the wanted places: with more of them,
 * nobody could tell later whether some were booked. An object that the read did not show is not held.
 */
export function holdsAll(states: readonly ObjectState[], seats: readonly Seat[], token: string): boolean {
  const found = byLabel(states);
  return seats.every((seat) => placesHeld(found.get(objectLabel(seat)), seat, token) === wantedPlaces(seat));
}

/** The labels of the wanted objects of which the token holds less than is wanted. */
export function notHeldBy(states: readonly ObjectState[], seats: readonly Seat[], token: string): string[] {
  const found = byLabel(states);
  return seats
    .filter((seat) => placesHeld(found.get(objectLabel(seat)), seat, token) < wantedPlaces(seat))
    .map(objectLabel);
}

/**
 * Whether the seats were booked under our order key with this token. Booking is all-or-nothing, so the labels
 * decide for the areas beside them. An order of areas alone is not booked while the token holds exactly its
 * places; if it does not, they were booked, or the token has ended, or the buyer's chart, which has the token too,
 * has added places or let some go: `log_decides`.
 */
export function bookedBy(
  states: readonly ObjectState[],
  seats: readonly Seat[],
  orderKey: string,
  token: string,
): 'booked' | 'not_booked' | 'log_decides' {
  const found = byLabel(states);
  const labels = seats.filter((seat) => !isArea(seat));
  if (labels.length > 0) {
    const ours = labels.every((seat) => isBookedFor(found.get(objectLabel(seat)), orderKey));
    return ours ? 'booked' : 'not_booked';
  }
  return holdsAll(states, seats, token) ? 'not_booked' : 'log_decides';
}

/** A booked seat is ours by its order key; the key alone proves nothing, for a free seat may carry it. */
export function isBookedFor(state: ObjectState | undefined, orderKey: string): boolean {
  return state?.status === BOOKED && state.orderId === orderKey;
}

/** The labels of the wanted objects that could be held now. An area needs enough free places. */
export function freeObjects(states: readonly ObjectState[], seats: readonly Seat[]): string[] {
  const found = byLabel(states);
  return seats
    .filter((seat) => {
      const state = found.get(objectLabel(seat));
      if (isArea(seat)) return (state?.area?.free ?? 0) >= seat.quantity;
      return state?.area === undefined && (state?.status === 'free' || state?.status === 'resale');
    })
    .map(objectLabel);
}

/** An area that is wanted as a seat is not held, whatever the token has of it. */
function placesHeld(state: ObjectState | undefined, seat: Seat, token: string): number {
  if (isArea(seat)) return state?.area?.heldByToken.get(token) ?? 0;
  return !state?.area && state?.status === HELD && state.holdToken === token ? 1 : 0;
}

function wantedPlaces(seat: Seat): number {
  return isArea(seat) ? seat.quantity : 1;
}

function byLabel(states: readonly ObjectState[]): Map<string, ObjectState> {
  return new Map(states.map((state) => [state.label, state]));
}
