import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { NamedTest } from './planted-bug.ts';

const results = z.object({
  testResults: z.array(
    z.object({
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
});

/** What became of one test: `red` only by an assertion of its own that failed. */
export type TestVerdict =
  | { color: 'green' }
  | { color: 'red'; how: string }
  | { color: 'none' | 'unknown'; why: string };

/** A promise that went the other way than expected fails as a plain Error. */
const ASSERTION =
  /^(AssertionError: |Error: (?=promise (rejected .* instead of resolving|resolved .* instead of rejecting)$))/;

/**
 * Runs nothing but the named tests, in the tree at `root`: once more if one of them did not run at all, for a
 * stack may fail to start on a busy machine.
 *
 * @returns their verdicts
 */
export async function runTests(
  root: string,
  tests: readonly NamedTest[],
): Promise<(test: NamedTest) => TestVerdict> {
  const verdictOf = await runOnce(root, tests);
  return tests.every((test) => verdictOf(test).color !== 'unknown') ? verdictOf : runOnce(root, tests);
}

async function runOnce(root: string, tests: readonly NamedTest[]): Promise<(test: NamedTest) => TestVerdict> {
  const output = join(root, 'dist/test-results.json');
  await rm(output, { force: true });
  const titles = tests.map(({ title }) => title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const files = [...new Set(tests.map(({ file }) => join('test', file)))];
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const flags = ['run', '--maxWorkers=2', '--testNamePattern', `^(${titles.join('|')})$`];
  const child = spawn(process.execPath, [vitest, ...flags, ...files], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors = `${errors}${chunk}`.slice(-2_000);
  });
  await once(child, 'close');
  const report = await readFile(output, 'utf8').catch(() => '{"testResults":[]}');
  const ran = results.parse(JSON.parse(report)).testResults.flatMap((file) => file.assertionResults);
  return ({ title }) => {
    const found = ran.find(({ fullName }) => fullName === title);
    if (found?.status === 'passed') return { color: 'green' };
    if (found?.status !== 'failed') return { color: 'unknown', why: `the test did not run: ${errors}` };
    const [first = ''] = (found.failureMessages[0] ?? '').split('\n');
    // A time-out or an error of the harness is no verdict on the product.
    if (!ASSERTION.test(first)) return { color: 'none', why: first };
    return { color: 'red', how: first.replace(ASSERTION, '') };
  };
}
