import { afterAll, expect, inject, test } from 'vitest';
import { titleOf } from '../../proofs/faults/cell.ts';
import { coreCells } from '../../proofs/faults/core.ts';
import { lastTaskCells } from '../../proofs/faults/last-task-table.ts';
import { runCells } from '../../proofs/faults/run-cells.ts';
import { faultCells, sellingPath } from '../../proofs/faults/table.ts';
import { openStage } from '../../proofs/stage/stage.ts';

const CELLS = 48;
const CELLS_OF_THE_WHOLE = 240;
const stage = await openStage(inject('stack'));
// All cells run at the same time, so that those that wait for a time-out wait together; a test is the verdict
// on its cell.
const run = runCells(stage, coreCells, { atOnce: 16, killGroupsAtOnce: 2 });

afterAll(async () => {
  await run.done;
  await stage.close();
});

test(`the core of the fault matrix has ${CELLS} cells`, () => {
  expect(coreCells).toHaveLength(CELLS);
});

test('the whole matrix is large enough, names each cell once, and seldom expects a refund or attention', () => {
  const titles = [...faultCells, ...lastTaskCells].map(titleOf);
  expect(titles.length).toBeGreaterThanOrEqual(CELLS_OF_THE_WHOLE);
  expect(new Set(titles).size).toBe(titles.length);
  expect(sellingPath()).toMatchObject({ tooMany: false });
});

test.each(coreCells.map((cell) => [titleOf(cell), cell] as const))(
  '%s',
  { timeout: 150_000 },
  async (_title, cell) => {
    const { row, problems } = await run.verdictOn(cell);
    expect(problems).toEqual([]);
    expect(row).toEqual(cell.expect);
  },
);
