import { cpus, loadavg } from 'node:os';
import type { GatewayAccess } from '../../dev/gateway.ts';
import { orderOf } from '../../proofs/stage/orders.ts';
import type { Stage } from '../../proofs/stage/stage.ts';
import type { Order } from '../../src/checkout/order.ts';
import { CheckoutClient } from '../../src/client.ts';
import { toTerms } from '../../src/config.ts';
import { createCaller } from './caller.ts';
import type { Call } from './load.ts';
import { type Comparison, compare, findKnee, type Sides } from './turns.ts';

export interface Setting {
  stage: Stage;
  gateway: GatewayAccess;
  progress: (line: string) => void;
  /** Reads a second; as many as are aimed at, or half of what the machine can carry, unless given. */
  gets?: number;
}

const GETS_AIMED_AT = 200;
/** What the gateway may add at the median. */
const MS_AT_MOST = 2;
const CALLERS = 8;
const READ_ORDERS = 20;
const EVENTS = 60;
const READS = { turns: 30, turnMs: 1_000 };
const STARTS = { turns: 30, turnMs: 1_500 };
const FIRST_READS = { turns: 20, turnMs: 1_000, perSecond: 10 };

/** Measures reads and starts, and says what the gateway adds. @returns the status to end with */
export async function measure({ stage, gateway, progress, gets }: Setting): Promise<number> {
  const taskQueue = stage.env.TASK_QUEUE ?? 'checkout';
  // The owner is the name of the demo's key, so that both sides do the same work.
  const owner = { owner: 'shop' };
  const checkouts = new CheckoutClient({
    client: stage.temporal,
    taskQueue,
    terms: toTerms(10, 1),
    ...owner,
  });
  const caller = createCaller(gateway.url, gateway.keys.checkout);
  const readsOf = (nextId: () => string): Sides<Call> => ({
    through: () => caller.call('GET', `/checkouts/${nextId()}`),
    past: async () => void (await checkouts.status(nextId())),
  });

  progress(`making ${EVENTS} events`);
  const started: string[] = [];
  const newOrder = await createOrders(stage, ({ orderId }) => started.push(orderId));
  const starts: Sides<Call> = {
    through: () => caller.call('POST', '/checkouts', { order: newOrder() }),
    past: async () => void (await checkouts.start(newOrder())),
  };
  for (let n = 0; n < READ_ORDERS; n += 1) await starts.past();

  progress('looking for how many reads a second there can be');
  const readOrders = [...started];
  let read = 0;
  const reads = readsOf(() => {
    read += 1;
    return String(readOrders[read % READ_ORDERS]);
  });
  const kneeOfReads = await findKnee(CALLERS, reads);
  const getsPerSecond = gets ?? Math.min(GETS_AIMED_AT, kneeOfReads / 2);
  progress(`${getsPerSecond.toFixed(0)} reads a second`);
  const ofReads = await compare({ ...READS, perSecond: getsPerSecond }, reads);

  progress('looking for how many starts a second there can be');
  const kneeOfStarts = await findKnee(CALLERS, starts);
  progress(`${(kneeOfStarts / 2).toFixed(0)} starts a second`);
  const ofStarts = await compare({ ...STARTS, perSecond: kneeOfStarts / 2 }, starts);

  progress('first reads, each of an order of its own');
  const ofFirstReads = await compare(
    FIRST_READS,
    // The youngest, which the worker has in its memory.
    readsOf(() => String(started.pop())),
  );

  caller.close();
  say(`${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`);
  say(`knees: ${kneeOfReads.toFixed(0)} reads a second, ${kneeOfStarts.toFixed(1)} starts a second`);
  const all = { reads: ofReads, starts: ofStarts, 'first reads': ofFirstReads };
  for (const [name, comparison] of Object.entries(all)) say(lineOf(name, comparison));
  if (getsPerSecond < GETS_AIMED_AT) {
    say(`${GETS_AIMED_AT} reads a second were not measured: this run had ${getsPerSecond.toFixed(0)}`);
  }
  if (Object.values(all).some(({ isOverrun }) => isOverrun)) {
    say('void: calls past the gateway waited for each other, so the machine cannot keep up with this rate');
    return 2;
  }
  return Object.values(all).every(({ addedMs }) => addedMs <= MS_AT_MOST) ? 0 : 1;
}

const say = (line: string) => void process.stdout.write(`${line}\n`);

function lineOf(name: string, { perSecond, calls, through, past, ...found }: Comparison): string {
  const { addedMs, addedInterval, p99Ratio, p99Interval } = found;
  const range = (interval: readonly number[]) => interval.map((end) => end.toFixed(2)).join(' to ');
  return [
    `${name}, ${perSecond.toFixed(0)} a second: ${through.toFixed(2)} ms through the gateway`,
    `${past.toFixed(2)} ms past it`,
    `the gateway adds ${addedMs.toFixed(2)} ms (${range(addedInterval)})`,
    `p99 × ${p99Ratio.toFixed(2)} (${range(p99Interval)})`,
    `${calls} calls each`,
  ].join(', ');
}

/** Orders of one place each, over events enough for all of them. */
async function createOrders(stage: Stage, made: (order: Order) => void): Promise<() => Order> {
  const eventIds: string[] = [];
  for (let n = 0; n < EVENTS; n += 1) eventIds.push(await stage.newEvent({ stalls: 1, floor: 1 }));
  let orders = 0;
  return () => {
    orders += 1;
    const order = orderOf(String(eventIds[orders % EVENTS]), `bench${orders}`, [['Floor', 1]]);
    made(order);
    return order;
  };
}
