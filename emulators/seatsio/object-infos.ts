import { areaStatus, freePlaces } from './area-rules.ts';
import { type AreaStates, count, holdsOf, type Places } from './area-states.ts';
import { type ChartObject, isCounted } from './chart-objects.ts';
import type { Share } from './event-reports.ts';
import type { SeatsEvent } from './events.ts';
import type { OpenQuestions } from './open-questions.ts';
import type { SeasonOverrides } from './season-overrides.ts';
import type { SeasonStates } from './season-states.ts';
import type { Seasons } from './seasons.ts';
import type { SeatState, SeatStates } from './seat-states.ts';
import { FREE, HELD, RESALE } from './statuses.ts';
import { invalid } from './vendor-error.ts';

/** An object of an event as the vendor shows it (ObjectInfo). */
export interface ObjectInfo extends ChartObject, ObjectStatus {}

/** The part of it that changes. */
interface ObjectStatus {
  status: string;
  orderId?: string | undefined;
  channel?: string | undefined;
  [field: string]: unknown;
}

/** Reads an event's objects. */
export interface ObjectInfos {
  /** The infos of the labels that the event has, by label. */
  read(event: SeatsEvent, labels: readonly string[]): Record<string, ObjectInfo>;
  /** The info of an object that the event has, as a member of a JSON object, by its label. */
  text(event: SeatsEvent, label: string): string;
  /** @param scope `own`: as if there were no season */
  all(event: SeatsEvent, scope?: Scope): ObjectInfo[];
  /** All objects, but an area once for each status that its places have. */
  shares(event: SeatsEvent, scope?: Scope): Share[];
}

/** Whether what is taken elsewhere in the event's season counts. */
export type Scope = 'season' | 'own';

export interface ObjectInfosOptions {
  seats: SeatStates;
  areas: AreaStates;
  seasons: Seasons;
  seasonStates: SeasonStates;
  overrides: SeasonOverrides;
  open: OpenQuestions;
}

export function createObjectInfos(options: ObjectInfosOptions): ObjectInfos {
  const { seats, areas, seasons, seasonStates, overrides, open } = options;
  const placesOf = ({ id }: SeatsEvent, label: string, scope: Scope) =>
    scope === 'own' ? areas.get(id, label) : seasonStates.places(id, label);
  const seatOf = ({ id }: SeatsEvent, label: string, scope: Scope): SeatState => {
    const state = seats.get(id, label);
    const status = scope === 'own' ? undefined : seasonStates.takenElsewhere(id, label);
    // The order and the token of what is taken elsewhere are not this event's.
    return status === undefined || !isToBeHad(state.status) ? state : { status };
  };
  const statusOf = (event: SeatsEvent, object: ChartObject, scope: Scope = 'season'): ObjectStatus => {
    const { label } = object;
    const status = isCounted(object)
      ? placesStatus(event, object, placesOf(event, label, scope), seats.get(event.id, label).extraData)
      : seatStatus(event, object, seatOf(event, label, scope));
    if (seasons.placeOf(event.id) !== undefined) {
      status.seasonStatusOverriddenQuantity = overrides.total(event.id, label);
    }
    return status;
  };
  const infoOf = (event: SeatsEvent, object: ChartObject, scope?: Scope): ObjectInfo => ({
    ...object,
    ...statusOf(event, object, scope),
  });
  const all = (event: SeatsEvent, scope?: Scope): ObjectInfo[] =>
    [...event.objects.values()].map((object) => infoOf(event, object, scope));
  return {
    read: (event, labels) => {
      const infos = new Map<string, ObjectInfo>();
      for (const label of labels) {
        const object = event.objects.get(label);
        if (object === undefined && open.readUnknown === 'refuse')
          throw invalid(`Object not found: ${label}`);
        if (object !== undefined) infos.set(label, infoOf(event, object));
      }
      return Object.fromEntries(infos);
    },
    text: (event, label) => {
      const object = event.objects.get(label);
      if (object === undefined) throw new Error(`no object ${label}`);
      return `${openText(object)},${JSON.stringify(statusOf(event, object)).slice(1)}`;
    },
    all,
    shares: (event, scope = 'season') =>
      all(event, scope).flatMap((info) => {
        if (!isCounted(info)) return { info, quantity: 1 };
        const places = placesOf(event, info.label, scope);
        return areaShares(info, places, event.forSale.placesNotForSale(info));
      }),
  };
}

