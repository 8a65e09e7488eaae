import type { FaultCell, Kind, Lasting, Person, Row, When } from './cell.ts';
import { PATHS, type PathName } from './paths.ts';
import type { WriteName } from './writes.ts';

// Seats A-1 and two places of the Floor, unless the path says otherwise: three places in all.
const NONE = { booked: 0, captured: 0, refunded: 0, records: 0, sold: 0, attention: false };
const SOLD: Row = { ...NONE, outcome: 'completed', booked: 3, captured: 1, records: 1, sold: 3 };
const SOLD_TWO: Row = { ...SOLD, booked: 2, sold: 2 };
const SOLD_ONE_BACK: Row = { ...SOLD, captured: 2, refunded: 1 };
const UNAVAILABLE: Row = { ...NONE, outcome: 'unavailable' };
const EXPIRED: Row = { ...NONE, outcome: 'expired' };
const CANCELLED: Row = { ...NONE, outcome: 'cancelled' };
const NOT_CAPTURED: Row = { ...NONE, outcome: 'payment_failed' };
const REFUNDED: Row = { ...NONE, outcome: 'refunded', captured: 1, refunded: 1 };
const EXPIRED_REFUNDED: Row = { ...EXPIRED, captured: 1, refunded: 1 };
const ask = (row: Row): Row => ({ ...row, attention: true });

const BOTH: When[] = ['before', 'after'];
const BEFORE: When[] = ['before'];
const AFTER: When[] = ['after'];
/** No answer that could be used: the call may have taken effect. */
const UNKNOWN: Kind[] = ['error', 'hang', 'nonsense', 'cut', 'drop', 'kill'];
const ANY: Kind[] = [...UNKNOWN, 'refusal'];
const REFUSAL: Kind[] = ['refusal'];
const ERROR: Kind[] = ['error'];
/** As good as no answer, and at once. */
const UNREADABLE: Kind[] = ['nonsense', 'cut', 'drop'];
const THROTTLED: Kind[] = ['throttled'];
/** A call that takes a whole try. */
const SLOW: Kind[] = ['hang', 'kill'];
const SOME: Kind[] = ['error', 'hang'];

/**
 * What every fault comes to, by DESIGN.md and the plans of the steps, written down before it runs: one line is
 * one cell for each kind and moment it names.
 *
 * What follows from the design: a step is tried until it has an answer, and before each repeat it looks, so
 * a lost answer changes nothing, and neither does an effect that was reported as failed. A refusal is a plain
 * no, believed after a look: no seats (hold, extend), a rebooking (book), no money (capture). A hold has a
 * budget of 20 s, a token of 7 s, for a buyer waits; all other steps ask for attention and go on.
 */
