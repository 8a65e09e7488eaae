import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { activityNames } from './activities.ts';
import { addCounts, type Counts } from './coverage.ts';
import { createSandbox } from './sandbox.ts';
import { planOf, simulate } from './simulate.ts';

/** The seeds of one thread: every `step`th, `count` of them. */
export interface Part {
  bundle: string;
  from: number;
  step: number;
  count: number;
}

export interface PartResult {
  failed: { seed: number; violations: string[] }[];
  counts: Counts;
}

/** Crashes and refused tasks replay as well; of the rest, so many are read again from their histories. */
const REPLAY_EVERY = 5;

async function playPart({ bundle, from, step, count }: Part): Promise<PartResult> {
  const sandbox = createSandbox(readFileSync(bundle, 'utf8'), activityNames());
  const result: PartResult = { failed: [], counts: {} };
  for (let index = 0; index < count; index++) {
    const seed = from + index * step;
    const { violations, counts } = await simulate(planOf(seed), sandbox, seed % REPLAY_EVERY === 0);
    addCounts(result.counts, counts);
    if (violations.length > 0) result.failed.push({ seed, violations });
  }
  return result;
}

parentPort?.postMessage(await playPart(workerData as Part));
