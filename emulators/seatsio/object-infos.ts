import { areaStatus, freePlaces } from './area-rules.ts';
import { type AreaStates, count, holdsOf } from './area-states.ts';
import type { ChartObject } from './chart-objects.ts';
import type { SeatsEvent } from './events.ts';
import type { SeatState, SeatStates } from './seat-states.ts';
import { BOOKED, FREE, HELD, RESALE } from './statuses.ts';

/** An object of an event as the vendor shows it (ObjectInfo). */
export interface ObjectInfo extends ChartObject {
  status: string;
  orderId?: string;
  [field: string]: unknown;
}

/** Reads an event's objects. */
export interface ObjectInfos {
  /** The infos of the labels that the event has, by label. */
  read(event: SeatsEvent, labels: readonly string[]): Record<string, ObjectInfo>;
  all(event: SeatsEvent): ObjectInfo[];
}

export function createObjectInfos(seats: SeatStates, areas: AreaStates): ObjectInfos {
  const infoOf = (event: SeatsEvent, object: ChartObject, state: SeatState): ObjectInfo => {
    if (object.capacity === undefined) return seatInfo(object, state);
    return areaInfo(object, object.capacity, areas.get(event.id, object.label));
  };
  return {
    read: (event, labels) => {
      const infos: Record<string, ObjectInfo> = {};
      for (const label of labels) {
        const object = event.chart.objects.get(label);
        if (object !== undefined) infos[label] = infoOf(event, object, seats.get(event.id, label));
      }
      return infos;
    },
    all: (event) => {
      const states = seats.ofEvent(event.id);
      return [...event.chart.objects.values()].map((object) =>
        infoOf(event, object, states.get(object.label) ?? { status: FREE }),
      );
    },
  };
}

function seatInfo(object: ChartObject, state: SeatState): ObjectInfo {
  return { ...object, ...state, forSale: true, ...availability(state.status) };
}

function areaInfo(object: ChartObject, capacity: number, places: ReturnType<AreaStates['get']>): ObjectInfo {
  const status = areaStatus(places, capacity);
  return {
    ...object,
    status,
    forSale: true,
    ...availability(status),
    bookAsAWhole: false,
    variableOccupancy: false,
    numBooked: count(places, BOOKED),
    numHeld: count(places, HELD),
    numFree: freePlaces(places, capacity),
    numNotForSale: 0,
    holds: holdsOf(places),
  };
}

function availability(status: string) {
  const isAvailable = status === FREE || status === RESALE;
  return { isAvailable, availabilityReason: isAvailable ? 'available' : status };
}
