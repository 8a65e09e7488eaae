import type { Drawing, DrawnFloor, DrawnSection, DrawnSubChart, Point } from './chart-drawing.ts';

/** Where in the drawing an object stands, and what it has from there. */
export interface Place {
  section?: DrawnSection;
  floor?: { name: string; displayName?: string };
  focalPoint?: Point;
  /** What the coordinates of the place's own drawing start from. */
  offset: Point;
  category(own: Categorised): { categoryKey: string; categoryLabel: string };
}

export interface Categorised {
  categoryKey?: string | null | undefined;
  categoryLabel?: string | null | undefined;
}

/** The places of a drawing with what is drawn there: each floor outside of its sections, then its sections. */
export function* placesOf(
  drawing: Drawing,
): Generator<{ place: Place; content: DrawnSubChart | DrawnSection['subChart'] }> {
  const whole = drawing.subChart ? [drawing.subChart] : [];
  const floors: readonly (DrawnFloor | DrawnSubChart)[] = drawing.subChartFloors?.length
    ? drawing.subChartFloors
    : whole;
  for (const subChart of floors) {
    yield { place: placeIn(drawing, subChart), content: subChart };
    for (const section of subChart.sections) {
      yield { place: placeIn(drawing, subChart, section), content: section.subChart };
    }
  }
}

function placeIn(drawing: Drawing, subChart: DrawnFloor | DrawnSubChart, section?: DrawnSection): Place {
  const zone = drawing.zones?.list.find(({ key }) => key === section?.zone);
  const focalPoint = zone?.focalPoint ?? subChart.focalPoint;
  return {
    offset: section?.topLeft ?? { x: 0, y: 0 },
    ...(section === undefined ? {} : { section }),
    ...(typeof subChart.floorName === 'string' ? { floor: floorOf(subChart) } : {}),
    ...(focalPoint ? { focalPoint } : {}),
    category: (own) => {
      // An object's own category, by key or label, else its section's.
      const wanted = own.categoryKey || own.categoryLabel ? own : (section ?? own);
      const found = drawing.categories.list.find(({ key, label }) =>
        wanted.categoryKey ? String(key) === wanted.categoryKey : label === wanted.categoryLabel,
      );
      return { categoryKey: String(found?.key ?? ''), categoryLabel: found?.label ?? '' };
    },
  };
}

function floorOf({ floorName, floorDisplayName }: Record<string, unknown>): {
  name: string;
  displayName?: string;
} {
  return {
    name: String(floorName),
    ...(typeof floorDisplayName === 'string' ? { displayName: floorDisplayName } : {}),
  };
}

/** An object's full label: the parts that lead to it, joined. */
export function fullLabel({ section }: Place, ...parts: string[]): string {
  return [...(section === undefined ? [] : [section.label]), ...parts].join('-');
}

/** Coordinates, if the drawing has them. */
export interface Drawn {
  x?: number | undefined;
  y?: number | undefined;
}

/** Where a point of the place's own drawing is on the chart; undefined for an object without coordinates. */
export function onChart({ offset }: Place, { x, y }: Drawn): Point | undefined {
  return x === undefined || y === undefined ? undefined : { x: x + offset.x, y: y + offset.y };
}

/**
 * The vendor computes in single precision up to the root; the last digits depend on it. Undefined as well for what
 * is farther than that can tell.
 */
export function distanceTo(focalPoint: Point | undefined, at: Point | undefined): number | undefined {
  if (focalPoint === undefined || at === undefined) return undefined;
  const single = Math.fround;
  const dx = single(single(at.x) - single(focalPoint.x));
  const dy = single(single(at.y) - single(focalPoint.y));
  const distance = Math.sqrt(single(single(dx * dx) + single(dy * dy)));
  return Number.isFinite(distance) ? distance : undefined;
}
