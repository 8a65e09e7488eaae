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
 * How much of the seats the token holds. Of an area it must hold at least the wanted places.
 * An object that the read did not show is not held.
 */
export function heldBy(
  states: readonly ObjectState[],
  seats: readonly Seat[],
  token: string,
): 'all' | 'none' | 'some' {
  const found = byLabel(states);
  const shares = seats.map((seat) => {
    const state = found.get(objectLabel(seat));
    if (!isArea(seat)) return state?.status === HELD && state.holdToken === token ? 1 : 0;
    return Math.min(1, placesHeld(state, token) / seat.quantity);
  });
  if (shares.every((share) => share === 1)) return 'all';
  return shares.some((share) => share > 0) ? 'some' : 'none';
}

/**
 * Whether the seats were booked under our order key with this token. Booking is all-or-nothing, so the labels
 * decide for the areas beside them. An order of areas alone is not booked while the token still holds its
 * places; if it does not, they were booked or the token has ended: `token_decides`, for a token that is alive
 * and whose places are gone has booked them.
 */
export function bookedBy(
  states: readonly ObjectState[],
  seats: readonly Seat[],
  orderKey: string,
  token: string,
): 'booked' | 'not_booked' | 'token_decides' {
  const found = byLabel(states);
  const labels = seats.filter((seat) => !isArea(seat));
  if (labels.length > 0) {
    const ours = labels.every((seat) => isBookedFor(found.get(objectLabel(seat)), orderKey));
    return ours ? 'booked' : 'not_booked';
  }
  const stillHeld = seats.some((seat) => placesHeld(found.get(objectLabel(seat)), token) > 0);
  return stillHeld ? 'not_booked' : 'token_decides';
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

function placesHeld(state: ObjectState | undefined, token: string): number {
  return state?.area?.heldByToken.get(token) ?? 0;
}

function byLabel(states: readonly ObjectState[]): Map<string, ObjectState> {
  return new Map(states.map((state) => [state.label, state]));
}
