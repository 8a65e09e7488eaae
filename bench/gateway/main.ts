import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { InterruptedError, listenForInterruption } from '../../dev/interruption.ts';
import { type Stack, startStack } from '../../dev/stack.ts';
import { orderOf } from '../../proofs/stage/orders.ts';
import { openStage, type Stage } from '../../proofs/stage/stage.ts';
import { CheckoutClient } from '../../src/client.ts';
import { toTerms } from '../../src/config.ts';
import { quantile } from '../statistics.ts';
import { ask } from './keep-alive.ts';
import { type Call, closedLoop, openLoop } from './load.ts';

const { values: flags } = parseArgs({ options: { gets: { type: 'string', default: '200' } } });
const GETS_PER_SECOND = Number(flags.gets);
/** Through the gateway and past it by turns, so that the noise of the machine meets both. */
const TURNS = 10;
const TURN_S = 2;
const ALONE = 40;
const KNEE_MS = 6_000;
const CALLERS = 8;
const READ_ORDERS = 20;
const EVENTS = 60;
/** What the gateway may add at the median. */
const MS_AT_MOST = 2;
/** Calls past the gateway that take so many times as long as one alone wait for each other: the machine is too small. */
const TIMES_ALONE_AT_MOST = 4;

const SETTINGS = {
  GATEWAY_CALLS_PER_SECOND: '100000',
  GATEWAY_MAX_OPEN_PER_BUYER: '100000',
  GATEWAY_MAX_LAG_MS: '60000',
  SEATSIO_MAX_CALLS: '100',
};

const say = (line: string) => void process.stdout.write(`${line}\n`);
const progress = (line: string) => void process.stderr.write(`· ${line}\n`);

process.exit(await main());

async function main(): Promise<number> {
  const interruption = listenForInterruption((name) => progress(`${name}: stopping everything`));
  const { signal } = interruption;
  const dataDir = await mkdtemp(join(tmpdir(), 'checkout-saga-bench-gateway-'));
  let stack: Stack | undefined;
  try {
    const env = { ...process.env, ...SETTINGS };
    stack = await startStack({ dataDir, inMemory: true, gateway: true, env, progress, signal });
    const broken = stack.failed.then((reason) => Promise.reject(reason));
    return await Promise.race([play(stack), broken]);
  } catch (error) {
    if (error instanceof InterruptedError) return interruption.exitCode();
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return 2;
  } finally {
    await stack?.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function play({ env, admin, gateway }: Stack): Promise<number> {
  if (!gateway) throw new TypeError('the stack has no gateway');
  const given = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const stage = await openStage({ env: Object.fromEntries(given), admin });
  try {
    return await measure(stage, gateway.url, gateway.keys.checkout);
  } finally {
    await stage.close();
  }
}

async function measure(stage: Stage, url: string, key: string): Promise<number> {
  const terms = toTerms(10, 1);
  const taskQueue = stage.env.TASK_QUEUE ?? 'checkout';
  // The owner is the name of the demo's key, so that both sides do the same work.
  const checkouts = new CheckoutClient({ client: stage.temporal, taskQueue, terms, owner: 'shop' });
  const newOrder = await createOrders(stage);

  const orderIds = await Promise.all(
    Array.from({ length: READ_ORDERS }, async () => (await checkouts.start(newOrder())).orderId),
  );
  const read = (n: number) => String(orderIds[n % orderIds.length]);
  const gets = await compare(GETS_PER_SECOND, {
    through: (n) => ask(`${url}/checkouts/${read(n)}`, key),
    past: async (n) => void (await checkouts.status(read(n))),
  });

  const start = async () => void (await checkouts.start(newOrder()));
  progress('looking for how many starts a second there can be');
  await closedLoop(CALLERS, 2_000, start);
  const knee = await closedLoop(CALLERS, KNEE_MS, start);
  const starts = await compare(knee / 2, {
    through: () => ask(`${url}/checkouts`, key, { order: newOrder() }),
    past: start,
  });

  say(`${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`);
  for (const [name, { through, past, alone }] of Object.entries({ GET: gets, start: starts })) {
    const at = (share: number) =>
      `${quantile(through, share).toFixed(1)} ms through the gateway, ${quantile(past, share).toFixed(1)} ms past it`;
    say(
      `${name}, p50: ${at(0.5)}, ${alone.toFixed(1)} ms alone; p99: ${at(0.99)} (${through.length} calls each)`,
    );
  }
  const added = [gets, starts].map(({ through, past }) => quantile(through, 0.5) - quantile(past, 0.5));
  const overrun = [gets, starts].some(({ past, alone }) => quantile(past, 0.5) > TIMES_ALONE_AT_MOST * alone);
  const ratio = ({ through, past }: Sides) => (quantile(through, 0.99) / quantile(past, 0.99)).toFixed(2);
  say(
    `gateway adds ${added[0]?.toFixed(2)} ms to a read at ${GETS_PER_SECOND}/s (p99 × ${ratio(gets)}), ` +
      `${added[1]?.toFixed(2)} ms to a start at ${(knee / 2).toFixed(0)}/s (p99 × ${ratio(starts)})`,
  );
  if (overrun) {
    say('void: calls past the gateway waited for each other, so the machine cannot keep up with this rate');
    return 2;
  }
  return added.every((ms) => ms <= MS_AT_MOST) ? 0 : 1;
}

interface Sides {
  through: number[];
  past: number[];
  /** The median past the gateway, one call after the other. */
  alone: number;
}

async function compare(perSecond: number, { through, past }: { through: Call; past: Call }): Promise<Sides> {
  const count = Math.max(1, Math.round(perSecond * TURN_S));
  progress(`${perSecond.toFixed(0)} calls a second, through the gateway and past it by turns`);
  for (const call of [through, past]) await openLoop(perSecond, count, call);
  const one: number[] = [];
  for (let n = 0; n < ALONE; n += 1) {
    const startedAt = performance.now();
    await past(n);
    one.push(performance.now() - startedAt);
  }
  const sides: Sides = { through: [], past: [], alone: quantile(one, 0.5) };
  for (let turn = 0; turn < TURNS; turn += 1) {
    const order = turn % 2 === 0 ? (['through', 'past'] as const) : (['past', 'through'] as const);
    for (const side of order) {
      sides[side].push(...(await openLoop(perSecond, count, side === 'through' ? through : past)));
    }
  }
  return sides;
}

/** Orders of one place each, over events enough for all of them. */
async function createOrders(stage: Stage) {
  progress(`making ${EVENTS} events`);
  const eventIds: string[] = [];
  for (let n = 0; n < EVENTS; n += 1) eventIds.push(await stage.newEvent({ stalls: 1, floor: 1 }));
  let orders = 0;
  return () => {
    orders += 1;
    return orderOf(String(eventIds[orders % EVENTS]), `bench${orders}`, [['Floor', 1]]);
  };
}
