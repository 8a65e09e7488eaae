import type { Ledger } from '../stand-in/ledger.ts';
import { planAreaMove } from './area-rules.ts';
import type { AreaStates } from './area-states.ts';
import type { ChartObject } from './chart-objects.ts';
import type { SeatsEvent } from './events.ts';
import type { OpenQuestions } from './open-questions.ts';
import { checkSeatChange } from './seat-rules.ts';
import type { SeatState, SeatStates } from './seat-states.ts';
import type { RequestedObject, StatusChange } from './status-request.ts';
import { BOOKED, FREE, HELD } from './statuses.ts';
import { tokenNotFound, VendorError } from './vendor-error.ts';

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
  ledger: Ledger;
  isAlive: (token: string) => boolean;
  open: OpenQuestions;
}

export function createStatusChanges({
  seats,
  areas,
  ledger,
  isAlive,
  open,
}: StatusChangesOptions): StatusChanges {
  const changeSeat = (
    event: SeatsEvent,
    object: ChartObject,
    request: RequestedObject,
    change: StatusChange,
  ) => {
    const { label } = object;
    const current = seats.get(event.id, label);
    checkSeatChange(label, current, change, open);
    const next = nextState(current, request, change, open);
    seats.set(event.id, label, next);
    const holdToken = change.holdToken ?? current.holdToken;
    const orderId = change.orderId ?? (change.status === FREE ? current.orderId : undefined);
    ledger.append(effectOf(change.status), {
      event: event.key,
      label,
      quantity: 1,
      from: current.status,
      to: change.status,
      ...(orderId === undefined ? {} : { orderId }),
      ...(holdToken === undefined ? {} : { holdToken }),
      origin: 'API_CALL',
    });
  };

  const changeArea = (
    event: SeatsEvent,
    label: string,
    capacity: number,
    request: RequestedObject,
    change: StatusChange,
  ) => {
    const { taken, added } = planAreaMove(request, areas.get(event.id, label), capacity, change, open);
    for (const places of taken) areas.add(event.id, label, { ...places, quantity: -places.quantity });
    if (added !== undefined) areas.add(event.id, label, added);
    const holdToken = change.holdToken ?? taken.find((places) => places.holdToken !== '')?.holdToken;
    ledger.append(effectOf(change.status), {
      event: event.key,
      label,
      quantity: request.quantity,
      from: taken[0]?.status ?? FREE,
      to: change.status,
      ...(change.orderId === undefined ? {} : { orderId: change.orderId }),
      ...(holdToken === undefined ? {} : { holdToken }),
      origin: 'API_CALL',
    });
  };

  return {
    apply: (event, change) => {
      const { holdToken, status } = change;
      if (holdToken !== undefined && status !== FREE && !isAlive(holdToken)) throw deadToken(open);
      for (const request of change.objects) {
        const object = event.chart.objects.get(request.objectId);
        if (object === undefined) {
          throw new VendorError(400, 'GENERAL_ERROR', `Object not found: ${request.objectId}`);
        }
        if (object.capacity === undefined) changeSeat(event, object, request, change);
        else changeArea(event, object.label, object.capacity, request, change);
      }
    },
  };
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

function nextState(
  current: SeatState,
  request: RequestedObject,
  change: StatusChange,
  open: OpenQuestions,
): SeatState {
  const kept = change.status === BOOKED && open.detailsSurviveBooking ? current : undefined;
  const orderId = change.orderId ?? kept?.orderId;
  const ticketType = request.ticketType ?? kept?.ticketType;
  const extraData = request.extraData ?? (change.keepExtraData ? current.extraData : undefined);
  return {
    status: change.status,
    ...(orderId === undefined ? {} : { orderId }),
    ...(change.status === HELD && change.holdToken !== undefined ? { holdToken: change.holdToken } : {}),
    ...(ticketType === undefined ? {} : { ticketType }),
    ...(extraData === undefined ? {} : { extraData }),
  };
}