const openTexts = new WeakMap<ChartObject, string>();

/** The JSON of what never changes about an object, made once: its label, and its info without the brace at its end. */
function openText(object: ChartObject): string {
  const known = openTexts.get(object);
  if (known !== undefined) return known;
  const text = `${JSON.stringify(object.label)}:${JSON.stringify(object).slice(0, -1)}`;
  openTexts.set(object, text);
  return text;
}

function seatStatus(event: SeatsEvent, object: ChartObject, state: SeatState): ObjectStatus {
  const { status, orderId, holdToken, ticketType, extraData, resaleListingId } = state;
  const forSale = event.forSale.allows(object);
  const channel = event.channelOf.get(object.label);
  const { isAvailable, availabilityReason } = availability(status, forSale);
  // One literal: every answer of the busiest calls has one of these.
  const shown: ObjectStatus = {
    status,
    orderId,
    holdToken,
    ticketType,
    extraData,
    resaleListingId,
    channel,
    forSale,
    isAvailable,
    availabilityReason,
    seasonStatusOverriddenQuantity: 0,
  };
  return object.capacity === undefined ? shown : { ...shown, ...wholeArea(object.capacity, state) };
}

/** The counters of an area that is sold as one. */
function wholeArea(capacity: number, { status, holdToken, ticketType = 'NO_TICKET_TYPE' }: SeatState) {
  const isHeld = status === HELD;
  const isFree = isToBeHad(status);
  return {
    numBooked: isHeld || isFree ? 0 : capacity,
    numHeld: isHeld ? capacity : 0,
    numFree: isFree ? capacity : 0,
    numNotForSale: 0,
    holds: isHeld && holdToken !== undefined ? { [holdToken]: { [ticketType]: capacity } } : {},
  };
}

function placesStatus(
  event: SeatsEvent,
  area: ChartObject,
  places: readonly Places[],
  extraData: unknown,
): ObjectStatus {
  const { capacity = 0 } = area;
  const numNotForSale = event.forSale.placesNotForSale(area);
  const status = areaStatus(places, capacity, numNotForSale);
  const forSale = event.forSale.allows(area);
  const taken = places.reduce((sum, { quantity }) => sum + quantity, 0);
  const numHeld = count(places, HELD);
  return {
    ...{ status, extraData, forSale },
    channel: event.channelOf.get(area.label),
    ...availability(status, forSale),
    // One counter for every place that is neither free nor held, whatever its status is called.
    numBooked: taken - numHeld,
    numHeld,
    numFree: freePlaces(places, capacity, numNotForSale),
    numNotForSale,
    holds: holdsOf(places),
    seasonStatusOverriddenQuantity: 0,
  };
}

function areaShares(info: ObjectInfo, places: readonly Places[], notForSale: number): Share[] {
  const { capacity = 0 } = info;
  const free = freePlaces(places, capacity, notForSale);
  const statuses = [...new Set(places.map(({ status }) => status))];
  return [
    { status: FREE, forSale: true, quantity: free },
    { status: FREE, forSale: false, quantity: freePlaces(places, capacity) - free },
    ...statuses.map((status) => ({ status, forSale: true, quantity: count(places, status) })),
  ]
    .filter(({ quantity }) => quantity > 0)
    .map(({ status, forSale, quantity }) => ({
      info: { ...info, status, ...availability(status, forSale) },
      quantity,
    }));
}

function isToBeHad(status: string): boolean {
  return status === FREE || status === RESALE;
}

function availability(status: string, forSale: boolean) {
  if (!forSale && status === FREE) return { isAvailable: false, availabilityReason: 'not_for_sale' };
  const isAvailable = isToBeHad(status);
  return { isAvailable, availabilityReason: isAvailable ? 'available' : status };
}
