import { z } from 'zod';
import { isArea, objectLabel, type Seat } from '../checkout/order.ts';
import { isPlainId } from '../remote-call.ts';
import { BOOKED, HELD, type ObjectState } from './object-state.ts';

// The official client takes a broken 200 for a success with nothing in it, so what it resolves with is read
// as strictly as raw wire.

const holdToken = z.object({
  holdToken: z.string().refine(isPlainId),
  expiresInSeconds: z.number(),
  workspaceKey: z.string(),
});

const places = z.number().int().min(0);
const objectInfo = z.object({
  label: z.string(),
  status: z.string().min(1),
  orderId: z.string().nullish(),
  holdToken: z.string().nullish(),
  categoryKey: z.union([z.string(), z.number()]).transform(String),
  categoryLabel: z.string(),
  objectType: z.string().optional(),
  numFree: places.optional(),
  numBooked: places.optional(),
  numHeld: places.optional(),
  holds: z.record(z.string(), z.record(z.string(), places)).nullish(),
});
const objectInfos = z.record(z.string(), objectInfo);

/** A hold token in an answer; undefined if it cannot be read. */
export function readToken(answer: unknown): z.output<typeof holdToken> | undefined {
  return holdToken.safeParse(answer).data;
}

/** Object infos by label in an answer; undefined if they cannot be read. */
export function readObjects(answer: unknown): Map<string, ObjectState> | undefined {
  const infos = objectInfos.safeParse(answer).data;
  if (infos === undefined) return undefined;
  return new Map(Object.entries(infos).map(([label, info]) => [label, stateOf(label, info)]));
}

/** The objects of a report by label; undefined if they cannot be read. An area may be listed more than once. */
export function readReport(answer: unknown): ObjectState[] | undefined {
  const groups = z.record(z.string(), z.array(objectInfo)).safeParse(answer).data;
  const found = Object.entries(groups ?? {}).flatMap(([label, [info]]) =>
    info ? [stateOf(label, info)] : [],
  );
  // An event has objects: none in an answer means that it was not one.
  return found.length > 0 ? found : undefined;
}

/** Whether an object's state is what a hold or a book of the seat leaves behind. */
export function isDone(
  state: ObjectState,
  seat: Seat,
  wanted: { status: typeof HELD | typeof BOOKED; token: string; orderKey: string },
): boolean {
  if (isArea(seat)) {
    if (state.area === undefined) return false;
    const count =
      wanted.status === HELD ? (state.area.heldByToken.get(wanted.token) ?? 0) : state.area.booked;
    return wanted.status === HELD ? count === seat.quantity : count >= seat.quantity;
  }
  if (state.status !== wanted.status || state.orderId !== wanted.orderKey) return false;
  return wanted.status === BOOKED || state.holdToken === wanted.token;
}

/** Seats as the vendor's client takes them. */
export function toObjects(seats: readonly Seat[]): { objectId: string; quantity?: number }[] {
  return seats.map((seat) => ({
    objectId: objectLabel(seat),
    ...(isArea(seat) && { quantity: seat.quantity }),
  }));
}

function stateOf(label: string, info: z.output<typeof objectInfo>): ObjectState {
  const { status, orderId, holdToken: token, categoryKey, categoryLabel } = info;
  const isAreaInfo = info.objectType === 'generalAdmission' || info.numFree !== undefined;
  return {
    label,
    status,
    ...(orderId && { orderId }),
    ...(token && { holdToken: token }),
    categoryKey,
    categoryLabel,
    ...(isAreaInfo && {
      area: {
        free: info.numFree ?? 0,
        booked: info.numBooked ?? 0,
        held: info.numHeld ?? 0,
        heldByToken: new Map(
          Object.entries(info.holds ?? {}).map(([holder, byType]) => [
            holder,
            Object.values(byType).reduce((sum, count) => sum + count, 0),
          ]),
        ),
      },
    }),
  };
}
