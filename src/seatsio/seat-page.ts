import { type SeatsioClient, StatusChangeRequest } from 'seatsio';
import { z } from 'zod';
import { isArea, objectLabel, type Seat } from '../checkout/order.ts';
import { type CallLimit, isPlainId } from '../remote-call.ts';
import * as check from './call-checks.ts';
import type { CallSeats } from './call-seats.ts';
import type { SeatChange } from './change-seats.ts';
import { changeSeats } from './change-seats.ts';
import { type ObjectInfos, toObjectInfos } from './object-info.ts';
import { BOOKED, HELD, type ObjectState } from './object-state.ts';
import { retrieveObjects } from './retrieve-objects.ts';
import { unreadable } from './seats-failure.ts';
import { readObjects, toObjects } from './seats-wire.ts';

/** What the seat page's functions need beside the checkout's calls: with the objects as Seats.io shows them. */
export interface SeatPage {
  /** A new token, with the end that Seats.io gives it: ISO 8601, by its clock. */
  newToken(minutes: number, call: CallLimit): Promise<{ token: string; expiresAt: string }>;
  /** Holds all seats and places, or none. */
  holdShown(change: SeatChange, call: CallLimit): Promise<ObjectInfos>;
  /** Books all seats and places that the token holds, or none. */
  bookShown(change: SeatChange, call: CallLimit): Promise<ObjectInfos>;
  /** The objects of the seats, those that the event has; `token` is the only one that `shown` may hold. */
  look(
    eventId: string,
    seats: readonly Seat[],
    token: string,
    call: CallLimit,
  ): Promise<{ states: ObjectState[]; shown: ObjectInfos }>;
  /** Frees what the token holds of the seats, in one call; one that it does not hold refuses them all. */
  releaseHeld(
    release: { eventId: string; seats: readonly Seat[]; token: string },
    call: CallLimit,
  ): Promise<ObjectInfos>;
  /** Frees the seats whoever holds them, and booked ones too: for administrators. */
  releaseAnybodys(
    release: { eventId: string; seats: readonly Seat[] },
    call: CallLimit,
  ): Promise<ObjectInfos>;
}

const newToken = z.object({
  holdToken: z.string().refine(isPlainId),
  // The vendor's client makes a date of it.
  expiresAt: z
    .union([z.date(), z.iso.datetime({ offset: true })])
    .transform((at) => new Date(at).toISOString()),
});

export function createSeatPage(callSeats: CallSeats): SeatPage {
  const release = async (name: string, requests: StatusChangeRequest[], limit: CallLimit) => {
    const results: unknown = await callSeats(name, limit, ({ events }) =>
      events.changeObjectStatusInBatch(requests),
    );
    const list = Array.isArray(results) ? (results as { objects?: object }[]) : [];
    return Object.assign({}, ...list.map(({ objects }) => objects)) as object;
  };

  return {
    async newToken(minutes, limit) {
      const name = 'newToken';
      check.requireMinutes(minutes, name);
      const send = ({ holdTokens }: SeatsioClient) => holdTokens.create(minutes);
      const token = newToken.safeParse(await callSeats<unknown>(name, limit, send)).data;
      if (token === undefined) throw unreadable(name);
      return { token: token.holdToken, expiresAt: token.expiresAt };
    },

    holdShown: async (change, limit) =>
      toObjectInfos((await changeSeats(callSeats, HELD, change, limit)).objects, change.token),

    bookShown: async (change, limit) =>
      toObjectInfos((await changeSeats(callSeats, BOOKED, change, limit)).objects, change.token),

    async look(eventId, seats, token, limit) {
      const name = 'look';
      check.requireEventId(eventId, name);
      check.requireToken(token, name);
      const labels = seats.map(objectLabel);
      check.requireLabels(labels, name);
      const answer = await retrieveObjects(callSeats, name, eventId, labels, limit);
      const states = readObjects(answer);
      if (states === undefined) throw unreadable(name);
      return {
        states: labels.flatMap((label) => states.get(label) ?? []),
        shown: toObjectInfos(answer, token),
      };
    },

    async releaseHeld({ eventId, seats, token }, limit) {
      const name = 'releaseHeld';
      check.requireEventId(eventId, name);
      check.requireToken(token, name);
      check.requireSeats(seats, name);
      const [labels, areas] = [seats.filter((seat) => !isArea(seat)), seats.filter(isArea)];
      const of = (some: Seat[]) => releaseOf(eventId, some).withHoldToken(token);
      const objects = await release(
        name,
        [
          // A seat that was booked with the token meanwhile stays booked. An area has no status of its own.
          ...(labels.length > 0 ? [of(labels).withAllowedPreviousStatuses([HELD])] : []),
          ...(areas.length > 0 ? [of(areas)] : []),
        ],
        limit,
      );
      requireFreed(objects, seats, name);
      return toObjectInfos(objects, token);
    },

    async releaseAnybodys({ eventId, seats }, limit) {
      const name = 'releaseAnybodys';
      check.requireEventId(eventId, name);
      check.requireSeats(seats, name);
      const objects = await release(name, [releaseOf(eventId, [...seats])], limit);
      requireFreed(objects, seats, name);
      return toObjectInfos(objects);
    },
  };
}

function releaseOf(eventId: string, seats: Seat[]): StatusChangeRequest {
  return new StatusChangeRequest()
    .withType(StatusChangeRequest.TYPE_RELEASE)
    .withEventKey(eventId)
    .withObjects(toObjects(seats));
}

/** Every seat in the answer, and none of them held or booked. How many places of an area are, is nobody's. */
function requireFreed(objects: object, seats: readonly Seat[], name: string): void {
  const after = readObjects(objects);
  const freed = seats.every((seat) => {
    const state = after?.get(objectLabel(seat));
    return state !== undefined && (isArea(seat) || ![HELD, BOOKED].includes(state.status));
  });
  if (!freed) throw unreadable(name);
}
