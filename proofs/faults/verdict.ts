import type { Cell, Row } from './cell.ts';

/** How a cell ended, against what was written down for it. */
export interface Verdict {
  cell: Cell;
  /** What a person needs to look it up. */
  orderId?: string;
  row?: Row;
  /** Every difference, and every breach of the law; none when the cell is as it should be. */
  problems: string[];
  /** Set when the fault could not be built, such as a kill that came too late: the cell says nothing. */
  unbuilt?: true;
}

export function verdictOf(cell: Cell, row: Row, breaches: string[], orderId: string): Verdict {
  const names = Object.keys(cell.expect) as (keyof Row)[];
  const differences = names
    .filter((name) => cell.expect[name] !== row[name])
    .map((name) => `${name} ${row[name]} instead of ${cell.expect[name]}`);
  return { cell, row, orderId, problems: [...differences, ...breaches] };
}

/** A situation that did not come about as planned. */
export class UnbuiltError extends Error {
  override readonly name = 'UnbuiltError';
}

/** The verdict on a cell that did not come to its end. */
export function verdictOfError(cell: Cell, error: unknown): Verdict {
  const problems = [error instanceof Error ? error.message : String(error)];
  return { cell, problems, ...(error instanceof UnbuiltError && { unbuilt: true as const }) };
}
