import { intervalOf, quantile } from '../statistics.ts';
import { type Call, closedLoop, openLoop } from './load.ts';

/** Through the gateway, and past it: the same calls by a `CheckoutClient` in the process of the bench. */
export interface Sides<T> {
  through: T;
  past: T;
}

/** What both sides took in milliseconds, right after each other. */
type Turn = Sides<number[]>;

export interface Turns {
  turns: number;
  turnMs: number;
  perSecond: number;
}

export interface Comparison {
  perSecond: number;
  /** How many calls each side had. */
  calls: number;
  /** The medians. */
  through: number;
  past: number;
  addedMs: number;
  addedInterval: [low: number, high: number];
  p99Ratio: number;
  p99Interval: [low: number, high: number];
  /** Whether calls past the gateway waited for each other, so that nothing can be said of the gateway. */
  isOverrun: boolean;
}

const KNEE_ROUNDS = 2;
const KNEE_MS = 4_000;
const ALONE = 40;
/** Past this, it is the calls themselves that wait for each other. */
const TIMES_ALONE_AT_MOST = 4;

/**
 * Finds how many calls a second there can be on the slower side. Both sides are warm afterwards: a process compiles
 * its code while it is first used.
 */
export async function findKnee(callers: number, { through, past }: Sides<Call>): Promise<number> {
  for (const call of [through, past]) await closedLoop(callers, KNEE_MS, call);
  const rates: Turn = { through: [], past: [] };
  for (let round = 0; round < KNEE_ROUNDS; round += 1) {
    rates.through.push(await closedLoop(callers, KNEE_MS, through));
    rates.past.push(await closedLoop(callers, KNEE_MS, past));
  }
  return Math.min(quantile(rates.through, 0.5), quantile(rates.past, 0.5));
}

/** Compares both sides by short turns, so that the noise of the machine meets both. Who comes first changes. */
export async function compare({ turns, turnMs, perSecond }: Turns, calls: Sides<Call>): Promise<Comparison> {
  const alone: number[] = [];
  for (let n = 0; n < ALONE; n += 1) {
    await calls.through();
    alone.push(await timeOf(calls.past));
  }
  const count = Math.max(1, Math.round((perSecond * turnMs) / 1000));
  const taken: Turn[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const ms: Turn = { through: [], past: [] };
    const order = turn % 2 === 0 ? (['through', 'past'] as const) : (['past', 'through'] as const);
    for (const side of order) ms[side] = await openLoop(perSecond, count, calls[side]);
    taken.push(ms);
  }
  const past = quantileOf(taken, 'past', 0.5);
  return {
    ...{ perSecond, calls: count * turns, through: quantileOf(taken, 'through', 0.5), past },
    ...{ addedMs: addedAtMedian(taken), addedInterval: intervalOf(taken, addedAtMedian) },
    ...{ p99Ratio: ratioAtP99(taken), p99Interval: intervalOf(taken, ratioAtP99) },
    isOverrun: past > TIMES_ALONE_AT_MOST * quantile(alone, 0.5),
  };
}

async function timeOf(call: Call): Promise<number> {
  const startedAt = performance.now();
  await call();
  return performance.now() - startedAt;
}

function addedAtMedian(turns: readonly Turn[]): number {
  return quantileOf(turns, 'through', 0.5) - quantileOf(turns, 'past', 0.5);
}

function ratioAtP99(turns: readonly Turn[]): number {
  return quantileOf(turns, 'through', 0.99) / quantileOf(turns, 'past', 0.99);
}

function quantileOf(turns: readonly Turn[], side: keyof Turn, share: number): number {
  const samples = turns.flatMap((turn) => turn[side]);
  return quantile(samples, share);
}
