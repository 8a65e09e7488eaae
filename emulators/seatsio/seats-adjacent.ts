import type { Candidate, RowOfCandidates } from './best-available.ts';

/**
 * The seats beside each other in one row that are nearest to the focal point, with exactly so many accessible
 * ones; if wanted, only such that leave no single free seat alone beside them.
 */
export function adjacentSeats(
  rows: readonly RowOfCandidates[],
  number: number,
  accessible: number,
  orphans: 'orphans' | 'no orphans',
): string[] | undefined {
  let best: { seats: Candidate[]; distance: number } | undefined;
  for (const { kind, seats } of rows) {
    if (kind === 'table') continue;
    for (let start = 0; start + number <= seats.length; start += 1) {
      const group = seats.slice(start, start + number).flatMap(({ candidate }) => candidate ?? []);
      if (group.length < number || group.filter((seat) => seat.isAccessible).length !== accessible) continue;
      if (orphans === 'no orphans' && leavesOrphan(seats, start, start + number - 1)) continue;
      const distance = group.reduce((sum, seat) => sum + seat.distance, 0);
      if (best === undefined || distance < best.distance) best = { seats: group, distance };
    }
  }
  return best?.seats.map(({ label }) => label);
}

/** A free seat beside the group whose other neighbour is taken, or is the end of the row. */
function leavesOrphan(seats: RowOfCandidates['seats'], first: number, last: number): boolean {
  const free = (index: number) => seats[index]?.isFree === true;
  return (free(first - 1) && !free(first - 2)) || (free(last + 1) && !free(last + 2));
}
