import type { Drawing, DrawnContent, DrawnSeat, DrawnTable, Point } from './chart-drawing.ts';
import {
  type Categorised,
  type Drawn,
  distanceTo,
  fullLabel,
  onChart,
  type Place,
  placesOf,
} from './chart-place.ts';

/** One bookable object of a chart: what never changes about it, whatever its status in an event. */
export interface ChartObject {
  label: string;
  objectType: 'seat' | 'table' | 'booth' | 'generalAdmission';
  categoryKey: string;
  categoryLabel: string;
  labels: object;
  ids: object;
  section?: string | undefined;
  zone?: string | undefined;
  entrance?: string | undefined;
  floor?: { name: string; displayName?: string } | undefined;
  leftNeighbour?: string | undefined;
  rightNeighbour?: string | undefined;
  distanceToFocalPoint?: number | undefined;
  isAccessible?: boolean | undefined;
  isCompanionSeat?: boolean | undefined;
  hasRestrictedView?: boolean | undefined;
  /** Of a table that is sold whole. */
  numSeats?: number | undefined;
  /** Of an area: how many places it has. */
  capacity?: number | undefined;
  bookAsAWhole?: boolean | undefined;
  variableOccupancy?: boolean | undefined;
  minOccupancy?: number | undefined;
  maxOccupancy?: number | undefined;
}

/** An area whose places are sold one by one; another one is sold as a seat is. */
export function isCounted({ capacity, bookAsAWhole }: ChartObject): boolean {
  return capacity !== undefined && bookAsAWhole !== true;
}

/** Seats that stand beside each other, in the order of the drawing; at a table nobody is first or last. */
export interface SeatRow {
  kind: 'row' | 'table';
  section: string | undefined;
  seats: { label: string; at: Point | undefined }[];
}

/** Whether the table of this label is sold whole. */
export type ByTable = (label: string, drawn: DrawnTable) => boolean;

/** All bookable objects of a drawing by label, and its rows of seats, both in the drawing's order. */
export function chartObjects(
  drawing: Drawing,
  byTable: ByTable,
): { objects: Map<string, ChartObject>; rows: SeatRow[] } {
  const objects = new Map<string, ChartObject>();
  const rows: SeatRow[] = [];
  for (const { place, content } of placesOf(drawing)) {
    for (const object of contentObjects(content, place, byTable)) {
      objects.set(object.label, withAllFields(object));
    }
    const section = place.section?.label;
    for (const [kind, drawn] of [
      ['row', content.rows],
      ['table', content.tables],
    ] as const) {
      for (const { label, seats } of drawn) {
        const found = seats
          .map((seat) => ({ label: fullLabel(place, label, seat.label), at: onChart(place, seat) }))
          .filter((seat) => objects.has(seat.label));
        if (found.length > 0) rows.push({ kind, section, seats: found });
      }
    }
  }
  return { objects, rows };
}

/** V8 gives an object put together of parts a shape of its own; thousands of one shape are faster, and smaller. */
function withAllFields(object: ChartObject): ChartObject {
  const { label, objectType, categoryKey, categoryLabel, labels, ids } = object;
  const { section, zone, entrance, floor, leftNeighbour, rightNeighbour, distanceToFocalPoint } = object;
  const { isAccessible, isCompanionSeat, hasRestrictedView, numSeats } = object;
  const { capacity, bookAsAWhole, variableOccupancy, minOccupancy, maxOccupancy } = object;
  return {
    label,
    objectType,
    categoryKey,
    categoryLabel,
    labels,
    ids,
    section,
    zone,
    entrance,
    floor,
    leftNeighbour,
    rightNeighbour,
    distanceToFocalPoint,
    isAccessible,
    isCompanionSeat,
    hasRestrictedView,
    numSeats,
    capacity,
    bookAsAWhole,
    variableOccupancy,
    minOccupancy,
    maxOccupancy,
  };
}

function* contentObjects(content: DrawnContent, place: Place, byTable: ByTable): Generator<ChartObject> {
  for (const { label, seats } of content.rows) yield* seatObjects(seats, { label, type: 'row' }, place);
  for (const table of content.tables) {
    const { label, seats, bookAsAWhole = false, center } = table;
    if (byTable(fullLabel(place, label), table)) {
      const whole = ownObject('table', label, place, { ...seats[0], center });
      yield { ...whole, numSeats: seats.length, bookAsAWhole };
    } else {
      yield* seatObjects(seats, { label, type: 'table' }, place);
    }
  }
  for (const area of content.generalAdmissionAreas) {
    const { capacity, bookAsAWhole = false, variableOccupancy = false, minOccupancy, maxOccupancy } = area;
    yield {
      ...ownObject('generalAdmission', area.label, place, area),
      capacity,
      bookAsAWhole,
      variableOccupancy,
      ...(minOccupancy ? { minOccupancy } : {}),
      ...(maxOccupancy ? { maxOccupancy } : {}),
    };
  }
  for (const booth of content.booths) yield ownObject('booth', booth.label, place, booth);
}

function* seatObjects(seats: readonly DrawnSeat[], parent: Parent, place: Place): Generator<ChartObject> {
  const labels = seats.map((seat) => fullLabel(place, parent.label, seat.label));
  for (const [index, seat] of seats.entries()) {
    const left = labels[index - 1];
    const right = labels[index + 1];
    yield {
      ...named('seat', place, seat.label, parent),
      ...place.category(seat),
      ...(left === undefined ? {} : { leftNeighbour: left }),
      ...(right === undefined ? {} : { rightNeighbour: right }),
      ...distance(place, seat),
      isAccessible: seat.accessible ?? false,
      isCompanionSeat: seat.companionSeat ?? false,
      hasRestrictedView: seat.restrictedView ?? false,
    };
  }
}

interface Parent {
  label: string;
  type: 'row' | 'table';
}

function ownObject(
  objectType: ChartObject['objectType'],
  label: string,
  place: Place,
  own: Categorised & { center?: Point | undefined },
): ChartObject {
  return {
    ...named(objectType, place, label),
    ...place.category(own),
    ...distance(place, own.center ?? {}),
  };
}

function distance(place: Place, at: Drawn): { distanceToFocalPoint?: number } {
  const distanceToFocalPoint = distanceTo(place.focalPoint, onChart(place, at));
  return distanceToFocalPoint === undefined ? {} : { distanceToFocalPoint };
}

function named(objectType: ChartObject['objectType'], place: Place, own: string, parent?: Parent) {
  const { section, floor } = place;
  return {
    label: parent === undefined ? fullLabel(place, own) : fullLabel(place, parent.label, own),
    objectType,
    labels: {
      own: { label: own, type: objectType },
      ...(parent === undefined ? {} : { parent }),
      ...(section === undefined ? {} : { section: section.label }),
    },
    ids: {
      own,
      ...(parent === undefined ? {} : { parent: parent.label }),
      ...(section === undefined ? {} : { section: section.label }),
    },
    ...(section === undefined ? {} : { section: section.label }),
    ...(section?.zone ? { zone: section.zone } : {}),
    ...(section?.entrance ? { entrance: section.entrance } : {}),
    ...(floor === undefined ? {} : { floor }),
  };
}
