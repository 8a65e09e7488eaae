/**
 * What Seats.io does with seats, places and tokens, told once more in the fewest words and from the facts alone:
 * the property test holds the stand-in against it. It imports nothing, and knows seats only as `free`, `held by`
 * or `booked`, and an area only as numbers.
 */
export interface SeatsModel {
  createToken(token: string): void;
  /** True: the call is taken; false: it is refused, and nothing has changed. */
  hold(token: string, wanted: Wanted): boolean;
  book(token: string | undefined, wanted: Wanted): boolean;
  release(token: string | undefined, wanted: Wanted): boolean;
  expire(token: string): boolean;
  seat(label: string): { status: string; token: string | undefined };
  area(): { held: Record<string, number>; numBooked: number; numFree: number };
}

export interface Wanted {
  seats: readonly string[];
  places: number;
}

interface State {
  seats: Map<string, { held: string } | 'booked'>;
  held: Map<string, number>;
  booked: number;
  alive: Set<string>;
}

export function createSeatsModel(capacity: number): SeatsModel {
  let now: State = { seats: new Map(), held: new Map(), booked: 0, alive: new Set() };
  const heldIn = (state: State) => [...state.held.values()].reduce((sum, count) => sum + count, 0);
  const free = (state: State) => capacity - state.booked - heldIn(state);

  /** Works on a copy, which becomes the state only if every part of the call was allowed. */
  const attempt = (step: (next: State) => boolean): boolean => {
    const next: State = {
      seats: new Map(now.seats),
      held: new Map(now.held),
      booked: now.booked,
      alive: new Set(now.alive),
    };
    const allowed = step(next);
    if (allowed) now = next;
    return allowed;
  };
  const holds = (state: State, token: string, label: string) => {
    const seat = state.seats.get(label);
    return typeof seat === 'object' && seat.held === token;
  };

  return {
    createToken: (token) => {
      now.alive.add(token);
    },
    hold: (token, { seats, places }) =>
      attempt((next) => {
        if (!next.alive.has(token)) return false;
        for (const label of seats) {
          if (next.seats.has(label)) return false;
          next.seats.set(label, { held: token });
        }
        if (places > free(next)) return false;
        if (places > 0) next.held.set(token, (next.held.get(token) ?? 0) + places);
        return true;
      }),
    book: (token, { seats, places }) =>
      attempt((next) => {
        if (token !== undefined && !next.alive.has(token)) return false;
        for (const label of seats) {
          if (next.seats.get(label) === 'booked') return false;
          if (token !== undefined && !holds(next, token, label)) return false;
          next.seats.set(label, 'booked');
        }
        if (places === 0) return true;
        if (token === undefined) {
          if (places > free(next)) return false;
        } else {
          const left = (next.held.get(token) ?? 0) - places;
          if (left < 0) return false;
          next.held.set(token, left);
        }
        next.booked += places;
        return true;
      }),
    release: (token, { seats, places }) =>
      attempt((next) => {
        for (const label of seats) {
          if (!next.seats.has(label)) return false;
          if (token !== undefined && !holds(next, token, label)) return false;
          next.seats.delete(label);
        }
        if (places === 0) return true;
        if (token !== undefined) {
          const left = (next.held.get(token) ?? 0) - places;
          if (left < 0) return false;
          next.held.set(token, left);
          return true;
        }
        // Without a token booked places go first. Whose held ones would follow is nobody's knowledge.
        if (places > next.booked) return false;
        next.booked -= places;
        return true;
      }),
    expire: (token) => {
      if (!now.alive.delete(token)) return false;
      now.held.delete(token);
      for (const [label, seat] of now.seats) {
        if (typeof seat === 'object' && seat.held === token) now.seats.delete(label);
      }
      return true;
    },
    seat: (label) => {
      const seat = now.seats.get(label);
      if (seat === undefined) return { status: 'free', token: undefined };
      return seat === 'booked'
        ? { status: 'booked', token: undefined }
        : { status: 'reservedByToken', token: seat.held };
    },
    area: () => ({
      held: Object.fromEntries([...now.held].filter(([, count]) => count > 0)),
      numBooked: now.booked,
      numFree: free(now),
    }),
  };
}
