import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Answers } from './settings.ts';

const results = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(
        z.object({ title: z.string(), status: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
});

/** A test file that is red, and what is: the title of each test with the first line of its failure. */
export interface RedFile {
  file: string;
  tests: string[];
}

export interface FileRun {
  /** How many files have run. */
  files: number;
  red: RedFile[];
}

export interface RunOptions {
  /** The project's root, built. */
  root: string;
  answers: Answers;
  /** Parts of the files' names; none = all of the checkout's. */
  files: readonly string[];
  atOnce: number;
  signal: AbortSignal;
}

/**
 * Runs test files of the checkout on a stack of their own whose Seats.io stand-in has these answers.
 *
 * @throws Error when the files could not be run: nothing is known then
 */
export async function runFiles({ root, answers, files, atOnce, signal }: RunOptions): Promise<FileRun> {
  // Where vitest.config.ts has it.
  const output = join(root, 'dist/test-results.json');
  await rm(output, { force: true });
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const flags = ['run', '--project=checkout', `--maxWorkers=${atOnce}`, ...files];
  const child = spawn(process.execPath, [vitest, ...flags], {
    cwd: root,
    env: { ...process.env, SEATSIO_STAND_IN_SETTINGS: JSON.stringify(answers) },
    stdio: ['ignore', 'ignore', 'pipe'],
    // Ctrl-C comes from us alone; the stack has a guard, and ends with vitest.
    detached: true,
  });
  const stop = () => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors = `${errors}${chunk}`.slice(-2_000);
  });
  await once(child, 'close');
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  // There are results of nothing when the stack could not be started.
  const text = await readFile(output, 'utf8').catch(() => '{"testResults":[]}');
  const { testResults } = results.parse(JSON.parse(text));
  if (testResults.length === 0) throw new Error(`no test file ran: ${errors}`);
  return {
    files: testResults.length,
    red: testResults
      .filter(({ status }) => status !== 'passed')
      .map(({ name, assertionResults }) => ({
        file: name.slice(root.length + 1),
        tests: assertionResults
          .filter(({ status }) => status === 'failed')
          .map(({ title, failureMessages: [failure = ''] }) => `${title}: ${failure.split('\n')[0] ?? ''}`),
      })),
  };
}
