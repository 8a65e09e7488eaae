import type { StartOptions } from '../../src/client.ts';
import { report, type Wanted } from '../stage/orders.ts';
import type { Trial } from './trial.ts';

/** A way through a checkout, driven from the buyer's side. */
export interface Path {
  wants: Wanted;
  /** Whether it ends in a sale, and gives no money back, when nothing goes wrong. */
  sells: boolean;
  holdMs: number;
  graceMs: number;
  /** Which attempt's calls the fault meets. */
  attempt: number;
  lateMoney: 'rescue' | 'refund';
  /** Done when the buyer has done all he does; the checkout may still be under way. */
  act: (trial: Trial) => Promise<void>;
}

export type PathName = keyof typeof PATHS;

const MIXED: Wanted = ['A-1', ['Floor', 2]];
const SEATS: Wanted = ['A-1', 'A-2'];
const PLACES: Wanted = [['Floor', 2]];
const MINUTE = 60_000;

const usual = {
  wants: MIXED,
  sells: false,
  holdMs: 10 * MINUTE,
  graceMs: MINUTE,
  attempt: 1,
  lateMoney: 'rescue',
} as const;

export const PATHS = {
  sale: { ...usual, sells: true, act: buy },
  'sale of seats': { ...usual, sells: true, wants: SEATS, act: buy },
  'sale of places': { ...usual, sells: true, wants: PLACES, act: buy },
  'sale from a chart': { ...usual, sells: true, act: buyFromChart },
  'sale of seats from a chart': { ...usual, sells: true, wants: SEATS, act: buyFromChart },
  authorised: { ...usual, sells: true, act: authorise },
  /** Hold and grace make a whole minute, so that a hold that takes 9 s leaves too little of the token. */
  'slow hold': {
    ...usual,
    ...{ sells: true, holdMs: 44_000, graceMs: 16_000 },
    act: async (trial) => {
      await trial.script('seatsio', 'hold', trial.attemptId, { type: 'delay', ms: 8_700, when: 'before' });
      await buy(trial);
    },
  },
  'second payment open': { ...usual, sells: true, act: buyWhileAnotherIsOpen },
  'second payment': { ...usual, act: payTwice },
  expiry: {
    ...usual,
    ...{ holdMs: 3_000, graceMs: 3_000 },
    act: async (trial) => {
      await trial.ready('payment');
      await openAndWait(trial);
    },
  },
  cancel: {
    ...usual,
    act: async (trial) => {
      await openAndWait(trial);
      await trial.ready('payment');
      await trial.cancel();
    },
  },
  'capture refused': { ...usual, act: authoriseInVain },
  'capture refused, seats': { ...usual, wants: SEATS, act: authoriseInVain },
  'capture refused, places': { ...usual, wants: PLACES, act: authoriseInVain },
  'book refused': {
    ...usual,
    act: async (trial) => {
      const no = { type: 'status', status: 400, when: 'before', body: { status: 400, messages: ['no'] } };
      await trial.script('seatsio', 'book', trial.attemptId, no, 'forever');
      await buy(trial);
    },
  },
  'late money, refunded': { ...usual, holdMs: 300, lateMoney: 'refund', act: payLate },
  'late money, rescued': { ...usual, sells: true, holdMs: 300, attempt: 2, act: payLate },
} as const satisfies Record<string, Path>;

/** The buyer has chosen the seats in the chart, whose token holds them; what it still holds in the end lapses with it. */
async function buyFromChart(trial: Trial): Promise<void> {
  const chartToken = await trial.chooseInChart();
  await buy(trial, { chartToken });
  await trial.stage.seatsio.holdTokens.expiresInMinutes(chartToken, 0);
}

async function buy(trial: Trial, options: StartOptions = {}): Promise<void> {
  const { paymentId, confirm } = await trial.pay();
  await trial.arm({ payment: paymentId });
  if (!(await trial.start(options))) return;
  await confirm();
  await trial.ready('payment');
  await trial.tell(report(trial.order, paymentId, 'captured'));
}

async function authorise(trial: Trial): Promise<void> {
  const { paymentId, confirm } = await trial.pay({ capture: 'manual' });
  await trial.arm({ payment: paymentId });
  if (!(await trial.start())) return;
  await confirm();
  await trial.ready('payment');
  await trial.tell(report(trial.order, paymentId, 'authorized'));
}

/** The provider refuses the capture, so the booking is given back and the authorisation is let go. */
async function authoriseInVain(trial: Trial): Promise<void> {
  const body = { error: { type: 'card_error', code: 'card_declined', message: 'declined' } };
  const no = { type: 'status', status: 402, when: 'before', body };
  await trial.onPay((paymentId) => trial.script('stripe', 'capture', paymentId, no, 'forever'));
  await authorise(trial);
}

async function buyWhileAnotherIsOpen(trial: Trial): Promise<void> {
  const other = await trial.pay();
  await trial.arm({ payment: other.paymentId });
  const { paymentId, confirm } = await trial.pay();
  if (!(await trial.start())) return;
  await trial.open(other.paymentId);
  await confirm();
  await trial.ready('payment');
  await trial.tell(report(trial.order, paymentId, 'captured'));
}

/** Both payments are known before the book is answered, so that the second is surplus in this very checkout. */
async function payTwice(trial: Trial): Promise<void> {
  const [first, second] = [await trial.pay(), await trial.pay()];
  await trial.arm({ payment: second.paymentId });
  const book = await trial.script('seatsio', 'book', trial.attemptId, { type: 'pause', when: 'before' });
  if (!(await trial.start())) return;
  await first.confirm();
  await second.confirm();
  await trial.tell(report(trial.order, first.paymentId, 'captured'));
  await book.hit();
  await trial.tell(report(trial.order, second.paymentId, 'captured'));
  await trial.ready('payment');
  await book.release();
}

async function openAndWait(trial: Trial): Promise<void> {
  const { paymentId } = await trial.pay();
  await trial.arm({ payment: paymentId });
  if (await trial.start()) await trial.open(paymentId);
}

async function payLate(trial: Trial): Promise<void> {
  const { paymentId, confirm } = await trial.pay();
  await trial.arm({ payment: paymentId });
  if (await trial.start()) await trial.firstResult();
  await confirm();
  await trial.ready('payment');
  await trial.tell(report(trial.order, paymentId, 'captured', { attempt: 1 }));
  await trial.lateResult(paymentId);
}
