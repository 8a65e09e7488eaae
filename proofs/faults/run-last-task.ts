import { WorkflowNotFoundError } from '@temporalio/client';
import type { PaymentEvent } from '../../src/checkout/payment.ts';
import { TooLateToCancelError } from '../../src/checkout-errors.ts';
import { report } from '../stage/orders.ts';
import type { Stage } from '../stage/stage.ts';
import type { LastTaskCell } from './cell.ts';
import { countsOf, ranAgain } from './counts.ts';
import type { Gate } from './last-task-gate.ts';
import { openTrial, type Trial } from './trial.ts';
import { UnbuiltError, type Verdict, verdictOf } from './verdict.ts';

const MINUTE = 60_000;
const SHORT_HOLD_MS = 3_000;
const NO_SEATS = { type: 'status', status: 400, when: 'before', body: { status: 400, messages: ['no'] } };

/** The payments of a trial: the one that decides how it ends, and one that the bank is still processing. */
interface Payments {
  main: { paymentId: string; confirm: () => Promise<unknown> };
  slow?: { paymentId: string };
}

/** A queue whose workers hold the last task of an order open. */
interface LastTaskWorker {
  taskQueue: string;
  gateOf: (orderId: string) => Gate;
}

/** Plays one cell: drives a checkout into its last task, sends the report, lets the task end, and judges. */
export async function runLastTask(
  stage: Stage,
  cell: LastTaskCell,
  { taskQueue, gateOf }: LastTaskWorker,
): Promise<Verdict> {
  const expires = cell.ending === 'expired';
  const trial = await openTrial({
    ...{ stage, taskQueue },
    ...{ wants: ['A-1', ['Floor', 2]], attempt: 1, lateMoney: 'rescue' },
    terms: {
      holdMs: expires ? SHORT_HOLD_MS : 10 * MINUTE,
      graceMs: expires ? SHORT_HOLD_MS : MINUTE,
      maxHoldMs: expires ? 2 * SHORT_HOLD_MS : 30 * MINUTE,
      patienceMs: 5 * MINUTE,
    },
  });
  const { order } = trial;
  const gate = gateOf(order.orderId);
  try {
    const payments: Payments = { main: await trial.pay() };
    if (cell.signal === 'opened payment' && cell.ending !== 'payment_failed') {
      payments.slow = await paySlowly(trial);
    }
    const driven = drive(trial, cell, payments);
    const { told } = await driven;
    await gate.reached;
    await send(trial, cell, payments, told);
    gate.open();
    await driven.then(({ done }) => done);

    await trial.firstResult();
    await lateOnes(trial);
    const result = await trial.checkouts.result(order.orderId);
    const { row, breaches, histories } = await countsOf(stage, order, result);
    if (!ranAgain(histories)) throw new UnbuiltError('the last task did not run again');
    return verdictOf(cell, row, breaches, order.orderId);
  } finally {
    gate.open();
    await trial.lift();
  }
}

interface Driven {
  /** The report that came in time. */
  told: PaymentEvent;
  /** What the buyer still waits for. */
  done: Promise<unknown>;
}

/** Everything up to the last task. */
async function drive(trial: Trial, cell: LastTaskCell, payments: Payments): Promise<Driven> {
  const { order, attemptId } = trial;
  const { main, slow } = payments;
  const tellSlow = async () => {
    if (slow) await trial.tell(report(order, slow.paymentId, 'pending'));
  };
  const inTime = report(order, main.paymentId, TYPE_IN_TIME[cell.ending]);
  const tellMain = async () => {
    if (inTime.type === 'captured') await main.confirm();
    await trial.tell(inTime);
  };

  if (cell.ending === 'unavailable') {
    // What is reported while the hold is under way belongs to the checkout, though it gets no seats.
    const hold = await trial.script('seatsio', 'hold', attemptId, { type: 'pause', when: 'before' });
    await trial.script('seatsio', 'hold', attemptId, NO_SEATS);
    const done = trial.start();
    await hold.hit();
    await tellSlow();
    await tellMain();
    await hold.release();
    return { told: inTime, done };
  }

  if (cell.ending === 'refunded') await trial.script('seatsio', 'book', attemptId, NO_SEATS, 'forever');
  await trial.start();
  if (cell.ending !== 'refunded' && cell.ending !== 'sold') await trial.open(main.paymentId);
  await tellSlow();
  await tellMain();
  const done =
    cell.ending === 'cancelled'
      ? trial.cancel().catch((error: unknown) => {
          if (!(error instanceof TooLateToCancelError)) throw error;
        })
      : Promise.resolve();
  return { told: inTime, done };
}

const TYPE_IN_TIME = {
  sold: 'captured',
  refunded: 'captured',
  payment_failed: 'failed',
  expired: 'declined',
  cancelled: 'declined',
  unavailable: 'declined',
} as const satisfies Record<LastTaskCell['ending'], PaymentEvent['type']>;

/** What comes while the last task runs. */
async function send(
  trial: Trial,
  { signal, ending }: LastTaskCell,
  { main, slow }: Payments,
  told: PaymentEvent,
): Promise<void> {
  const { order, stage } = trial;
  switch (signal) {
    case 'duplicate':
      return trial.tell(told);
    case 'failure':
      return trial.tell(report(order, main.paymentId, 'failed'));
    case 'second payment': {
      const second = await trial.pay();
      await second.confirm();
      return trial.tell(report(order, second.paymentId, 'captured'));
    }
    case 'opened payment': {
      const paymentId = slow?.paymentId ?? main.paymentId;
      if (slow) await stage.settlePayment(paymentId, 'succeeded');
      const isPaid = ending !== 'payment_failed' || (await isPaidAfterAll(main));
      return trial.tell(report(order, paymentId, isPaid ? 'captured' : 'declined'));
    }
  }
}

/** The buyer's try at a payment that is about to be let go. */
async function isPaidAfterAll({ confirm }: Payments['main']): Promise<boolean> {
  return confirm().then(
    () => true,
    () => false,
  );
}

async function paySlowly(trial: Trial): Promise<{ paymentId: string }> {
  const { paymentId, confirm } = await trial.pay({ card: 'pm_card_processing' });
  await confirm();
  return { paymentId };
}

/** A payment that outlives its checkout is decided in a workflow of its own. */
async function lateOnes(trial: Trial): Promise<void> {
  for (const paymentId of trial.payments) {
    await trial.lateResult(paymentId).catch((error: unknown) => {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    });
  }
}
