import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { listenForInterruption } from '../../dev/interruption.ts';
import { runFiles } from './run-files.ts';
import { type Answers, pairCover, SINGLES } from './settings.ts';

/**
 * `npm run switches`: what the vendor leaves open must not matter to the checkout. Its tests run once for every
 * other answer to an open question of the Seats.io stand-in, and for a cover of all pairs that a checkout meets.
 */
const { values: flags } = parseArgs({
  options: {
    /** Only the settings whose JSON has this text. */
    only: { type: 'string', default: '' },
    /** Only the test files whose name has this text. */
    files: { type: 'string', multiple: true, default: [] },
    /** `singles` or `pairs`; both if absent. */
    part: { type: 'string' },
    /** The number of the setting to begin with: a run that was cut off goes on. */
    from: { type: 'string', default: '1' },
    'at-once': { type: 'string', default: '5' },
  },
});
const say = (line: string) => void process.stdout.write(`${line}\n`);
const progress = (line: string) => void process.stderr.write(`· ${line}\n`);

const LEFT_BEHIND = new Set(['.data', '.git', 'coverage', 'dist', 'node_modules']);

const interruption = listenForInterruption((name) => progress(`${name}: stopping everything`));
const root = await mkdtemp(join(tmpdir(), 'checkout-saga-switches-'));
try {
  process.exitCode = await play();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = interruption.exitCode() || 2;
} finally {
  await rm(root, { recursive: true, force: true });
}

async function play(): Promise<number> {
  await copyProject();
  const wanted = [
    ...(flags.part === 'pairs' ? [] : SINGLES),
    ...(flags.part === 'singles' ? [] : pairCover()),
  ].filter((answers) => JSON.stringify(answers).includes(flags.only));
  const before = Number(flags.from) - 1;
  const toRun = wanted.slice(before);
  let files = 0;
  let failed = 0;
  for (const [index, answers] of toRun.entries()) {
    const run = await runBoth(answers);
    files = Math.max(files, run.files);
    failed += run.failed;
    progress(
      `${before + index + 1} of ${wanted.length}: ${JSON.stringify(answers)}: ${run.failed} of ${run.files} failed`,
    );
  }
  say(`switches: ${toRun.length} settings of the stand-in, ${files} checkout test files, ${failed} failed`);
  return failed === 0 && toRun.length > 0 && files > 0 ? 0 : 1;
}

/**
 * All files side by side, and the red ones once more by themselves: on a busy machine a test can miss a moment
 * that has nothing to do with the setting. What is red only beside others is told, and not counted.
 */
async function runBoth(answers: Answers): Promise<{ files: number; failed: number }> {
  const { signal } = interruption;
  const options = { root, answers, signal };
  const first = await runFiles({ ...options, files: flags.files, atOnce: Number(flags['at-once']) });
  let failed = 0;
  for (const { file, tests } of first.red) {
    const again = await runFiles({ ...options, files: [file], atOnce: 1 });
    const [red] = again.red;
    if (red !== undefined) failed += 1;
    say(`${red ? 'FAILED' : 'red beside others, green alone'}: ${file} with ${JSON.stringify(answers)}`);
    for (const test of red?.tests ?? tests) say(`    ${test.slice(0, 300)}`);
  }
  return { files: first.files, failed };
}

/** The tests run in a copy, so that the tree can be worked on meanwhile. */
async function copyProject(): Promise<void> {
  for (const part of await readdir('.')) {
    if (!LEFT_BEHIND.has(part)) await cp(part, join(root, part), { recursive: true });
  }
  await symlink(join(process.cwd(), 'node_modules'), join(root, 'node_modules'));
  progress('building');
  const run = promisify(execFile);
  await run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    cwd: root,
  });
  await run(process.execPath, ['dist/src/bundle.js'], { cwd: root });
}
