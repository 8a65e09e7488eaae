import { type SeatsioClient, StatusChangeRequest } from 'seatsio';
import { isArea, objectLabel, type Seat } from '../checkout/order.ts';
import type { CallLimit } from '../remote-call.ts';
import { RemoteError } from '../remote-error.ts';
import * as check from './call-checks.ts';
import { type CallSeats, createCallSeats, type SeatsEndpoint } from './call-seats.ts';
import { isChangeLogged, type SoughtChange } from './change-log.ts';
import { changeSeats, type HeldSeat, requireChange, type SeatChange, seatsAfter } from './change-seats.ts';
import { BOOKED, HELD, type ObjectState } from './object-state.ts';
import { retrieveObjects } from './retrieve-objects.ts';
import { createSeatPage, type SeatPage } from './seat-page.ts';
import { createSeatsEvents, type SeatsEvents } from './seats-events.ts';
import { unreadable } from './seats-failure.ts';
import { createSeatsForSale, type SeatsForSale } from './seats-on-sale.ts';
import { readObjects, readReport, readToken, toObjects } from './seats-wire.ts';

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
  /**
   * Moves the hold of all seats and places from one token to another, or of none, in one call. What the other
   * token holds beyond them stays with it.
   */
  takeOver(change: SeatChange & { from: string }, call: CallLimit): Promise<HeldSeat[]>;
  /** Books all seats and places that the token holds, or none. Never without a token: that robs other buyers. */
  book(change: SeatChange, call: CallLimit): Promise<HeldSeat[]>;
  /** The objects of the seats, in the lane that stays quick in an on-sale; those that the event lacks are absent. */
  read(eventId: string, seats: readonly Seat[], call: CallLimit): Promise<ObjectState[]>;
  /**
   * Whether the log has a change of the areas like the given one. It is written some time after a change: a record
   * proves it, its absence does not disprove it. Not in the lane that stays quick.
   */
  wasChanged(
    eventId: string,
    areas: readonly { area: string }[],
    change: SoughtChange,
    call: CallLimit,
  ): Promise<boolean>;
  /**
   * Turns booked seats and so many booked places of the areas into a hold of the token, or none of them, in one call.
   * Whose booking it was is the caller's to know: read the labels first, and of places, which have no owner, do it
   * once. After the end of the token the call does nothing.
   */
  unbook(change: SeatChange, call: CallLimit): Promise<HeldSeat[]>;
}

/** What reports need beside it, in the regular lane: ten calls at a time for the whole account. */
export interface SeatsReports {
  /** Every object of the event. */
  readAll(eventId: string, call: CallLimit): Promise<ObjectState[]>;
}

/** Every call to Seats.io of this process: they share the connections and the ceiling. */
export type Seats = SeatsApi & SeatsReports & SeatPage & SeatsEvents & SeatsForSale;

export function createSeatsApi(endpoint: SeatsEndpoint): Seats {
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
    ...createSeatPage(callSeats),
    ...createSeatsEvents(callSeats),
    ...createSeatsForSale(callSeats),

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

    hold: async (change, limit) => (await changeSeats(callSeats, HELD, change, limit)).held,

    book: async (change, limit) => (await changeSeats(callSeats, BOOKED, change, limit)).held,

    async takeOver(change, limit) {
      const name = 'takeOver';
      check.requireToken(change.from, name);
      return holdAnew(callSeats, name, change, { status: HELD, token: change.from }, limit);
    },

    unbook: (change, limit) => holdAnew(callSeats, 'unbook', change, { status: BOOKED }, limit),

    read: (eventId, seats, limit) => readSeats(callSeats, eventId, seats.map(objectLabel), limit),

    async readAll(eventId, limit) {
      const name = 'readAll';
      check.requireEventId(eventId, name);
      const report: unknown = await callSeats(name, limit, ({ eventReports }) =>
        eventReports.byLabel(eventId),
      );
      const states = readReport(report);
      if (states === undefined) throw unreadable(name);
      return states;
    },

    async wasChanged(eventId, [first], change, limit) {
      const name = 'wasChanged';
      check.requireEventId(eventId, name);
      // A change is all-or-nothing: one area tells of all.
      check.requireLabels(first ? [first.area] : [], name);
      return first !== undefined && isChangeLogged(callSeats, eventId, first.area, change, limit);
    },
  };
}

/** Releases the seats, which have to be as they are said to be, and holds them with our token, in one transaction. */
async function holdAnew(
  callSeats: CallSeats,
  name: string,
  change: SeatChange,
  before: { status: string; token?: string },
  limit: CallLimit,
): Promise<HeldSeat[]> {
  requireChange(change, name);
  const { eventId, seats } = change;
  const release = (some: Seat[]) => {
    const request = new StatusChangeRequest()
      .withType(StatusChangeRequest.TYPE_RELEASE)
      .withEventKey(eventId)
      .withObjects(toObjects(some));
    return before.token === undefined ? request : request.withHoldToken(before.token);
  };
  const labels = seats.filter((seat) => !isArea(seat));
  const areas = seats.filter(isArea);
  const hold = new StatusChangeRequest()
    .withEventKey(eventId)
    .withObjects(toObjects(seats))
    .withStatus(HELD)
    .withHoldToken(change.token)
    .withOrderId(change.orderKey);
  const results: unknown = await callSeats(name, limit, ({ events }) =>
    events.changeObjectStatusInBatch([
      // An area has no status of its own.
      ...(labels.length > 0 ? [release(labels).withAllowedPreviousStatuses([before.status])] : []),
      ...(areas.length > 0 ? [release(areas)] : []),
      hold,
    ]),
  );
  const last = Array.isArray(results) ? (results as { objects?: unknown }[]).at(-1) : undefined;
  return seatsAfter(readObjects(last?.objects), HELD, change, name);
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
  const states = readObjects(await retrieveObjects(callSeats, name, eventId, labels, limit));
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
