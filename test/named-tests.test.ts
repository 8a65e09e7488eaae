import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

/** Every `file`: “title” of a text, and the files' place. */
const namedIn = (text: string, pathOf: (file: string) => string) =>
  [...text.matchAll(/`([\w/.-]+)`: “([^”]+)”/g)].map(([, file = '', title = '']) => ({
    file: pathOf(file),
    title,
  }));

const table = await readFile(new URL('./README.md', import.meta.url), 'utf8');
const standIn = await readFile(new URL('../emulators/seatsio/README.md', import.meta.url), 'utf8');
const moves = standIn.slice(standIn.indexOf('## Who may move what'), standIn.indexOf('## The other rules'));
const rules = standIn.slice(standIn.indexOf('## The other rules'), standIn.indexOf('No test, and why'));
const named = [
  ...namedIn(table, (file) => file).filter(({ file }) => file.endsWith('.test.ts')),
  ...namedIn(rules, (name) => `seatsio-${name}.test.ts`),
];

test("every rule of the Seats.io stand-in's table names at least one test", () => {
  const rows = rules.split('\n').filter((line) => /^\| (?!rule |-)/.test(line));
  expect(rows.length).toBeGreaterThan(25);
  expect(rows.filter((row) => !row.includes('“'))).toEqual([]);
});

test('every row of its table of moves names a case', () => {
  const rows = moves.split('\n').filter((line) => /^\| (?!from |-)/.test(line));
  expect(rows.length).toBeGreaterThan(20);
  expect(rows.filter((row) => !/\| (goes|does not): /.test(row))).toEqual([]);
});

test.each([
  ['goes', ' goes to %s'],
  ['does not', ' does not go to %s'],
])('the table of moves and the test play the same cases: %s', async (kind, title) => {
  const source = await readFile(new URL('seatsio-status-rules.test.ts', import.meta.url), 'utf8');
  const end = source.indexOf(title);
  const cases = source.slice(source.lastIndexOf('it.each', end), end);
  const played = [...cases.matchAll(/\[\s*'([^']+)',\s*'([^']+)',\s*'([^']+)'/g)];
  const told = [...moves.matchAll(new RegExp(`${kind}: ([^;|]+?) *[;|]`, 'g'))];

  expect(told.map(([, move]) => move).sort()).toEqual(
    played.map(([, from, to, who]) => `${from} → ${to}, ${who}`).sort(),
  );
});

test('every claim of the table names at least one test', () => {
  const claims = table.split('\n').filter((line) => /^\| \d/.test(line));
  expect(claims.length).toBeGreaterThan(20);
  expect(claims.filter((claim) => !claim.includes('“'))).toEqual([]);
});

test.each(named)('$file has the test “$title”', async ({ file, title }) => {
  const source = await readFile(new URL(file, import.meta.url), 'utf8');
  const titles = source.split('\n').filter((line) => /['"`].*['"`],? *(async)?/.test(line));

  expect(titles.some((line) => line.includes(title))).toBe(true);
});
