import type { Cell, Ending, FaultCell, Kind, LateSignal } from './cell.ts';
import { lastTaskCells } from './last-task-table.ts';
import type { PathName } from './paths.ts';
import { faultCells } from './table.ts';
import type { WriteName } from './writes.ts';

/** The writes whose answers are lost, or whose worker is killed, in every run of the tests. */
const ERRORS: [WriteName, PathName][] = [
  ['createToken', 'sale'],
  ['hold', 'sale'],
  ['expireToken', 'sale'],
  ['book', 'sale'],
  ['book', 'sale of places'],
  ['unbook', 'capture refused'],
  ['cancelPayment', 'expiry'],
  ['capturePayment', 'authorised'],
  ['refundPayment', 'second payment'],
  ['orderCreated', 'sale'],
];
const HANGS: [WriteName, PathName][] = [
  ['hold', 'sale of places'],
  ['book', 'sale of places'],
  ['cancelPayment', 'expiry'],
  ['capturePayment', 'authorised'],
  ['refundPayment', 'book refused'],
];
const KILLS: [WriteName, PathName][] = [
  ['hold', 'sale'],
  ['book', 'authorised'],
  ['cancelPayment', 'expiry'],
  ['capturePayment', 'authorised'],
  ['refundPayment', 'second payment'],
];
const LAST_TASKS: [Ending, LateSignal][] = [
  ['sold', 'duplicate'],
  ['sold', 'second payment'],
  ['expired', 'second payment'],
  ['expired', 'failure'],
  ['cancelled', 'second payment'],
  ['payment_failed', 'opened payment'],
  ['refunded', 'second payment'],
  ['unavailable', 'second payment'],
];

/** The 48 cells of the matrix that run with the tests: error, time-out, crash, and a signal in the last task. */
export const coreCells: Cell[] = [
  ...ERRORS.flatMap((which) => onceBothWays('error', which)),
  ...HANGS.flatMap((which) => onceBothWays('hang', which)),
  ...KILLS.flatMap((which) => onceBothWays('kill', which)),
  ...LAST_TASKS.flatMap(([ending, signal]) =>
    lastTaskCells.filter((cell) => cell.ending === ending && cell.signal === signal),
  ),
];

function onceBothWays(kind: Kind, [write, path]: [WriteName, PathName]): FaultCell[] {
  return faultCells.filter(
    (cell) => cell.kind === kind && cell.lasting === 'once' && cell.write === write && cell.path === path,
  );
}
