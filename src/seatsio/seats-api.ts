import { type SeatsioClient, StatusChangeRequest } from 'seatsio';
import { isArea, objectLabel, type Seat } from '../checkout/order.ts';
import type { CallLimit } from '../remote-call.ts';
import { RemoteError } from '../remote-error.ts';
import * as check from './call-checks.ts';
import { type CallSeats, createCallSeats, type SeatsEndpoint } from './call-seats.ts';
import { BOOKED, HELD, isBookedFor, type ObjectState } from './object-state.ts';
import { unreadable } from './seats-failure.ts';
import { isDone, readObjects, readToken, toObjects } from './seats-wire.ts';

/** Seats of one event that are to be held or booked with a token. */
export interface SeatChange {
  eventId: string;
  seats: Seat[];
  token: string;
  /** What Seats.io stores as order id: the name of the attempt. It is a label, not an idempotency key. */
  orderKey: string;
}

export interface HeldSeat {
  seat: Seat;
  categoryKey: string;
  categoryLabel: string;
}

/**
 * Seats.io as the checkout needs it. Every failure is a `RemoteError`; nothing is retried here. An answer that
 * does not show every seat as asked is `unknown`: read before the next try. What Seats.io cannot carry is
 * `refused` with a code of ours (`bad_token`, `bad_label`, …) before anything is sent.
 */
export interface SeatsApi {
  /** Minutes above 0, at most 120. The rest of its life is relative, so clocks need not agree. */
  createToken(minutes: number, call: CallLimit): Promise<{ token: string; expiresInSeconds: number }>;
  /** The token ends `minutes` from now, or earlier: two hours from its creation are the most. */
  extendToken(token: string, minutes: number, call: CallLimit): Promise<{ expiresInSeconds: number }>;
  /** Ends the token and frees what it holds; what is booked stays. Success as well when it has ended already. */
  expireToken(token: string, call: CallLimit): Promise<void>;
  /** Undefined: unknown or ended. */
  retrieveToken(
    token: string,
    call: CallLimit,
  ): Promise<{ expiresInSeconds: number; workspaceKey: string } | undefined>;
  /** Holds all seats and places, or none, in one call. Holding places of an area again adds to them. */
  hold(change: SeatChange, call: CallLimit): Promise<HeldSeat[]>;
  /** Books all seats and places that the token holds, or none. Never without a token: that robs other buyers. */
  book(change: SeatChange, call: CallLimit): Promise<HeldSeat[]>;
  /** The objects of the seats, in the lane that stays quick in an on-sale; those that the event lacks are absent. */
  read(eventId: string, seats: readonly Seat[], call: CallLimit): Promise<ObjectState[]>;
  /** Frees those of the labels that are booked under our order key, and no others; the key is read first. */
  releaseBooked(eventId: string, labels: readonly string[], orderKey: string, call: CallLimit): Promise<void>;
  /**
   * Frees so many booked places of the areas. Places have no owner: a second call frees somebody else's, so an
   * unknown outcome must not be tried again.
   */
  releaseBookedPlaces(
    eventId: string,
    areas: readonly { area: string; quantity: number }[],
    call: CallLimit,
  ): Promise<void>;
}

