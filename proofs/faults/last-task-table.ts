import type { Ending, LastTaskCell, LateSignal, Row } from './cell.ts';

const NONE = { booked: 0, captured: 0, refunded: 0, records: 0, sold: 0, attention: false };
const SOLD: Row = { ...NONE, outcome: 'completed', booked: 3, captured: 1, records: 1, sold: 3 };
const SOLD_ONE_BACK: Row = { ...SOLD, captured: 2, refunded: 1 };
const REFUNDED: Row = { ...NONE, outcome: 'refunded', captured: 1, refunded: 1 };
const REFUNDED_BOTH: Row = { ...REFUNDED, captured: 2, refunded: 2 };
const EXPIRED: Row = { ...NONE, outcome: 'expired' };
const CANCELLED: Row = { ...NONE, outcome: 'cancelled' };
const FAILED: Row = { ...NONE, outcome: 'payment_failed' };
const UNAVAILABLE: Row = { ...NONE, outcome: 'unavailable' };

/**
 * What a report comes to that arrives while the last task of a checkout runs. Before the workflow returns it
 * looks at its inbox once more (DESIGN.md, 8), and money beats everything that is not final yet: whoever
 * expires, cancels or fails is sold the seats after all. What has no seats to sell gives the money back.
 *
 * Before a checkout ends, a payment that the bank is still processing is handed over to `late/<payment>`; its
 * last task begins after that, and what was decided before it stands: who cancelled gets the money back, who
 * let the hold expire gets the seats, for an order whose late money is for a rescue (DESIGN.md, 9).
 *
 * A payment that was reported as failed is stopped with the others before the seats go (DESIGN.md, 8): the buyer who
 * pays it after all is refused, and only a decline can be reported of it.
 */
export const lastTaskCells: LastTaskCell[] = [
  cell('sold', 'duplicate', SOLD),
  cell('sold', 'second payment', SOLD_ONE_BACK),
  cell('sold', 'opened payment', SOLD_ONE_BACK),
  cell('sold', 'failure', SOLD),
  cell('expired', 'duplicate', EXPIRED),
  cell('expired', 'second payment', SOLD),
  cell('expired', 'opened payment', SOLD),
  cell('expired', 'failure', EXPIRED),
  cell('cancelled', 'duplicate', CANCELLED),
  cell('cancelled', 'second payment', SOLD),
  cell('cancelled', 'opened payment', REFUNDED),
  cell('cancelled', 'failure', CANCELLED),
  cell('payment_failed', 'duplicate', FAILED),
  cell('payment_failed', 'second payment', SOLD),
  cell('payment_failed', 'opened payment', FAILED),
  cell('payment_failed', 'failure', FAILED),
  cell('refunded', 'duplicate', REFUNDED),
  cell('refunded', 'second payment', REFUNDED_BOTH),
  cell('refunded', 'opened payment', REFUNDED_BOTH),
  cell('refunded', 'failure', REFUNDED),
  cell('unavailable', 'duplicate', UNAVAILABLE),
  cell('unavailable', 'second payment', REFUNDED),
  cell('unavailable', 'opened payment', REFUNDED),
  cell('unavailable', 'failure', UNAVAILABLE),
];

function cell(ending: Ending, signal: LateSignal, expect: Row): LastTaskCell {
  return { type: 'last task', ending, signal, expect };
}
