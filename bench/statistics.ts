/**
 * The value below which a share of the samples lies, interpolated between neighbours.
 *
 * @param share 0 to 1; 0.5 is the median
 * @throws RangeError when there are no samples
 */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = Float64Array.from(samples).sort();
  const at = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  if (below === undefined || above === undefined) throw new RangeError('no samples');
  return below + (above - below) * (at - Math.floor(at));
}

/** One round: both sides, measured right after each other. */
export interface Pair {
  ours: number;
  floor: number;
}

/** How many times as long ours takes, by the medians. */
export function medianRatio(pairs: readonly Pair[]): number {
  const median = (side: keyof Pair) =>
    quantile(
      pairs.map((pair) => pair[side]),
      0.5,
    );
  return median('ours') / median('floor');
}

const RESAMPLES = 2_000;

/**
 * Bootstrap 95 % interval of a figure of rounds. Whole rounds are drawn, so that a neighbour's noise, which meets
 * both sides of a round alike, does not widen it.
 */
export function intervalOf<Round>(
  rounds: readonly Round[],
  figureOf: (rounds: readonly Round[]) => number,
): [low: number, high: number] {
  const figures = Array.from({ length: RESAMPLES }, () =>
    figureOf(rounds.map((round) => rounds[Math.floor(Math.random() * rounds.length)] ?? round)),
  );
  return [quantile(figures, 0.025), quantile(figures, 0.975)];
}
