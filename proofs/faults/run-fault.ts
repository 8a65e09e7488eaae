import { WorkflowNotFoundError } from '@temporalio/client';
import { checkoutWorkflowId, ticketDeskWorkflowId } from '../../src/checkout/ids.ts';
import { MAX_TOKEN_MINUTES, type Terms } from '../../src/checkout/terms.ts';
import type { ScriptedFault, Stage } from '../stage/stage.ts';
import type { FaultCell } from './cell.ts';
import { countsOf, ranOutOfTime } from './counts.ts';
import { PATHS, type Path } from './paths.ts';
import { openTrial, type Trial } from './trial.ts';
import { UnbuiltError, type Verdict, verdictOf } from './verdict.ts';
import { actionOf } from './wire-faults.ts';
import { HANGING, WRITES, type WriteSpec } from './writes.ts';

/** Where a cell runs, and for a kill, with whom. */
export interface Place {
  taskQueue: string;
  crash?: Crash;
}

/** The kill of a worker that several cells share. */
export interface Crash {
  /** Resolves when all cells are about to make their call. */
  aboutToCall: () => Promise<void>;
  /** The cell's call is at the remote. Resolves when the worker was killed, as often as it is to be, and the next one runs. */
  called: (write: WriteSpec, fault: ScriptedFault) => Promise<void>;
}

const MINUTE = 60_000;
const POLL_MS = 400;

/** Plays one cell with an order and an event of its own, and judges what it came to. */
export async function runFault(stage: Stage, cell: FaultCell, { taskQueue, crash }: Place): Promise<Verdict> {
  // A call at which the worker is killed takes a whole try as well.
  const isHanging = cell.lasting === 'last' && (cell.kind === 'hang' || cell.kind === 'kill');
  const write: WriteSpec = { ...WRITES[cell.write], ...(isHanging && HANGING) };
  const path: Path = PATHS[cell.path];
  const times = { once: 1, last: write.triesButOne, forever: 'forever' as const }[cell.lasting];
  const trial = await openTrial({
    ...{ stage, taskQueue },
    ...{ wants: path.wants, attempt: path.attempt, lateMoney: path.lateMoney },
    terms: termsOf(cell, path, write),
    befall: { write, times, action: actionOf(cell.kind, cell.when, write.system) },
    ...(crash && { aboutToCall: crash.aboutToCall }),
  });
  try {
    await Promise.all([path.act(trial), followUp(trial, cell, write, crash)]);
    const result = await trial.checkouts.result(trial.order.orderId);
    const { row, breaches, stillAsks, histories } = await countsOf(stage, trial.order, result);
    if (cell.lasting === 'last' && row.attention && ranOutOfTime(histories, write.patienceMs))
      throw new UnbuiltError('the time of the step was over before its last try');
    const attention = stillAsks ? ['attention after all was settled'] : [];
    const tries = await missedTries(trial, cell, write);
    return verdictOf(cell, row, [...breaches, ...attention, ...tries], trial.order.orderId);
  } finally {
    await trial.lift();
  }
}

/** What the rest of the world does once the fault has met its call. */
async function followUp(trial: Trial, cell: FaultCell, write: WriteSpec, crash: Crash | undefined) {
  const fault = await trial.armed;
  await fault.hit();
  if (crash) await crash.called(write, fault);
  if (cell.person === 'generates the tickets') {
    await attentionOf(trial);
    await trial.stage.callTmt('tickets_generate', { idevent: trial.order.eventId });
  }
  if (cell.lasting !== 'forever' || !cell.expect.attention) return;
  await attentionOf(trial);
  const before = await fault.hits();
  // It asks, and goes on trying.
  await until(async () => (await fault.hits()) > before, 'no further try after the call for attention');
  await fault.lift();
}

/** A fault that was to last until the last try must have met all the others: else there was no last one. */
async function missedTries(trial: Trial, cell: FaultCell, { triesButOne }: WriteSpec): Promise<string[]> {
  // What took effect at the first try is found by the look before the second.
  if (cell.lasting !== 'last' || cell.when === 'after') return [];
  const hits = await (await trial.armed).hits();
  return hits === triesButOne ? [] : [`${hits} tries failed instead of ${triesButOne}`];
}

async function attentionOf({ stage, order, attemptId }: Trial): Promise<void> {
  const attempt = Number(attemptId.slice(attemptId.lastIndexOf('-') + 1));
  const ids = [checkoutWorkflowId(order.orderId, attempt), ticketDeskWorkflowId(order.eventId)];
  const asks = async (id: string) => {
    try {
      const { searchAttributes } = await stage.temporal.workflow.getHandle(id).describe();
      return searchAttributes.NeedsAttention?.[0] === true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  };
  await until(async () => (await Promise.all(ids.map(asks))).includes(true), 'nobody asked for attention');
}

async function until(holds: () => Promise<boolean>, otherwise: string): Promise<void> {
  const end = Date.now() + 3 * MINUTE;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(otherwise);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

let lives = 0;
const SHORTEST_LIFE = 20;
const LIVES = 95;

/**
 * A call that names neither order nor token is told from the others by the life of the token that it asks
 * for: a number of minutes of its own.
 */
function termsOf({ lasting }: FaultCell, { holdMs, graceMs }: Path, write: WriteSpec): Terms {
  const terms = {
    ...{ holdMs, graceMs, maxHoldMs: MAX_TOKEN_MINUTES * MINUTE },
    patienceMs: lasting === 'once' ? 5 * MINUTE : write.patienceMs,
  };
  if (write.known !== 'minutes') return terms;
  lives = (lives + 1) % LIVES;
  const minutes = SHORTEST_LIFE + lives - Math.ceil((holdMs + graceMs) / MINUTE);
  return { ...terms, holdMs: holdMs + minutes * MINUTE };
}
