import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { activityNames } from './activities.ts';
import { addCounts, type Counts, judgeCoverage } from './coverage.ts';
import type { Part, PartResult } from './part.ts';
import { describePlan } from './plan.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';
import { planOf, shrink, simulate } from './simulate.ts';

const BUNDLE = new URL('../../src/workflow-bundle.js', import.meta.url);
/** So many failing seeds are shown with all that happened; more would bury them. */
const SHOWN = 3;
const USUAL_SEEDS = 5_000;
const MOST_THREADS = 4;

const USAGE = `simulate --seeds N [--from S]   plays the seeds S to S + N - 1 (5000 from 1, if not given)
simulate --seed S               plays one seed, and shows what happened`;

/** One line per thing that was found, then the coverage, then the summary. */
async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      from: { type: 'string' },
      seed: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    print(USAGE);
    return true;
  }
  if (values.seed !== undefined) return playOne(wholeNumber(values.seed, 'seed'));

  const seeds = wholeNumber(values.seeds ?? String(USUAL_SEEDS), 'seeds');
  const { failed, counts } = await playAll(wholeNumber(values.from ?? '1', 'from'), seeds);
  for (const { seed, violations } of failed.slice(0, SHOWN)) await show(seed, violations);
  if (failed.length > SHOWN)
    print(
      `more seeds fail: ${failed
        .slice(SHOWN, 30)
        .map(({ seed }) => seed)
        .join(', ')}`,
    );
  const coverage = judgeCoverage(counts);
  const isEnough = coverage.missing.length === 0 || seeds < USUAL_SEEDS;
  for (const line of isEnough ? [] : coverage.missing) print(`seen too seldom: ${line}`);
  print(coverage.summary);
  print(`simulate: ${seeds} seeds, ${failed.length} violations`);
  return failed.length === 0 && isEnough;
}

/** Splits the seeds over threads: each has its own sandbox and its own clock. */
async function playAll(
  from: number,
  seeds: number,
): Promise<{ failed: PartResult['failed']; counts: Counts }> {
  const threads = Math.max(1, Math.min(availableParallelism(), MOST_THREADS, seeds));
  const parts = Array.from(
    { length: threads },
    (_, index): Part => ({
      bundle: BUNDLE.pathname,
      from: from + index,
      step: threads,
      count: Math.ceil((seeds - index) / threads),
    }),
  );
  const results = await Promise.all(parts.map(playPart));
  const counts: Counts = {};
  for (const result of results) addCounts(counts, result.counts);
  const failed = results.flatMap((result) => result.failed).sort((a, b) => a.seed - b.seed);
  return { failed, counts };
}

function playPart(part: Part): Promise<PartResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./part.js', import.meta.url), { workerData: part });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`a simulating thread ended with ${code}`)));
  });
}

async function playOne(seed: number): Promise<boolean> {
  const { violations, told } = await simulate(planOf(seed), openSandbox(), true);
  for (const line of [...describePlan(planOf(seed)), ...told]) print(line);
  if (violations.length > 0) await show(seed, violations);
  print(`simulate: 1 seeds, ${violations.length > 0 ? 1 : 0} violations`);
  return violations.length === 0;
}

/** A failing seed: what is violated, and the smallest plan that still does it, with all that happens in it. */
async function show(seed: number, violations: string[]): Promise<void> {
  print(`seed ${seed} fails, repeat it with: npm run simulate -- --seed ${seed}`);
  for (const violation of violations) print(`  ${violation}`);
  const sandbox = openSandbox();
  const smallest = await shrink(seed, sandbox);
  if (!smallest) return;
  print('  the smallest plan like it that fails:');
  const { told } = await simulate(smallest.plan, sandbox, true);
  for (const line of [...smallest.violations, ...describePlan(smallest.plan), ...told]) print(`    ${line}`);
}

function openSandbox(): Sandbox {
  return createSandbox(readFileSync(BUNDLE, 'utf8'), activityNames());
}

function wholeNumber(text: string, name: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new RangeError(`--${name} must be a whole number of at least 1`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.exitCode = (await main()) ? 0 : 1;
