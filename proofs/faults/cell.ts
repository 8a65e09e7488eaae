import type { Outcome } from '../../src/checkout/outcome.ts';
import type { PathName } from './paths.ts';
import type { WriteName } from './writes.ts';

/** What befalls a call. Which actions of the stand-ins that is, `wire-faults.ts` says. */
export type Kind = 'error' | 'throttled' | 'refusal' | 'hang' | 'nonsense' | 'cut' | 'drop' | 'kill';
/** Whether the remote had acted on the call. */
export type When = 'before' | 'after';
/**
 * `once`: one call. `last`: all calls but the last one that the step's budget allows. `forever`: until the
 * checkout has asked for attention, or has ended.
 */
export type Lasting = 'once' | 'last' | 'forever';

/** What a cell comes to: the outcome, and what the ledgers hold when all is quiet. */
export interface Row {
  outcome: Outcome['outcome'];
  /** Places that are booked at the end. */
  booked: number;
  captured: number;
  refunded: number;
  records: number;
  sold: number;
  /** Whether a person was asked to look, by the checkout, the ticket desk or the late payment. */
  attention: boolean;
}

/** What the person does who was asked to look: what the checkout must not do by itself. */
export type Person = 'generates the tickets';

export interface FaultCell {
  type: 'fault';
  write: WriteName;
  path: PathName;
  kind: Kind;
  when: When;
  lasting: Lasting;
  person?: Person;
  expect: Row;
}

/** How a checkout was ending when the signal came. */
export type Ending = 'sold' | 'expired' | 'cancelled' | 'payment_failed' | 'refunded' | 'unavailable';
/**
 * What came while the last task ran: the report that had come before, once more; captured money of another
 * payment; captured money of a payment that closing could not stop, for the bank was processing it, or had no
 * reason to stop, for it was reported as failed; or a report of failure.
 */
export type LateSignal = 'duplicate' | 'second payment' | 'opened payment' | 'failure';

export interface LastTaskCell {
  type: 'last task';
  ending: Ending;
  signal: LateSignal;
  expect: Row;
}

export type Cell = FaultCell | LastTaskCell;

const WHAT: Record<Kind, string> = {
  error: 'answered with 503',
  throttled: 'answered with 429',
  refusal: 'refused',
  hang: 'never answered',
  nonsense: 'answered with 200 and nonsense',
  cut: 'answered with half an answer',
  drop: 'cut off without an answer',
  kill: 'at the remote when the worker is killed',
};
const HOW_LONG: Record<Lasting, string> = {
  once: '',
  last: ', until the last try in its budget',
  forever: ', as long as the fault lasts',
};
const SIGNALS: Record<LateSignal, string> = {
  duplicate: 'the same report comes again',
  'second payment': 'money of a second payment comes',
  'opened payment': 'money of the opened payment comes',
  failure: 'a report of failure comes',
};

/** The situation and the outcome, as the title of a test. */
export function titleOf(cell: Cell): string {
  const { outcome, attention } = cell.expect;
  const end = `${outcome}${attention ? ', with attention' : ''}`;
  if (cell.type === 'last task')
    return `${SIGNALS[cell.signal]} in the last task of a checkout that ends ${cell.ending}: ${end}`;
  const { write, path, kind, when, lasting } = cell;
  const acted = when === 'before' ? 'before it takes effect' : 'after it took effect';
  return `${write} is ${WHAT[kind]} ${acted}${HOW_LONG[lasting]} (${path}): ${end}`;
}
