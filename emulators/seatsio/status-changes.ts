import type { Ledger } from '../stand-in/ledger.ts';
import { placesIn, planAreaMove } from './area-rules.ts';
import type { AreaStates } from './area-states.ts';
import type { ChangeLog } from './change-log.ts';
import { type ChartObject, isCounted } from './chart-objects.ts';
import type { SeatsEvent } from './events.ts';
import { checkAccess, roomOf } from './object-access.ts';
import type { OpenQuestions } from './open-questions.ts';
import type { SeasonStates } from './season-states.ts';
import { checkGuards, checkSeatChange, refused } from './seat-rules.ts';
import type { SeatStates } from './seat-states.ts';
import { nextState } from './seat-transition.ts';
import type { RequestedObject, StatusChange } from './status-request.ts';
import { BOOKED, FREE, HELD } from './statuses.ts';
import { invalid, tokenNotFound, VendorError } from './vendor-error.ts';

export interface StatusChanges {
  /**
   * Changes all objects of one change in one event. A refusal throws, and the caller's transaction undoes what
   * went before it: over all objects, events and entries of a batch it is all or nothing.
   */
  apply(event: SeatsEvent, change: StatusChange): void;
}

export interface StatusChangesOptions {
  seats: SeatStates;
  areas: AreaStates;
  seasonStates: SeasonStates;
  ledger: Ledger;
  log: ChangeLog;
  isAlive: (token: string, workspaceId: number) => boolean;
  open: OpenQuestions;
}

export function createStatusChanges(options: StatusChangesOptions): StatusChanges {
  const { seats, areas, seasonStates, ledger, log, isAlive, open } = options;

  const record = (
    event: SeatsEvent,
    { label }: ChartObject,
    change: StatusChange,
    facts: {
      quantity: number;
      from: string;
      to: string;
      orderId?: string | undefined;
      holdToken?: string | undefined;
    },
    extraData: unknown,
  ) => {
    const { quantity, from, to, orderId, holdToken } = facts;
    ledger.append(effectOf(change.status), {
      event: event.key,
      label,
      quantity,
      from,
      to,
      orderId,
      holdToken,
      origin: 'API_CALL',
    });
    log.append({
      eventId: event.id,
      label,
      status: to,
      quantity,
      orderId: change.orderId,
      holdToken: change.holdToken,
      extraData,
      origin: { type: 'API_CALL', ip: change.ip },
    });
  };

  const changeSeat = (
    event: SeatsEvent,
    object: ChartObject,
    request: RequestedObject,
    change: StatusChange,
  ) => {
    const { label } = object;
    const current = seats.get(event.id, label);
    checkAccess(event, object, current.status, change);
    checkOccupancy(object, request, change);
    checkSeason(event, label, change);
    checkSeatChange(label, current, change, open);
    const next = nextState(current, request, change, open);
    seats.set(event.id, label, next);
    const facts = {
      quantity: 1,
      from: current.status,
      to: next.status,
      orderId: change.orderId ?? (change.status === FREE ? current.orderId : undefined),
      holdToken: change.holdToken ?? current.holdToken,
    };
    record(event, object, change, facts, next.extraData);
  };

  /** Even without a token nobody takes in one event what the whole season has, or the other way round. */
  const checkSeason = (event: SeatsEvent, label: string, change: StatusChange) => {
    if (change.status === FREE) return;
    const status = seasonStates.takenElsewhere(event.id, label);
    if (status === undefined) return;
    checkGuards(status, change);
    throw refused(label, 'is taken elsewhere in its season');
  };

  const changeArea = (
    event: SeatsEvent,
    area: ChartObject,
    request: RequestedObject,
    change: StatusChange,
  ) => {
    const { label } = area;
    const room = roomOf(event, area, change);
    if (change.status !== FREE && !event.forSale.allows(area)) throw refused(label, 'is not for sale');
    const { taken, added } = planAreaMove(request, seasonStates.places(event.id, label), room, change, open);
    for (const places of taken) areas.add(event.id, label, { ...places, quantity: -places.quantity });
    for (const places of added) areas.add(event.id, label, places);

    // An area's own row keeps nothing but its extra data.
    const before = seats.get(event.id, label);
    const extraData = request.extraData ?? (change.keepExtraData ? before.extraData : undefined);
    if (before.extraData !== undefined || extraData !== undefined) {
      seats.set(event.id, label, { status: FREE, ...(extraData === undefined ? {} : { extraData }) });
    }
    const facts = {
      quantity: change.status === FREE ? placesIn(taken) : request.quantity,
      from: taken[0]?.status ?? FREE,
      to: change.status,
      orderId: change.orderId,
      holdToken: change.holdToken ?? taken.find((places) => places.holdToken !== '')?.holdToken,
    };
    if (facts.quantity > 0) record(event, area, change, facts, extraData);
  };

  return {
    apply: (event, change) => {
      const { holdToken, status } = change;
      if (holdToken !== undefined && status !== FREE && !isAlive(holdToken, event.workspaceId)) {
        throw deadToken(open);
      }
      for (const request of change.objects) {
        const object = event.objects.get(request.objectId);
        if (object === undefined) throw invalid(`Object not found: ${request.objectId}`);
        if (isCounted(object)) changeArea(event, object, request, change);
        else changeSeat(event, object, request, change);
      }
    },
  };
}

/** A party fits on a seat if it is one, and into an area that is sold whole within the area's bounds. */
function checkOccupancy(object: ChartObject, { quantity }: RequestedObject, { status }: StatusChange): void {
  const { label, variableOccupancy, minOccupancy = 1, maxOccupancy, capacity } = object;
  if (capacity === undefined && quantity > 1) throw refused(label, 'is one place only');
  if (variableOccupancy !== true || status === FREE) return;
  const most = maxOccupancy ?? capacity ?? quantity;
  if (quantity < minOccupancy || quantity > most) throw refused(label, `is for ${minOccupancy} to ${most}`);
}

function deadToken({ deadTokenStatus }: OpenQuestions): VendorError {
  const { code, message } = tokenNotFound();
  return new VendorError(deadTokenStatus, code, message);
}

function effectOf(status: string): string {
  if (status === HELD) return 'held';
  if (status === BOOKED) return 'booked';
  return status === FREE ? 'released' : 'changed';
}