export function createSeatsApi(endpoint: SeatsEndpoint): SeatsApi {
  const callSeats = createCallSeats(endpoint);

  const tokenOf = async (
    name: string,
    limit: CallLimit,
    send: (client: SeatsioClient) => Promise<unknown>,
  ) => {
    const token = readToken(await callSeats(name, limit, send));
    if (token === undefined) throw unreadable(name);
    return token;
  };

  return {
    async createToken(minutes, limit) {
      const name = 'createToken';
      check.requireMinutes(minutes, name);
      const token = await tokenOf(name, limit, ({ holdTokens }) => holdTokens.create(minutes));
      return { token: token.holdToken, expiresInSeconds: token.expiresInSeconds };
    },

    async extendToken(token, minutes, limit) {
      const name = 'extendToken';
      check.requireToken(token, name);
      check.requireMinutes(minutes, name);
      const send = ({ holdTokens }: SeatsioClient) => holdTokens.expiresInMinutes(token, minutes);
      const { expiresInSeconds } = await tokenOf(name, limit, send);
      return { expiresInSeconds };
    },

    async expireToken(token, limit) {
      const name = 'expireToken';
      check.requireToken(token, name);
      const send = ({ holdTokens }: SeatsioClient) => holdTokens.expiresInMinutes(token, 0);
      await unlessNotFound(tokenOf(name, limit, send));
    },

    async retrieveToken(token, limit) {
      const name = 'retrieveToken';
      check.requireToken(token, name);
      const send = ({ holdTokens }: SeatsioClient) => holdTokens.retrieve(token);
      const found = await unlessNotFound(tokenOf(name, limit, send));
      return found && { expiresInSeconds: found.expiresInSeconds, workspaceKey: found.workspaceKey };
    },

    hold: (change, limit) => changeSeats(callSeats, HELD, change, limit),

    book: (change, limit) => changeSeats(callSeats, BOOKED, change, limit),

    read: (eventId, seats, limit) => readSeats(callSeats, eventId, seats.map(objectLabel), limit),

    async releaseBooked(eventId, labels, orderKey, limit) {
      const name = 'releaseBooked';
      check.requireOrderKey(orderKey, name);
      const startedAt = performance.now();
      const states = await readSeats(callSeats, eventId, labels, limit);
      const ours = states.filter((state) => isBookedFor(state, orderKey)).map(({ label }) => label);
      if (ours.length === 0) return;
      const rest = { timeoutMs: limit.timeoutMs - (performance.now() - startedAt) };
      const release = new StatusChangeRequest()
        .withType(StatusChangeRequest.TYPE_RELEASE)
        .withEventKey(eventId)
        .withObjects(ours)
        .withAllowedPreviousStatuses([BOOKED]);
      const results: unknown = await callSeats(name, rest, ({ events }) =>
        events.changeObjectStatusInBatch([release]),
      );
      const [result] = Array.isArray(results) ? (results as { objects?: unknown }[]) : [];
      const after = readObjects(result?.objects);
      const freed = ours.every((label) => ![undefined, BOOKED].includes(after?.get(label)?.status));
      if (!freed) throw unreadable(name);
    },

    async releaseBookedPlaces(eventId, areas, limit) {
      const name = 'releaseBookedPlaces';
      check.requireEventId(eventId, name);
      check.requireSeats(areas, name);
      const places = areas.map(({ area, quantity }) => ({ objectId: area, quantity }));
      const result = await callSeats(name, limit, ({ events }) => events.release(eventId, places));
      const after = readObjects((result as { objects?: unknown }).objects);
      if (!areas.every(({ area }) => after?.has(area))) throw unreadable(name);
    },
  };
}

async function changeSeats(
  callSeats: CallSeats,
  status: typeof HELD | typeof BOOKED,
  { eventId, seats, token, orderKey }: SeatChange,
  limit: CallLimit,
): Promise<HeldSeat[]> {
  const name = status === HELD ? 'hold' : 'book';
  check.requireEventId(eventId, name);
  check.requireToken(token, name);
  check.requireOrderKey(orderKey, name);
  check.requireSeats(seats, name);
  const { objects } = await callSeats(name, limit, ({ events }) =>
    events[name](eventId, toObjects(seats), token, orderKey),
  );
  const states = readObjects(objects);
  // Seats.io takes the label of an area for one place of it; a seat it is not, and asking again takes another.
  if (seats.some((seat) => !isArea(seat) && states?.get(objectLabel(seat))?.area)) {
    throw new RemoteError({ remote: 'seatsio', call: name, kind: 'refused', code: 'not_a_seat' });
  }
  return seats.map((seat) => {
    const state = states?.get(objectLabel(seat));
    if (state === undefined || !isDone(state, seat, { status, token, orderKey })) throw unreadable(name);
    return { seat, categoryKey: state.categoryKey, categoryLabel: state.categoryLabel };
  });
}

async function readSeats(
  callSeats: CallSeats,
  eventId: string,
  labels: readonly string[],
  limit: CallLimit,
): Promise<ObjectState[]> {
  const name = 'read';
  check.requireEventId(eventId, name);
  check.requireLabels(labels, name);
  const answer: unknown = await callSeats(name, limit, ({ events }) =>
    events.retrieveObjectInfos(eventId, [...labels]),
  );
  const states = readObjects(answer);
  if (states === undefined) throw unreadable(name);
  return labels.flatMap((label) => states.get(label) ?? []);
}

async function unlessNotFound<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof RemoteError && error.kind === 'not_found') return undefined;
    throw error;
  }
}
