import { expect, test } from 'vitest';
import { answers } from '../emulators/seatsio/open-questions.ts';
import { OTHER_ANSWERS, pairCover, SINGLES } from '../proofs/switches/settings.ts';

const defaults: Record<string, unknown> = answers();

test('every open question of the Seats.io stand-in has another answer to run the checkout with', () => {
  expect(Object.keys(OTHER_ANSWERS).sort()).toEqual(Object.keys(defaults).sort());
  for (const single of SINGLES) {
    const [[name, value] = ['', undefined]] = Object.entries(single);
    expect({ name, value }).not.toEqual({ name, value: defaults[name] });
    expect(answers(single)).toMatchObject(single);
  }
});

test('every pair of answers to two questions that a checkout meets is in one of the combinations', () => {
  const rows: Record<string, unknown>[] = pairCover();
  const asked = Object.entries(OTHER_ANSWERS)
    .filter(([name]) => name in (rows[0] ?? {}))
    .map(([name, others]) => ({ name, values: [defaults[name], ...others] as unknown[] }));
  expect(asked.length).toBe(12);
  expect(rows.length).toBeLessThan(16);
  for (const row of rows) expect(answers(row)).toMatchObject(row);
  for (const one of asked) {
    for (const other of asked.filter(({ name }) => name !== one.name)) {
      for (const a of one.values) {
        for (const b of other.values) {
          const pair = { [one.name]: a, [other.name]: b };
          expect({ pair, rows: rows.some((row) => row[one.name] === a && row[other.name] === b) }).toEqual({
            pair,
            rows: true,
          });
        }
      }
    }
  }
});
