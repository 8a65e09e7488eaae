export type System = 'seatsio' | 'tmt' | 'stripe';

/** Every write that a checkout makes at a remote system. */
export type WriteName = keyof typeof WRITES;

export interface WriteSpec {
  system: System;
  /** The stand-in's name of the call. */
  call: string;
  /** By what a call is known as this order's: all stand-ins serve many orders at once. */
  known: 'minutes' | 'token' | 'attempt' | 'event' | 'payment';
  /** What the buyer does that leads to the call. */
  after: 'start' | 'payment';
  /** A local step gives a call 2 s, a regular one nearly 10: within it a kill meets the call. */
  windowMs: number;
  /** A step with a budget: the worker after a kill has to be there so long after the call, to try once more. */
  nextWithinMs?: number;
  /** All tries but the last one in the step's budget (see `patienceMs`, or the plan's `giveUpAfter`). */
  triesButOne: number;
  /** After how long the step asks for attention, in cells whose fault goes on. */
  patienceMs: number;
}

/** A try that hangs takes ten seconds: regular ones at 0 and 10.5 s, and a last one at 21.5 s. */
export const HANGING = { triesButOne: 2, patienceMs: 26_000 };

const LOCAL = 1_900;
const REGULAR = 9_000;
/** Regular tries of a step that fails at once: 0, 0.5, 1.5 and 3.5 s; a local one is before them. */
const PATIENCE = 6_000;

export const WRITES = {
  createToken: {
    ...{ system: 'seatsio', call: 'createToken', known: 'minutes', after: 'start' },
    ...{ windowMs: LOCAL, triesButOne: 4, patienceMs: PATIENCE },
  },
  hold: {
    ...{ system: 'seatsio', call: 'hold', known: 'attempt', after: 'start' },
    ...{ windowMs: REGULAR, nextWithinMs: 14_000, triesButOne: 5, patienceMs: PATIENCE },
  },
  takeOver: {
    ...{ system: 'seatsio', call: 'batch', known: 'attempt', after: 'start' },
    ...{ windowMs: REGULAR, nextWithinMs: 14_000, triesButOne: 5, patienceMs: PATIENCE },
  },
  extendToken: {
    ...{ system: 'seatsio', call: 'extendToken', known: 'minutes', after: 'start' },
    ...{ windowMs: LOCAL, triesButOne: 4, patienceMs: PATIENCE },
  },
  expireToken: {
    ...{ system: 'seatsio', call: 'expireToken', known: 'token', after: 'payment' },
    ...{ windowMs: LOCAL, triesButOne: 4, patienceMs: PATIENCE },
  },
  book: {
    ...{ system: 'seatsio', call: 'book', known: 'attempt', after: 'payment' },
    ...{ windowMs: REGULAR, triesButOne: 3, patienceMs: PATIENCE },
  },
  unbook: {
    ...{ system: 'seatsio', call: 'batch', known: 'attempt', after: 'payment' },
    ...{ windowMs: REGULAR, triesButOne: 3, patienceMs: PATIENCE },
  },
  cancelPayment: {
    ...{ system: 'stripe', call: 'cancel', known: 'payment', after: 'payment' },
    ...{ windowMs: REGULAR, triesButOne: 3, patienceMs: PATIENCE },
  },
  capturePayment: {
    ...{ system: 'stripe', call: 'capture', known: 'payment', after: 'payment' },
    ...{ windowMs: REGULAR, triesButOne: 3, patienceMs: PATIENCE },
  },
  refundPayment: {
    ...{ system: 'stripe', call: 'refund', known: 'payment', after: 'payment' },
    ...{ windowMs: REGULAR, triesButOne: 3, patienceMs: PATIENCE },
  },
  /** Called by the ticket desk, which does not know the checkout's patience and asks at once. */
  generateTickets: {
    ...{ system: 'tmt', call: 'tickets_generate', known: 'event', after: 'payment' },
    ...{ windowMs: 100_000, triesButOne: 0, patienceMs: 300_000 },
  },
  /** One local try, then regular ones that wait 5 s before they look: 5 and 11 s. */
  generatePerSale: {
    ...{ system: 'tmt', call: 'tickets_generate', known: 'event', after: 'payment' },
    ...{ windowMs: LOCAL, triesButOne: 2, patienceMs: 15_000 },
  },
  /** Tries at 0, 5 and 15 s. */
  orderCreated: {
    ...{ system: 'tmt', call: 'order_created', known: 'attempt', after: 'payment' },
    ...{ windowMs: 24_000, triesButOne: 2, patienceMs: 18_000 },
  },
} as const satisfies Record<string, WriteSpec>;
