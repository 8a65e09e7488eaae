import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const results = z.object({
  numTotalTests: z.number().min(1),
  testResults: z.array(
    z.object({ assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })) }),
  ),
});

/**
 * Runs test files of the tree at `root`.
 *
 * @returns the full titles of the tests that failed
 * @throws Error when the files could not be run: that is no red test
 */
export async function failedTests(root: string, files: readonly string[]): Promise<string[]> {
  const output = join(root, 'results.json');
  await rm(output, { force: true });
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  // As in the project: a test that is merely slow has caught nothing.
  const patience = ['--testTimeout=180000', '--hookTimeout=180000'];
  const flags = ['run', '--root', root, '--reporter=json', `--outputFile=${output}`, '--maxWorkers=2'];
  const paths = files.map((file) => join('test', file));
  const child = spawn(process.execPath, [vitest, ...flags, ...patience, ...paths], {
    cwd: root,
    stdio: 'ignore',
  });
  await once(child, 'exit');
  const { testResults } = results.parse(JSON.parse(await readFile(output, 'utf8')));
  return testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'failed')
    .map(({ fullName }) => fullName);
}
