import type { Candidate, RowOfCandidates } from './best-available.ts';

/** Seats nearest to the focal point that are looked at; the rest of a large venue is too far to matter. */
const LOOKED_AT = 400;
/** Seats around which a group is tried. */
const CENTRES = 24;

type Placed = Candidate & { row: number; index: number };

/**
 * Seats near each other, not all in one row: in one section if that is possible, else anywhere. Of the groups
 * tried, the one with the fewest people sitting alone, then the one nearest to the focal point.
 */
export function nearbySeats(
  rows: readonly RowOfCandidates[],
  number: number,
  accessible: number,
): string[] | undefined {
  const placed = rows.map(({ seats, section }, row) => ({
    section,
    seats: seats.flatMap(({ candidate }, index) =>
      candidate === undefined ? [] : { ...candidate, row, index },
    ),
  }));
  const sections = new Map<string | undefined, Placed[]>();
  for (const { section, seats } of placed) {
    const together = sections.get(section) ?? [];
    sections.set(section, together);
    for (const seat of seats) together.push(seat);
  }
  const inOne = [...sections.values()].flatMap((seats) => bestGroup(seats, number, accessible) ?? []);
  const best =
    inOne.sort(compare)[0] ??
    bestGroup(
      placed.flatMap(({ seats }) => seats),
      number,
      accessible,
    );
  return best?.seats.sort((a, b) => a.row - b.row || a.index - b.index).map(({ label }) => label);
}

interface Group {
  seats: Placed[];
  alone: number;
  distance: number;
}

function bestGroup(all: readonly Placed[], number: number, accessible: number): Group | undefined {
  const byFocus = [...all].sort((a, b) => a.distance - b.distance);
  const plain = byFocus.filter(({ isAccessible }) => !isAccessible).slice(0, LOOKED_AT + number);
  const special = byFocus.filter(({ isAccessible }) => isAccessible).slice(0, LOOKED_AT + number);
  if (plain.length < number - accessible || special.length < accessible) return undefined;
  const centres = (accessible > 0 ? special : plain).slice(0, CENTRES);
  return centres
    .map((centre) =>
      measured([...nearest(special, centre, accessible), ...nearest(plain, centre, number - accessible)]),
    )
    .sort(compare)[0];
}

function nearest(seats: readonly Placed[], { at }: Placed, count: number): Placed[] {
  if (count === 0) return [];
  const apart = Float64Array.from(seats, (seat) => (seat.at.x - at.x) ** 2 + (seat.at.y - at.y) ** 2);
  // Sorting numbers, to find how far the last one is, costs much less than sorting seats.
  const farthest = apart.toSorted()[count - 1] ?? Number.POSITIVE_INFINITY;
  const nearer = seats.filter((_, index) => (apart[index] ?? 0) < farthest);
  const asFar = seats.filter((_, index) => apart[index] === farthest);
  return [...nearer, ...asFar.slice(0, count - nearer.length)];
}

function measured(seats: Placed[]): Group {
  const chosen = new Set(seats.map(({ row, index }) => `${row}:${index}`));
  const hasNeighbour = ({ row, index }: Placed) =>
    chosen.has(`${row}:${index - 1}`) || chosen.has(`${row}:${index + 1}`);
  return {
    seats,
    alone: seats.filter((seat) => !hasNeighbour(seat)).length,
    distance: seats.reduce((sum, { distance }) => sum + distance, 0),
  };
}

function compare(a: Group, b: Group): number {
  return a.alone - b.alone || a.distance - b.distance;
}
