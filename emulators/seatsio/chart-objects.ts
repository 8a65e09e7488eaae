import type { Drawing, DrawnCategory, DrawnContent, DrawnSeat, DrawnSection } from './chart-drawing.ts';

/** One bookable object of a chart: what never changes about it, whatever its status in an event. */
export interface ChartObject {
  label: string;
  objectType: 'seat' | 'table' | 'booth' | 'generalAdmission';
  categoryKey: string;
  categoryLabel: string;
  labels: object;
  ids: object;
  section?: string;
  zone?: string;
  entrance?: string;
  floor?: { name: string; displayName?: string };
  leftNeighbour?: string;
  rightNeighbour?: string;
  /** Of an area: how many places it has. */
  capacity?: number;
  isAccessible?: boolean;
  isCompanionSeat?: boolean;
  hasRestrictedView?: boolean;
  numSeats?: number;
}

/** Where in the drawing an object stands. */
interface Place {
  section?: DrawnSection;
  floor?: { name: string; displayName?: string };
  category: (own: Categorised) => { categoryKey: string; categoryLabel: string };
}

interface Categorised {
  categoryKey?: string | null | undefined;
  categoryLabel?: string | null | undefined;
}

/** All bookable objects of a drawing by label, in the drawing's order. */
export function chartObjects(drawing: Drawing): Map<string, ChartObject> {
  const objects = new Map<string, ChartObject>();
  const add = (object: ChartObject) => objects.set(object.label, object);
  const floors = drawing.subChartFloors ?? (drawing.subChart === undefined ? [] : [drawing.subChart]);
  for (const subChart of floors) {
    const floor = 'floorName' in subChart ? { floor: floorOf(subChart) } : {};
    const place = (section?: DrawnSection): Place => ({
      ...floor,
      ...(section === undefined ? {} : { section }),
      category: (own) => categoryOf(drawing.categories.list, own, section),
    });
    for (const object of contentObjects(subChart, place())) add(object);
    for (const section of subChart.sections) {
      for (const object of contentObjects(section.subChart, place(section))) add(object);
    }
  }
  return objects;
}

function floorOf(subChart: Record<string, unknown>): { name: string; displayName?: string } {
  const { floorName, floorDisplayName } = subChart;
  return {
    name: String(floorName),
    ...(typeof floorDisplayName === 'string' ? { displayName: floorDisplayName } : {}),
  };
}

/** An object's own category, by key or label, else its section's. */
function categoryOf(list: readonly DrawnCategory[], own: Categorised, section: DrawnSection | undefined) {
  const wanted = own.categoryKey || own.categoryLabel ? own : (section ?? own);
  const found = list.find(
    ({ key, label }) => key === wanted.categoryKey || (!wanted.categoryKey && label === wanted.categoryLabel),
  );
  return { categoryKey: found?.key ?? '', categoryLabel: found?.label ?? '' };
}

function* contentObjects(content: DrawnContent, place: Place): Generator<ChartObject> {
  for (const { label, seats } of content.rows) yield* seatObjects(seats, { label, type: 'row' }, place);
  for (const { label, seats, bookAsAWhole } of content.tables) {
    const [first] = seats;
    if (bookAsAWhole === true) {
      yield { ...ownObject('table', label, place, first ?? {}), numSeats: seats.length };
    } else {
      yield* seatObjects(seats, { label, type: 'table' }, place);
    }
  }
  for (const area of content.generalAdmissionAreas) {
    yield { ...ownObject('generalAdmission', area.label, place, area), capacity: area.capacity };
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
  own: Categorised,
): ChartObject {
  return { ...named(objectType, place, label), ...place.category(own) };
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

function fullLabel({ section }: Place, ...parts: string[]): string {
  return [...(section === undefined ? [] : [section.label]), ...parts].join('-');
}
