import { expect, test } from 'vitest';
import { intervalOf, medianRatio, quantile } from '../bench/statistics.ts';

test('a quantile lies between its neighbours, whatever the order of the samples', () => {
  expect(quantile([40, 10, 30, 20], 0.5)).toBe(25);
  expect(quantile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0], 0.9)).toBe(9);
  expect(quantile([7], 0.99)).toBe(7);
});

test('without samples there is no quantile', () => {
  expect(() => quantile([], 0.5)).toThrow(RangeError);
});

test('the interval of the ratio has no width when every round says the same, and holds the ratio otherwise', () => {
  const steady = Array.from({ length: 50 }, () => ({ ours: 30, floor: 20 }));
  expect(intervalOf(steady, medianRatio)).toEqual([1.5, 1.5]);

  const noisy = steady.map((pair, round) => ({ ...pair, ours: 25 + (round % 11) }));
  const [low, high] = intervalOf(noisy, medianRatio);
  expect(low).toBeLessThan(high);
  expect(medianRatio(noisy)).toBeGreaterThanOrEqual(low);
  expect(medianRatio(noisy)).toBeLessThanOrEqual(high);
});
