import { parseArgs } from 'node:util';
import type { Stack } from '../../dev/stack.ts';
import { onOwnStack, progress } from '../stage/own-stack.ts';
import { openStage } from '../stage/stage.ts';
import { type Cell, titleOf } from './cell.ts';
import { lastTaskCells } from './last-task-table.ts';
import { runCells } from './run-cells.ts';
import { faultCells, sellingPath } from './table.ts';
import type { Verdict } from './verdict.ts';

const CELLS_AT_LEAST = 240;
const say = (line: string) => void process.stdout.write(`${line}\n`);

const { values: flags } = parseArgs({
  options: {
    /** Only the cells whose title has this text. */
    only: { type: 'string', default: '' },
    'at-once': { type: 'string', default: '14' },
  },
});

// A hanging call takes a place of its worker for as long as it hangs.
process.exit(await onOwnStack('faults', { workerEnv: { SEATSIO_MAX_CALLS: '60' } }, play));

async function play(stack: Stack): Promise<number> {
  const stage = await openStage(stack);
  try {
    await stage.setUpTmt({ tickets: 'per-sale' });
    const cells = [...faultCells, ...lastTaskCells].filter((cell) => titleOf(cell).includes(flags.only));
    if (cells.length === 0) throw new TypeError(`no cell has “${flags.only}” in its title`);
    progress(`${cells.length} cells`);
    const verdicts: Verdict[] = [];
    const run = runCells(stage, cells, {
      atOnce: Number(flags['at-once']),
      killGroupsAtOnce: 3,
      onVerdict: (verdict) => {
        verdicts.push(verdict);
        if (verdict.problems.length > 0) sayProblem(verdict);
        if (verdicts.length % 25 === 0) progress(`${verdicts.length} of ${cells.length} cells`);
      },
    });
    await run.done;
    return conclude(cells, verdicts);
  } finally {
    await stage.close();
  }
}

function conclude(cells: readonly Cell[], verdicts: readonly Verdict[]): number {
  sayCounts(verdicts);
  const { cells: selling, spoiled, tooMany } = sellingPath();
  say(`selling path: ${spoiled} of ${selling} cells expect a refund or attention`);
  const tooFew = flags.only === '' && verdicts.length < CELLS_AT_LEAST;
  const violations = verdicts.filter(({ problems }) => problems.length > 0).length + (tooMany ? 1 : 0);
  say(`faults: ${verdicts.length} cells, ${violations} violations`);
  return violations > 0 || tooFew || verdicts.length < cells.length ? 1 : 0;
}

function sayProblem({ cell, orderId, problems }: Verdict): void {
  say(`${titleOf(cell)}\n    ${problems.join('; ')}${orderId ? ` [${orderId}]` : ''}`);
}

/** One line for each write: how many cells, and how they ended. */
function sayCounts(verdicts: readonly Verdict[]): void {
  const byWrite = new Map<string, Verdict[]>();
  for (const verdict of verdicts) {
    const { cell } = verdict;
    const name = cell.type === 'fault' ? cell.write : 'last task';
    byWrite.set(name, [...(byWrite.get(name) ?? []), verdict]);
  }
  const columns = ['cells', 'sold', 'unsold', 'refunded', 'attention', 'violations'];
  say(`${''.padEnd(16)}${columns.map((name) => name.padStart(11)).join('')}`);
  for (const [name, all] of byWrite) {
    const count = (holds: (verdict: Verdict) => boolean) => all.filter(holds).length;
    const counts = [
      all.length,
      count(({ row }) => row?.outcome === 'completed'),
      count(({ row }) => row !== undefined && row.outcome !== 'completed' && row.refunded === 0),
      count(({ row }) => row !== undefined && row.refunded > 0),
      count(({ row }) => row?.attention === true),
      count(({ problems }) => problems.length > 0),
    ];
    say(`${name.padEnd(16)}${counts.map((n) => String(n).padStart(11)).join('')}`);
  }
}
