import { placesToTake } from './area-rules.ts';
import type { Drawing } from './chart-drawing.ts';
import { type ChartObject, isCounted, type SeatRow } from './chart-objects.ts';
import type { SeatsEvent } from './events.ts';
import { type Access, mayTake, roomOf } from './object-access.ts';
import type { SeasonStates } from './season-states.ts';
import type { SeatStates } from './seat-states.ts';
import { adjacentSeats } from './seats-adjacent.ts';
import { nearbySeats } from './seats-nearby.ts';
import type { BestAvailable } from './status-request.ts';
import { FREE } from './statuses.ts';
import { invalid, VendorError } from './vendor-error.ts';

/** A seat that may be chosen, with what the choice depends on. */
export interface Candidate {
  label: string;
  distance: number;
  at: { x: number; y: number };
  isAccessible: boolean;
}

/** A row as the choice sees it: seats that are taken, or not to be chosen, are gaps. */
export interface RowOfCandidates {
  kind: SeatRow['kind'];
  section: string | undefined;
  seats: { candidate: Candidate | undefined; isFree: boolean }[];
}

export interface Chosen {
  labels: string[];
  /** Absent when no seats were chosen. */
  nextToEachOther?: boolean;
}

/**
 * Chooses free objects in the vendor's order: seats beside each other that leave no single seat alone, seats
 * beside each other, seats near each other in one section, near each other anywhere, whole tables and booths,
 * places of one area. Throws BEST_AVAILABLE_OBJECTS_NOT_FOUND.
 */
export function chooseBestAvailable(
  event: SeatsEvent,
  wanted: BestAvailable,
  access: Access,
  { seats, seasonStates }: { seats: SeatStates; seasonStates: SeasonStates },
): Chosen {
  const { number, accessibleSeats } = wanted;
  const states = seats.ofEvent(event.id);
  // What is up for resale is not free, and so never chosen.
  const isFree = (label: string) =>
    (states.get(label)?.status ?? FREE) === FREE &&
    seasonStates.takenElsewhere(event.id, label) === undefined;
  // Of an area, channels have places: `roomOf` says which.
  const fits = (object: ChartObject) =>
    matches(object, wanted) &&
    (isCounted(object) ? event.forSale.allows(object) : mayTake(event, object, access));
  if (!hasFocalPoint(event.chart.drawing)) throw invalid('The chart has no focal point');
  if (number > placesOf(event)) throw objectsNotFound();

  const rows = event.rows.map((row) => rowOf(event, row, isFree, fits));
  const accessible = accessibleSeats ?? 0;
  const adjacent =
    ((wanted.tryToPreventOrphanSeats ?? true)
      ? adjacentSeats(rows, number, accessible, 'no orphans')
      : undefined) ?? adjacentSeats(rows, number, accessible, 'orphans');
  if (adjacent !== undefined) return { labels: adjacent, nextToEachOther: true };

  const near = nearbySeats(rows, number, accessible);
  if (near !== undefined) return { labels: near, nextToEachOther: false };

  const others = [...event.objects.values()].filter(fits).sort(byDistance);
  const whole = others.filter(
    ({ objectType, label }) => (objectType === 'table' || objectType === 'booth') && isFree(label),
  );
  if (accessible === 0 && whole.length >= number)
    return { labels: whole.slice(0, number).map(({ label }) => label) };

  const area = others.find(
    (object) =>
      isCounted(object) &&
      placesToTake(seasonStates.places(event.id, object.label), roomOf(event, object, access)) >= number,
  );
  if (accessible === 0 && area !== undefined)
    return { labels: Array.from({ length: number }, () => area.label) };
  throw objectsNotFound();
}

/** Of the whole, of a floor or of a zone. */
function hasFocalPoint({ subChart, subChartFloors, zones }: Drawing): boolean {
  const focused = [subChart, ...(subChartFloors ?? []), ...(zones?.list ?? [])];
  return focused.some((drawn) => drawn?.focalPoint != null);
}

const objectsNotFound = () =>
  new VendorError(400, 'BEST_AVAILABLE_OBJECTS_NOT_FOUND', 'Best available objects not found');

/** All of them, sold or not: a call for more needs no search. */
function placesOf({ objects }: SeatsEvent): number {
  let places = 0;
  for (const object of objects.values()) places += isCounted(object) ? (object.capacity ?? 0) : 1;
  return places;
}

function rowOf(
  event: SeatsEvent,
  { kind, section, seats }: SeatRow,
  isFree: (label: string) => boolean,
  fits: (object: ChartObject) => boolean,
): RowOfCandidates {
  return {
    kind,
    section,
    seats: seats.map(({ label, at }) => {
      const object = event.objects.get(label);
      // What is not for sale can be left alone.
      const free = isFree(label) && object !== undefined && event.forSale.allows(object);
      const distance = object?.distanceToFocalPoint;
      if (object === undefined || at === undefined || distance === undefined || !free || !fits(object)) {
        return { candidate: undefined, isFree: free };
      }
      return { candidate: { label, distance, at, isAccessible: object.isAccessible === true }, isFree: free };
    }),
  };
}

/** Categories are named by key or label, whatever the case. */
function matches(object: ChartObject, { categories, zone, sections }: BestAvailable): boolean {
  if (zone != null && object.zone !== zone) return false;
  if (sections != null && !sections.includes(object.section ?? '')) return false;
  if (categories == null || categories.length === 0) return true;
  const names = [object.categoryKey, object.categoryLabel].map((name) => name.toLowerCase());
  return categories.some((category) => names.includes(category.toLowerCase()));
}

function byDistance(a: ChartObject, b: ChartObject): number {
  return (a.distanceToFocalPoint ?? Infinity) - (b.distanceToFocalPoint ?? Infinity);
}
