import fc from 'fast-check';
import { onClock } from './clock.ts';
import { type Counts, createCoverage } from './coverage.ts';
import { free } from './free-plan.ts';
import { endsOf, violationsOf } from './law-after.ts';
import { fromPayload } from './payloads.ts';
import type { Plan } from './plan.ts';
import { play } from './players.ts';
import type { Sandbox } from './sandbox.ts';
import { staged } from './staged-plan.ts';
import { createWorld } from './world.ts';

export interface Simulated {
  violations: string[];
  counts: Counts;
  /** What happened, as lines for a person. */
  told: string[];
}

/** Long after the last fault, the last crash and the last report that a plan can hold. */
const QUIET_AFTER_MS = 4 * 3_600_000;

/** Plays one plan from its first start until all is quiet, and judges it. */
export async function simulate(plan: Plan, sandbox: Sandbox, replays: boolean): Promise<Simulated> {
  const coverage = createCoverage();
  const world = createWorld(plan, sandbox, coverage);
  await onClock(world.clock, async () => {
    play(world, coverage);
    await world.clock.play(() => false, world.clock.now() + QUIET_AFTER_MS);
    if (replays) {
      for (const run of world.server.all()) await world.server.replay(run);
      coverage.count('a replay');
    }
  });
  for (const ends of endsOf(world).values()) {
    for (const { result } of ends) coverage.count(`outcome ${result.outcome}`);
  }
  for (const { type, state } of world.server.all()) {
    if (type !== 'latePayment' || state.name !== 'COMPLETED') continue;
    coverage.count(`late money ${fromPayload<{ became: string }>(state.result).became}`);
  }
  const violations = violationsOf(world);
  await world.close();
  return { violations, counts: coverage.counts, told: world.told };
}

const anyPlan = fc.noBias(fc.oneof(free, staged));

/** The plan of a seed. */
export function planOf(seed: number): Plan {
  const [made] = fc.sample(anyPlan, { seed, numRuns: 1 });
  if (!made) throw new TypeError('fast-check made no plan');
  return made;
}

const SHRINK_FOR_MS = 20_000;

/** The smallest plan like that of the seed in which something is still violated, or undefined if nothing is. */
export async function shrink(
  seed: number,
  sandbox: Sandbox,
): Promise<{ plan: Plan; violations: string[] } | undefined> {
  let smallest: { plan: Plan; violations: string[] } | undefined;
  const stopAt = performance.now() + SHRINK_FOR_MS;
  const holds = async (plan: Plan) => {
    if (performance.now() > stopAt) return true;
    const { violations } = await simulate(plan, sandbox, true);
    if (violations.length > 0) smallest = { plan, violations };
    return violations.length === 0;
  };
  await fc.check(fc.asyncProperty(anyPlan, holds), { seed, numRuns: 1 });
  return smallest;
}
