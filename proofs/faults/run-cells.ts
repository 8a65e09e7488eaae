import type { Stage } from '../stage/stage.ts';
import { startWorker } from '../stage/worker-process.ts';
import { startWorkersInside } from '../stage/workers-inside.ts';
import { type Cell, type FaultCell, titleOf } from './cell.ts';
import { runKillGroup } from './kill-group.ts';
import { createLastTaskGates } from './last-task-gate.ts';
import { runFault } from './run-fault.ts';
import { runLastTask } from './run-last-task.ts';
import { UnbuiltError, type Verdict, verdictOfError } from './verdict.ts';
import { WRITES, type WriteName } from './writes.ts';

export interface RunOptions {
  /** How many cells run at a time, apart from those that wait for a kill. */
  atOnce: number;
  /** How many groups of kills run at a time; each has a worker of its own. */
  killGroupsAtOnce: number;
  onVerdict?: (verdict: Verdict) => void;
}

/** A cell that was not built for want of time is played again, so often. */
const TRIES = 3;
/** Longer than a ticket desk waits for an answer of TMT, and then looks again. */
const LONGEST_MS = 240_000;
const KILLS_AT_ONCE = 12;

/**
 * Plays the cells on a running stack and judges each.
 *
 * @returns the verdicts, each as a promise under the title of its cell, and what stops the workers of the run
 */
export function runCells(stage: Stage, cells: readonly Cell[], options: RunOptions) {
  const verdicts = new Map(cells.map((cell) => [titleOf(cell), awaited<Verdict>()]));
  if (verdicts.size !== cells.length) throw new TypeError('two cells have the same title');
  const tell = (verdict: Verdict) => {
    options.onVerdict?.(verdict);
    verdicts.get(titleOf(verdict.cell))?.resolve(verdict);
  };
  const workers = createOwnWorkers(stage);

  const alone = cells.filter((cell) => !isKill(cell)).toSorted((a, b) => slowness(b) - slowness(a));
  const groups = inGroups(cells.filter(isKill));
  const done = untilStopped([
    pooled(alone, options.atOnce, async (cell) => tell(await again(cell, () => runAlone(cell)))),
    pooled(groups, options.killGroupsAtOnce, async (group) => {
      for (const verdict of await runGroup(group)) tell(verdict);
    }),
  ]);
  done.catch((error: unknown) => {
    for (const { reject } of verdicts.values()) reject(error);
  });
  return {
    done,
    verdictOn: (cell: Cell): Promise<Verdict> => {
      const verdict = verdicts.get(titleOf(cell));
      if (!verdict) throw new TypeError(`no cell is called: ${titleOf(cell)}`);
      return verdict.promise;
    },
  };

  async function untilStopped(work: Promise<void>[]): Promise<void> {
    try {
      await Promise.all(work);
    } finally {
      await workers.stop();
    }
  }

  async function runAlone(cell: Cell): Promise<Verdict> {
    if (cell.type === 'last task') return runLastTask(stage, cell, await workers.lastTask());
    const taskQueue = cell.write === 'generatePerSale' ? await workers.perSale() : 'checkout';
    return runFault(stage, cell, { taskQueue });
  }

  async function runGroup(group: FaultCell[]): Promise<Verdict[]> {
    let verdicts: Verdict[] = [];
    let left = group;
    for (let n = 0; n < TRIES && left.length > 0; n += 1) {
      const env = left[0]?.write === 'generatePerSale' ? PER_SALE : {};
      verdicts = [
        ...verdicts.filter(({ unbuilt }) => !unbuilt),
        ...(await runKillGroup(stage, left, { ...env, LOG_LEVEL: 'info' })),
      ];
      left = verdicts.flatMap(({ unbuilt, cell }) => (unbuilt && isKill(cell) ? [cell] : []));
    }
    return verdicts;
  }
}

const PER_SALE = { TMT_TICKETS: 'per-sale' };

/** The workers that some cells need beside the stack's, started with the first such cell. */
function createOwnWorkers(stage: Stage) {
  const stops: (() => Promise<unknown>)[] = [];
  const lastTask = once(async () => {
    const { codec, gateOf } = createLastTaskGates();
    const { taskQueue, stop } = await startWorkersInside(stage, codec);
    stops.push(stop);
    return { taskQueue, gateOf };
  });
  const perSale = once(async () => {
    const taskQueue = `per-sale-${process.pid}-${Date.now().toString(36)}`;
    const worker = await startWorker({ ...stage.env, ...PER_SALE, TASK_QUEUE: taskQueue });
    stops.push(() => worker.exit('SIGKILL'));
    return taskQueue;
  });
  return { lastTask, perSale, stop: () => Promise.all(stops.map((stop) => stop())) };
}

function awaited<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<T>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function isKill(cell: Cell): cell is FaultCell {
  return cell.type === 'fault' && cell.kind === 'kill';
}

/** A deployment of its own; and a budget of 20 s, in which the next worker has to be there. */
const OF_ITS_OWN = new Set<WriteName>(['generatePerSale', 'hold']);

/** Kills together whose calls come at the same time: the shorter a call lasts, the more so. */
function inGroups(cells: readonly FaultCell[]): FaultCell[][] {
  const kinds = new Map<string, FaultCell[]>();
  for (const cell of cells) {
    const { windowMs, after } = WRITES[cell.write];
    const { lasting } = cell;
    const own = windowMs > 9_000 || OF_ITS_OWN.has(cell.write) ? cell.write : '';
    const timing = windowMs < 9_000 ? `${after} ${cell.path === 'sale' ? '' : cell.path}` : '';
    const key = [windowMs, own, timing, lasting].join('/');
    kinds.set(key, [...(kinds.get(key) ?? []), cell]);
  }
  return [...kinds.values()].flatMap((same) =>
    Array.from({ length: Math.ceil(same.length / KILLS_AT_ONCE) }, (_, n) =>
      same.slice(n * KILLS_AT_ONCE, (n + 1) * KILLS_AT_ONCE),
    ),
  );
}

/** Long ones first, so that none is left over at the end. */
function slowness(cell: Cell): number {
  if (cell.type === 'last task') return 1;
  const { kind, lasting, write } = cell;
  if (write === 'generateTickets') return kind === 'hang' ? 9 : 6;
  return (lasting === 'forever' ? 4 : 0) + (kind === 'hang' ? 2 : 0) + (write === 'extendToken' ? 1 : 0);
}

async function again(cell: Cell, run: () => Promise<Verdict>, tries = TRIES): Promise<Verdict> {
  try {
    return await inTime(run());
  } catch (error) {
    if (error instanceof UnbuiltError && tries > 1) return again(cell, run, tries - 1);
    return verdictOfError(cell, error);
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it did not come to an end')), LONGEST_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

async function pooled<T>(items: readonly T[], atOnce: number, run: (item: T) => Promise<void>) {
  const queue = [...items];
  const lane = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await run(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, lane));
}
