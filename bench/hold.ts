import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { createDemoEvent } from '../dev/demo-event.ts';
import { builtProgram } from '../dev/program.ts';
import type { Stack } from '../dev/stack.ts';
import { createSupervisor, type Supervisor } from '../dev/supervisor.ts';
import { firstLine, ready } from '../dev/wait-for-child.ts';
import { onOwnStack, progress } from '../proofs/stage/own-stack.ts';
import { CheckoutClient } from '../src/client.ts';
import { readClientConfig } from '../src/config.ts';
import { readTemporalConfig } from '../src/temporal.ts';
import { type Buyer, createBuyer, createNullBuyer, createSale, orderOf } from './buyers.ts';
import { requireSameShape } from './same-shape.ts';
import { intervalOf, medianRatio, type Pair, quantile } from './statistics.ts';

/** Ours may take this many times as long as the engine alone. */
const RATIO_AT_MOST = 1.5;
const WARM_UP_ROUNDS = 30;
const ROUNDS = 250;
/** Two seats each, of rows B to D. */
const SALES = 15;
const NULL_QUEUE = 'null-checkout';
const NULL_WORKER_START_MS = 60_000;

const say = (line: string) => void process.stdout.write(`${line}\n`);

process.exit(await onOwnStack('bench', {}, play));

async function play(stack: Stack, signal: AbortSignal): Promise<number> {
  const supervisor = createSupervisor();
  try {
    await startNullWorker(supervisor, stack, signal);
    return await measure(stack, signal);
  } finally {
    await supervisor.close();
  }
}

async function startNullWorker(supervisor: Supervisor, { env, dataDir }: Stack, signal: AbortSignal) {
  progress('starting the null worker');
  const running = firstLine((line) => line === 'null worker running');
  const child = supervisor.start({
    name: 'null worker',
    ...builtProgram('bench/null-worker.js'),
    env: { ...env, TASK_QUEUE: NULL_QUEUE },
    logFile: join(dataDir, 'null-worker.log'),
    onLine: running.onLine,
  });
  await ready(child, (aborted) => running.within(NULL_WORKER_START_MS, 'null worker', aborted), signal);
}

async function measure(stack: Stack, signal: AbortSignal): Promise<number> {
  const { connection: options, namespace } = readTemporalConfig(stack.env);
  const connection = await Connection.connect(options);
  try {
    const client = new Client({ connection, namespace });
    const { taskQueue, terms } = readClientConfig(stack.env);
    const checkouts = new CheckoutClient({ client, taskQueue, terms });
    const buyer = createBuyer(checkouts);
    const nullBuyer = createNullBuyer(client, NULL_QUEUE, terms);
    const event = await createDemoEvent(stack, Date.now().toString(36));

    progress(`measuring ${ROUNDS} holds of each, after ${WARM_UP_ROUNDS} to warm up`);
    const pairs: Pair[] = [];
    for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round += 1) {
      signal.throwIfAborted();
      const pair = await measureRound(buyer, nullBuyer, event.id, round);
      if (round >= WARM_UP_ROUNDS) pairs.push(pair);
    }
    const last = holdOrder(event.id, WARM_UP_ROUNDS + ROUNDS - 1);
    await requireSameShape(client, buyer.workflowIdOf(last), nullBuyer.workflowIdOf(last));

    progress(`selling ${SALES} orders`);
    const sell = createSale(checkouts, stack.stripe);
    const sales: number[] = [];
    for (let sale = 0; sale < SALES; sale += 1) {
      signal.throwIfAborted();
      const row = 'BCD'[Math.floor(sale / 5)];
      const seats = [1, 2].map((seat) => ({ label: `${row}-${(sale % 5) * 2 + seat}` }));
      sales.push(await sell(orderOf(event.id, `sale${sale}`, seats)));
    }
    return report(pairs, sales);
  } finally {
    await connection.close();
  }
}

function holdOrder(eventId: string, round: number) {
  return orderOf(eventId, `hold${round}`);
}

/** Who comes first changes each round, so that what a run leaves to do behind it falls on both alike. */
async function measureRound(buyer: Buyer, nullBuyer: Buyer, eventId: string, round: number): Promise<Pair> {
  const order = holdOrder(eventId, round);
  if (round % 2 === 0) {
    const ours = await timeHold(buyer, order);
    return { ours, floor: await timeHold(nullBuyer, order) };
  }
  const floor = await timeHold(nullBuyer, order);
  return { floor, ours: await timeHold(buyer, order) };
}

async function timeHold(buyer: Buyer, order: ReturnType<typeof orderOf>): Promise<number> {
  const startedAt = performance.now();
  await buyer.hold(order);
  const tookMs = performance.now() - startedAt;
  await buyer.cancel(order);
  return tookMs;
}

function report(pairs: readonly Pair[], sales: readonly number[]): number {
  const ours = pairs.map((pair) => pair.ours);
  const floor = pairs.map((pair) => pair.floor);
  const ratio = medianRatio(pairs);
  const [low, high] = intervalOf(pairs, medianRatio);
  const model = cpus()[0]?.model ?? 'unknown processor';
  const load = loadavg().map((value) => value.toFixed(1));

  say(`machine: ${availableParallelism()} cores (${model}), load ${load.join(' ')}; Node ${process.version}`);
  say(`hold (start to held), ms     p50    p90    p99   of ${pairs.length}`);
  say(`  checkout               ${row(ours)}`);
  say(`  null                   ${row(floor)}`);
  say(`ratio of the medians ${ratio.toFixed(2)}, 95 % interval ${low.toFixed(2)} to ${high.toFixed(2)}`);
  say(`whole sale (start to completed), ms: median ${quantile(sales, 0.5).toFixed(0)} of ${sales.length}`);
  const [oursMs, floorMs] = [ours, floor].map((samples) => quantile(samples, 0.5).toFixed(1));
  say(`hold: ${oursMs} ms, null: ${floorMs} ms, ratio ${ratio.toFixed(2)}`);
  return ratio > RATIO_AT_MOST ? 1 : 0;
}

function row(samples: readonly number[]): string {
  return [0.5, 0.9, 0.99].map((share) => quantile(samples, share).toFixed(1).padStart(7)).join('');
}
