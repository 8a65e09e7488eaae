import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leastTokenRestMs, type Terms, tokenMinutes } from '../src/checkout/terms.ts';
import { minutesToExtend } from '../src/workflows/token-life.ts';

const MINUTE = 60_000;
const terms: Terms = { holdMs: 10 * MINUTE, graceMs: MINUTE, maxHoldMs: 30 * MINUTE, patienceMs: 300_000 };
const at = (endsAt: number, keepUntil: number, leastRestMs = 30_000) =>
  minutesToExtend({ endsAt, keepUntil }, { now: 1_000, leastRestMs, terms });

test('the token lives for the hold and the grace, in whole minutes', () => {
  expect(tokenMinutes(terms)).toBe(11);
  expect(tokenMinutes({ ...terms, holdMs: 30_000, graceMs: 30_001 })).toBe(2);
  expect(tokenMinutes({ ...terms, holdMs: 30_000, graceMs: 30_000 })).toBe(1);
});

test('when the hold is done, the promise and half of the grace must be left of the token', () => {
  expect(leastTokenRestMs(terms)).toBe(10 * MINUTE + 30_000);
});

test('a token with enough of its life left is let be, one with less is extended', () => {
  expect(at(31_000, 100 * MINUTE)).toBe(0);
  expect(at(30_999, 100 * MINUTE)).toBe(11);
});

test('a token is never extended beyond what the terms allow in all', () => {
  expect(at(1_000, 1_000 + 3 * MINUTE)).toBe(3);
  expect(at(1_000, 999 + 3 * MINUTE)).toBe(2);
  expect(at(1_000, 1_000 + MINUTE - 1)).toBe(0);
  expect(at(1_000, 0)).toBe(0);
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 10_000_000 }),
      fc.integer({ min: 0, max: 10_000_000 }),
      (ends, keep) => {
        const minutes = at(ends, keep, 10_000_000);
        expect(minutes === 0 || 1_000 + minutes * MINUTE <= keep).toBe(true);
        expect(minutes).toBeGreaterThanOrEqual(0);
        expect(minutes).toBeLessThanOrEqual(11);
      },
    ),
  );
});
