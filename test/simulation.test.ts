import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { activityNames } from '../proofs/simulation/activities.ts';
import { createSandbox } from '../proofs/simulation/sandbox.ts';
import { planOf, simulate } from '../proofs/simulation/simulate.ts';

const built = (path: string) => fileURLToPath(new URL(`../dist/${path}`, import.meta.url));
const bundle = readFileSync(built('src/workflow-bundle.js'), 'utf8');

const SEEDS = 5_000;

test(`${SEEDS} schedules of payments, cancels, crashes and lost answers: the law holds after each, and every pair of state and message was met`, {
  timeout: 1_200_000,
}, async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [built('proofs/simulation/main.js'), '--seeds', String(SEEDS)],
    { maxBuffer: 64 * 1024 * 1024 },
  ).catch((error: { stdout: string }) => ({ stdout: error.stdout }));
  const lines = stdout.trimEnd().split('\n');
  expect(lines.slice(0, -2), 'what the simulation found').toEqual([]);
  expect(lines.at(-2)).toMatch(/^coverage: (\d+) of \1 pairs/);
  expect(lines.at(-1)).toBe(`simulate: ${SEEDS} seeds, 0 violations`);
});

test('the same seed plays the same way', async () => {
  const first = await simulate(planOf(7), createSandbox(bundle, activityNames()), true);
  const again = await simulate(planOf(7), createSandbox(bundle, activityNames()), true);
  expect(again).toEqual(first);
});

/** Bugs planted in the text of the bundle, and what the simulation says of each. */
const BUGS: { name: string; right: RegExp; wrong: string; says: RegExp }[] = [
  {
    name: 'the token is never expired',
    right: /undo\.add\('Expire the token', .*;/,
    wrong: '',
    says: /it ended and holds/,
  },
  {
    name: 'the refund is left out',
    right: /steps\.refundPayment\(\{/,
    wrong: '(async ({ paymentId }) => ({ paymentId, state: "refunded" }))({',
    says: /keeps \d+ of money/,
  },
  {
    name: 'the capture is left out',
    right: /if \(payment\.state === 'authorized'\) \{/,
    wrong: 'if (false) {',
    says: /moneyKept/,
  },
  {
    name: 'a cancellation cancels the checkout itself',
    right: /return \S*CancellationScope\.nonCancellable\(sellOrFree\)/,
    wrong: 'return sellOrFree()',
    says: /ended as canceled/,
  },
  {
    name: 'the timer fires a minute too early',
    right: /\bendsAt - Date\.now\(\)\), \{/,
    wrong: 'endsAt - terms.graceMs - Date.now()), {',
    says: /ms before its deadline/,
  },
  {
    name: 'the timer fires with the grace',
    right: /\bendsAt - Date\.now\(\)\), \{/,
    wrong: 'endsAt + terms.graceMs - Date.now()), {',
    says: /ms after its deadline/,
  },
  {
    name: 'the seats stay booked when the capture was refused',
    right: /if \(!isPaid\)/,
    wrong: 'undo.drop(booking.release); if (!isPaid)',
    says: /ticketsInRecords/,
  },
  {
    name: 'the token under which a booking was taken back is not ended',
    right: /await steps\.expireToken\(\{ token \}\);\s*if \(unbooked/,
    wrong: 'if (unbooked',
    says: /it ended and holds/,
  },
  {
    name: "the hold's token is ended after its booking was taken back, and books once more",
    right: /step = steps\.shift\(\); step; step = steps\.shift\(\)/,
    wrong: 'step = steps.pop(); step; step = steps.pop()',
    says: /ticketsInRecords/,
  },
  {
    name: 'a step that ran out of its time in the middle of a try is taken for a bug',
    right: /(const isBrokenOff = )(error instanceof \S*ActivityFailure && )error\.retryState === /,
    wrong: "if ($2error.retryState === 'NON_RETRYABLE_FAILURE') return true; $&",
    // Beside the tickets it leaves a promise that nobody waits for.
    says: /it failed|task failed/,
  },
  {
    name: 'a local step whose worker stalled is taken for one that was cancelled',
    right: /return \(isBrokenOff \|\| /,
    wrong: 'return isBrokenOff || (',
    says: /it failed/,
  },
];

test.each(BUGS)('the simulation reports a checkout in which $name', async ({ right, wrong, says }) => {
  const patched = bundle.replace(right, wrong);
  expect(patched).not.toBe(bundle);
  const sandbox = createSandbox(patched, activityNames());
  const found: string[] = [];
  for (let seed = 1; seed <= 2_000 && !found.some((violation) => says.test(violation)); seed++) {
    found.push(...(await simulate(planOf(seed), sandbox, true)).violations);
  }
  expect(found).toContainEqual(expect.stringMatching(says));
});