export const faultCells: FaultCell[] = [
  ...cells('createToken', 'sale', ANY, BOTH, 'once', SOLD),
  ...cells('createToken', 'sale', THROTTLED, BEFORE, 'once', SOLD),
  ...cells('createToken', 'sale', ERROR, BOTH, 'last', SOLD),
  ...cells('createToken', 'sale', UNREADABLE, BEFORE, 'last', SOLD),
  ...cells('createToken', 'sale', SOME, BEFORE, 'forever', UNAVAILABLE),
  ...cells('createToken', 'sale', ERROR, AFTER, 'forever', UNAVAILABLE),
  ...cells('createToken', 'sale', UNREADABLE, BOTH, 'forever', UNAVAILABLE),

  ...cells('hold', 'sale', UNKNOWN, BOTH, 'once', SOLD),
  ...cells('hold', 'sale', THROTTLED, BEFORE, 'once', SOLD),
  ...cells('hold', 'sale', REFUSAL, BEFORE, 'once', UNAVAILABLE),
  ...cells('hold', 'sale', REFUSAL, AFTER, 'once', SOLD),
  ...cells('hold', 'sale', SOME, BEFORE, 'forever', UNAVAILABLE),
  ...cells('hold', 'sale', ERROR, AFTER, 'forever', SOLD),
  ...cells('hold', 'sale', UNREADABLE, BEFORE, 'forever', UNAVAILABLE),
  ...cells('hold', 'sale', UNREADABLE, AFTER, 'forever', SOLD),
  ...cells('hold', 'sale of places', UNKNOWN, BOTH, 'once', SOLD_TWO),
  ...cells('hold', 'sale of places', REFUSAL, BEFORE, 'once', UNAVAILABLE),
  ...cells('hold', 'sale of places', REFUSAL, AFTER, 'once', SOLD_TWO),
  ...cells('hold', 'sale of places', ERROR, AFTER, 'forever', SOLD_TWO),
  ...cells('hold', 'sale of seats', ERROR, BOTH, 'last', SOLD_TWO),
  ...cells('hold', 'sale of seats', UNREADABLE, BEFORE, 'last', SOLD_TWO),
  ...cells('hold', 'sale of seats', ERROR, BEFORE, 'forever', UNAVAILABLE),
  ...cells('hold', 'late money, rescued', SOME, BOTH, 'once', SOLD),

  // What the chart holds stays the chart's until it is taken over, in one call.
  ...cells('takeOver', 'sale from a chart', UNKNOWN, BOTH, 'once', SOLD),
  ...cells('takeOver', 'sale from a chart', THROTTLED, BEFORE, 'once', SOLD),
  ...cells('takeOver', 'sale from a chart', REFUSAL, BEFORE, 'once', UNAVAILABLE),
  ...cells('takeOver', 'sale from a chart', REFUSAL, AFTER, 'once', SOLD),
  ...cells('takeOver', 'sale from a chart', SOME, BEFORE, 'forever', UNAVAILABLE),
  ...cells('takeOver', 'sale from a chart', ERROR, AFTER, 'forever', SOLD),
  ...cells('takeOver', 'sale of seats from a chart', ERROR, BOTH, 'last', SOLD_TWO),
  ...cells('takeOver', 'sale of seats from a chart', UNREADABLE, BEFORE, 'last', SOLD_TWO),
  ...cells('takeOver', 'sale of seats from a chart', ['kill'], BOTH, 'once', SOLD_TWO),

  ...cells('extendToken', 'slow hold', UNKNOWN, BOTH, 'once', SOLD),
  ...cells('extendToken', 'slow hold', THROTTLED, BEFORE, 'once', SOLD),
  // A token that cannot be extended may end before the deadline that would be promised.
  ...cells('extendToken', 'slow hold', REFUSAL, BOTH, 'once', UNAVAILABLE),
  ...cells('extendToken', 'slow hold', ERROR, BOTH, 'last', SOLD),
  ...cells('extendToken', 'slow hold', UNREADABLE, BEFORE, 'last', SOLD),
  ...cells('extendToken', 'slow hold', ERROR, BOTH, 'forever', UNAVAILABLE),

  ...cells('expireToken', 'sale', ANY, BOTH, 'once', SOLD),
  ...cells('expireToken', 'sale', THROTTLED, BEFORE, 'once', SOLD),
  ...cells('expireToken', 'sale', ERROR, BOTH, 'last', SOLD),
  ...cells('expireToken', 'sale', UNREADABLE, BEFORE, 'last', SOLD),
  ...cells('expireToken', 'sale', ERROR, BOTH, 'forever', ask(SOLD)),
  ...cells('expireToken', 'sale', UNREADABLE, BEFORE, 'forever', ask(SOLD)),
  ...cells('expireToken', 'sale', ['nonsense', 'drop'], AFTER, 'forever', ask(SOLD)),
  // The second answer is a 404, and says enough by its status: the token has ended.
  ...cells('expireToken', 'sale', ['cut'], AFTER, 'forever', SOLD),
  ...cells('expireToken', 'expiry', ANY, BOTH, 'once', EXPIRED),
  ...cells('expireToken', 'expiry', ERROR, BOTH, 'last', EXPIRED),
  ...cells('expireToken', 'expiry', UNREADABLE, BEFORE, 'last', EXPIRED),
  ...cells('expireToken', 'expiry', ERROR, BEFORE, 'forever', ask(EXPIRED)),
  ...cells('expireToken', 'cancel', SOME, BOTH, 'once', CANCELLED),

  ...cells('book', 'sale', UNKNOWN, BOTH, 'once', SOLD),
  ...cells('book', 'sale', THROTTLED, BEFORE, 'once', SOLD),
  ...cells('book', 'sale', REFUSAL, BOTH, 'once', SOLD),
  ...cells('book', 'sale', ERROR, BOTH, 'last', SOLD),
  ...cells('book', 'sale', UNREADABLE, BEFORE, 'last', SOLD),
  ...cells('book', 'sale', SLOW, BEFORE, 'last', SOLD),
  ...cells('book', 'sale', [...SOME, ...UNREADABLE], BEFORE, 'forever', ask(SOLD)),
  ...cells('book', 'sale', [...ERROR, ...UNREADABLE], AFTER, 'forever', SOLD),
  ...cells('book', 'sale', REFUSAL, BEFORE, 'forever', REFUNDED),
  ...cells('book', 'sale', REFUSAL, AFTER, 'forever', SOLD),
  ...cells('book', 'sale of places', UNKNOWN, BOTH, 'once', SOLD_TWO),
  ...cells('book', 'sale of places', THROTTLED, BEFORE, 'once', SOLD_TWO),
  ...cells('book', 'sale of places', REFUSAL, BOTH, 'once', SOLD_TWO),
  ...cells('book', 'sale of places', ERROR, BOTH, 'last', SOLD_TWO),
  ...cells('book', 'sale of places', UNREADABLE, BEFORE, 'last', SOLD_TWO),
  ...cells('book', 'sale of places', ERROR, BEFORE, 'forever', ask(SOLD_TWO)),
  ...cells('book', 'sale of places', ERROR, AFTER, 'forever', SOLD_TWO),
  ...cells('book', 'sale of places', REFUSAL, BEFORE, 'forever', REFUNDED),
  ...cells('book', 'authorised', UNKNOWN, BOTH, 'once', SOLD),
  ...cells('book', 'authorised', REFUSAL, BOTH, 'once', SOLD),
  ...cells('book', 'authorised', ERROR, BEFORE, 'forever', ask(SOLD)),
  // Nothing was taken, so the authorisation is let go.
  ...cells('book', 'authorised', REFUSAL, BEFORE, 'forever', UNAVAILABLE),
  ...cells('book', 'late money, rescued', SOME, BOTH, 'once', SOLD),

  ...cells('unbook', 'capture refused, seats', ANY, BOTH, 'once', NOT_CAPTURED),
  ...cells('unbook', 'capture refused, seats', THROTTLED, BEFORE, 'once', NOT_CAPTURED),
  ...cells('unbook', 'capture refused, seats', ERROR, BOTH, 'last', NOT_CAPTURED),
  ...cells('unbook', 'capture refused, seats', [...UNREADABLE, ...SLOW], BEFORE, 'last', NOT_CAPTURED),
  ...cells('unbook', 'capture refused, seats', ERROR, BEFORE, 'forever', ask(NOT_CAPTURED)),
  // Whether places were given back, the token tells that took them, and after its end the log.
  ...cells('unbook', 'capture refused', ANY, BOTH, 'once', NOT_CAPTURED),
  ...cells('unbook', 'capture refused', THROTTLED, BEFORE, 'once', NOT_CAPTURED),
  ...cells('unbook', 'capture refused', [...ERROR, ...UNREADABLE], BEFORE, 'forever', ask(NOT_CAPTURED)),
  ...cells('unbook', 'capture refused, places', ANY, BOTH, 'once', NOT_CAPTURED),
  ...cells('unbook', 'capture refused, places', ERROR, BEFORE, 'forever', ask(NOT_CAPTURED)),

  ...cells('cancelPayment', 'expiry', ANY, BOTH, 'once', EXPIRED),
  ...cells('cancelPayment', 'expiry', THROTTLED, BEFORE, 'once', EXPIRED),
  ...cells('cancelPayment', 'expiry', ERROR, BOTH, 'last', EXPIRED),
  ...cells('cancelPayment', 'expiry', [...UNREADABLE, ...SLOW], BEFORE, 'last', EXPIRED),
  ...cells('cancelPayment', 'expiry', [...ERROR, ...UNREADABLE], BOTH, 'forever', ask(EXPIRED)),
  ...cells('cancelPayment', 'cancel', SOME, BOTH, 'once', CANCELLED),
  ...cells('cancelPayment', 'second payment open', SOME, BOTH, 'once', SOLD),
  ...cells('cancelPayment', 'second payment open', ERROR, BEFORE, 'forever', ask(SOLD)),
  ...cells('cancelPayment', 'capture refused', SOME, BOTH, 'once', NOT_CAPTURED),

  ...cells('capturePayment', 'authorised', UNKNOWN, BOTH, 'once', SOLD),
  ...cells('capturePayment', 'authorised', THROTTLED, BEFORE, 'once', SOLD),
  ...cells('capturePayment', 'authorised', REFUSAL, BEFORE, 'once', NOT_CAPTURED),
  ...cells('capturePayment', 'authorised', REFUSAL, AFTER, 'once', SOLD),
  ...cells('capturePayment', 'authorised', ERROR, BOTH, 'last', SOLD),
  ...cells('capturePayment', 'authorised', [...UNREADABLE, ...SLOW], BEFORE, 'last', SOLD),
  ...cells('capturePayment', 'authorised', [...ERROR, ...UNREADABLE], BOTH, 'forever', ask(SOLD)),

  ...cells('refundPayment', 'second payment', ANY, BOTH, 'once', SOLD_ONE_BACK),
  ...cells('refundPayment', 'second payment', THROTTLED, BEFORE, 'once', SOLD_ONE_BACK),
  ...cells('refundPayment', 'second payment', ERROR, BOTH, 'last', SOLD_ONE_BACK),
  ...cells('refundPayment', 'second payment', [...UNREADABLE, ...SLOW], BEFORE, 'last', SOLD_ONE_BACK),
  ...cells('refundPayment', 'second payment', [...ERROR, ...UNREADABLE], BOTH, 'forever', ask(SOLD_ONE_BACK)),
  ...cells('refundPayment', 'book refused', ANY, BOTH, 'once', REFUNDED),
  ...cells('refundPayment', 'book refused', ERROR, BEFORE, 'forever', ask(REFUNDED)),
  ...cells('refundPayment', 'late money, refunded', SOME, BOTH, 'once', EXPIRED_REFUNDED),
  ...cells('refundPayment', 'late money, refunded', ['cut', 'kill'], BOTH, 'once', EXPIRED_REFUNDED),

  // A second call would double the tickets of the event: without proof that the first did nothing, none is made.
  ...cells('generateTickets', 'sale', UNKNOWN, BEFORE, 'once', ask(SOLD), 'generates the tickets'),
  ...cells('generateTickets', 'sale', UNKNOWN, AFTER, 'once', SOLD),
  ...cells('generateTickets', 'sale', REFUSAL, BEFORE, 'once', ask(SOLD)),
  ...cells('generateTickets', 'sale', REFUSAL, AFTER, 'once', SOLD),
  ...cells('generateTickets', 'sale', REFUSAL, BEFORE, 'forever', ask(SOLD)),

  ...cells('generatePerSale', 'sale', ANY, BOTH, 'once', SOLD),
  ...cells('generatePerSale', 'sale', THROTTLED, BEFORE, 'once', SOLD),
  ...cells('generatePerSale', 'sale', ERROR, BOTH, 'last', SOLD),
  ...cells('generatePerSale', 'sale', UNREADABLE, BEFORE, 'last', SOLD),
  ...cells('generatePerSale', 'sale', ERROR, BEFORE, 'forever', ask(SOLD)),

  ...cells('orderCreated', 'sale', ANY, BOTH, 'once', SOLD),
  ...cells('orderCreated', 'sale', THROTTLED, BEFORE, 'once', SOLD),
  ...cells('orderCreated', 'sale', ERROR, BOTH, 'last', SOLD),
  ...cells('orderCreated', 'sale', UNREADABLE, BEFORE, 'last', SOLD),
  ...cells('orderCreated', 'sale', [...ERROR, ...UNREADABLE], BEFORE, 'forever', ask(SOLD)),
  ...cells('orderCreated', 'sale', [...ERROR, ...UNREADABLE], AFTER, 'forever', SOLD),
  ...cells('orderCreated', 'late money, rescued', SOME, BOTH, 'once', SOLD),
];

function cells(
  write: WriteName,
  path: PathName,
  kinds: Kind[],
  whens: When[],
  lasting: Lasting,
  expect: Row,
  person?: Person,
): FaultCell[] {
  return kinds.flatMap((kind) =>
    whens.map((when) => ({
      type: 'fault' as const,
      ...{ write, path, kind, when, lasting, expect },
      ...(person && { person }),
    })),
  );
}

/** Of the cells on a path that sells, how many may end in a refund or ask for a person. */
const AT_MOST = 0.2;

/** How many cells are on the selling path, and how many of those expect a refund or attention. */
export function sellingPath(): { cells: number; spoiled: number; tooMany: boolean } {
  const selling = faultCells.filter(({ path }) => PATHS[path].sells);
  const spoiled = selling.filter(({ expect }) => expect.attention || expect.refunded > 0).length;
  return { cells: selling.length, spoiled, tooMany: spoiled > AT_MOST * selling.length };
}
