import { attemptId } from '../../src/checkout/ids.ts';
import type { Order } from '../../src/checkout/order.ts';
import type { Terms } from '../../src/checkout/terms.ts';
import { CheckoutClient } from '../../src/client.ts';
import type { CheckoutInput } from '../../src/workflows/messages.ts';
import type { Effects } from '../law/ledgers.ts';
import { createActivities, TASK_QUEUE } from './activities.ts';
import { type ActivityTable, createRunTry } from './activity-calls.ts';
import { type Clock, createClock } from './clock.ts';
import type { Coverage } from './coverage.ts';
import { createDice, type Dice } from './dice.ts';
import { createMoments } from './moments.ts';
import { fromPayload } from './payloads.ts';
import type { OrderPlan, Plan } from './plan.ts';
import { createEffectLog } from './remotes/ledger.ts';
import { createProviderModel, type ProviderModel } from './remotes/provider.ts';
import { createCallRemote } from './remotes/remote.ts';
import { createSeatsModel, type SeatsModel } from './remotes/seats.ts';
import { createTmtModel, type TmtModel } from './remotes/tmt.ts';
import type { Run } from './run.ts';
import type { Sandbox } from './sandbox.ts';
import { createServer, type Server } from './server.ts';
import { createTemporalClient } from './temporal-client.ts';
import { createWire } from './wire.ts';
import { createWorkerProcess, type WorkerProcess } from './worker-process.ts';

export const EVENT_ID = 'gala';
export const TERMS: Terms = { holdMs: 600_000, graceMs: 60_000, maxHoldMs: 1_800_000, patienceMs: 300_000 };
const LABELS = ['A-1', 'A-2', 'A-3'];
export const FLOOR = { area: 'Floor', capacity: 4 };
const START = Date.UTC(2030, 0, 1);

/** All that one run of the simulation plays with: the product, a server, the remotes, and time. */
export interface World {
  plan: Plan;
  clock: Clock;
  dice: Dice;
  server: Server;
  worker: WorkerProcess;
  client: CheckoutClient;
  seats: SeatsModel;
  provider: ProviderModel;
  tmt: TmtModel;
  effects: Effects;
  orders: Order[];
  /** Something of the order happened: whoever waits for that moment comes now. */
  moments: ReturnType<typeof createMoments>;
  /** What must never be, as it came up. */
  broken: string[];
  /** Until when an attempt has promised the seats, as the buyer was told; by its workflow id. */
  promises: Map<string, number>;
  /** What happened, as lines for a person. */
  told: string[];
  close: () => Promise<void>;
  labels: string[];
}

export function createWorld(plan: Plan, sandbox: Sandbox, coverage: Coverage): World {
  const clock = createClock(START);
  const dice = createDice(plan.noise);
  const moments = createMoments(clock);
  const broken: string[] = [];
  const told: string[] = [];
  const tell = (what: string) => told.push(`${((clock.now() - START) / 1000).toFixed(3)} s  ${what}`);
  const worker: WorkerProcess = createWorkerProcess(clock, () => {
    tell('the worker crashes');
    coverage.count('a worker crash');
    server.crashed();
  });
  const wire = createWire(clock, dice, plan.faults, (name, fault) => {
    tell(fault ? `${name}: ${fault}` : name);
    if (name === 'seatsio.takeOver') coverage.count('a hold taken over from a chart');
    moments.happened('any', name);
  });

  const logs = { seatsio: createEffectLog(), tmt: createEffectLog(), stripe: createEffectLog() };
  const seats = createSeatsModel(clock, dice, logs.seatsio, createCallRemote('seatsio', wire, worker), {
    eventId: EVENT_ID,
    labels: LABELS,
    ...FLOOR,
  });
  const provider = createProviderModel(logs.stripe, createCallRemote('stripe', wire, worker));
  const tmt = createTmtModel(clock, dice, logs.tmt, createCallRemote('tmt', wire, worker), {
    eventId: EVENT_ID,
    zones: [
      { zone: 'Stalls', zoneId: 'ST', seats: LABELS.length },
      { zone: 'Standing', zoneId: 'FL', seats: FLOOR.capacity },
    ],
  });
  if (plan.hasTickets) tmt.generate();

  const activities: ActivityTable = {};
  const server = createServer({
    clock,
    dice,
    worker,
    sandbox,
    runTry: createRunTry(activities, clock, worker, (what) => broken.push(what)),
    taskQueue: TASK_QUEUE,
    onMoment: (moment, run) => {
      if (moment === 'refused') coverage.count('a task refused over a message');
      tell(`${run.workflowId}: ${moment}`);
      if (moment === 'ended' && run.type === 'checkout') requireNothingHeld(run);
      moments.happened(orderIdOf(run), moment);
    },
    onMessage: (run, name, args) => {
      tell(`${run.workflowId} gets ${name} ${args.length > 0 ? JSON.stringify(args) : ''}`);
      coverage.message({ clock, server }, run, name, args);
    },
    onBroken: (run, what) => broken.push(`${run.workflowId}: ${what}`),
  });
  function requireNothingHeld(run: Run): void {
    const { order, attempt } = fromPayload<CheckoutInput>(run.args[0] ?? {});
    const held = seats.heldBy(attemptId(order.orderId, attempt));
    if (held > 0) broken.push(`${run.workflowId}: it ended and holds ${held} seats or places`);
  }
  const clientOf = (isInWorker: boolean) => createTemporalClient({ server, clock, wire, worker, isInWorker });
  const models = { seats: seats.api, provider: provider.api, tmt: tmt.api };
  Object.assign(activities, createActivities({ ...models, client: clientOf(true) }));

  return {
    plan,
    clock,
    dice,
    server,
    worker,
    client: new CheckoutClient({ client: clientOf(false), taskQueue: TASK_QUEUE, terms: TERMS }),
    seats,
    provider,
    tmt,
    effects: { seats: logs.seatsio.entries, tmt: logs.tmt.entries, money: logs.stripe.entries },
    orders: plan.orders.map(toOrder),
    moments,
    broken,
    promises: new Map(),
    told,
    close: () => server.close(),
    labels: LABELS,
  };
}

function toOrder({ seats, places, lateMoney }: OrderPlan, index: number): Order {
  return {
    orderId: `${EVENT_ID}-${index}`,
    eventId: EVENT_ID,
    eventName: 'Gala',
    seats: [
      ...seats.flatMap((seat) => (LABELS[seat] ? [{ label: LABELS[seat] }] : [])),
      ...(places > 0 ? [{ area: FLOOR.area, quantity: places }] : []),
    ],
    total: { amount: 1_000 * (seats.length + places), currency: 'USD' },
    buyer: { email: `buyer${index}@example.org`, name: 'A Buyer' },
    lateMoney,
  };
}

/** The order of a checkout, by its workflow id; other workflows belong to none. */
export function orderIdOf({ workflowId }: Pick<Run, 'workflowId'>): string {
  return workflowId.split('/')[1] ?? '';
}
