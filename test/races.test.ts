import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { expect, test } from 'vitest';
import type { CheckoutInput } from '../src/workflows/messages.ts';
import {
  activityCompleted,
  activityScheduled,
  attributesUpserted,
  cancelRequested,
  type Happening,
  type HistoryEvent,
  localActivity,
  localActivityBrokenOff,
  localActivityTimedOut,
  signal,
  timerCanceled,
  timerFired,
  untilTimerStarted,
  withTask,
  workflowCanceled,
  workflowCompleted,
} from './stack/history-builder.ts';

/**
 * Messages that meet in one workflow task, as they are hard to provoke on a server: each test builds the
 * history of such a meeting and replays it with today's code, which has to decide in the same way. The
 * opposite decision must be refused, or the replay would prove nothing.
 */
const BUNDLE = fileURLToPath(new URL('../dist/src/workflow-bundle.js', import.meta.url));
const recorded = JSON.parse(
  await readFile(new URL('./histories/sold-captured.json', import.meta.url), 'utf8'),
) as { workflowId: string; history: { events: HistoryEvent[] } };

/** A checkout that holds its seats, with its timer running and no payment that anybody told it of. */
const awaiting = untilTimerStarted(recorded.history.events);
const { order } = inputOf(awaiting);
const paid = signal('payment', {
  eventId: 'evt_1',
  orderId: order.orderId,
  attempt: 1,
  paymentId: 'pi_1',
  type: 'captured',
  money: order.total,
});

const book = activityScheduled('bookSeats');
const stopPayments = activityScheduled('closePayments');
const stopped = activityCompleted('closePayments', []);
const tokenExpired = localActivity('expireToken', undefined);
const ended = [attributesUpserted, workflowCompleted];
const ending = [tokenExpired, ...ended];

async function replay(events: HistoryEvent[]): Promise<void> {
  await Worker.runReplayHistory(
    { workflowBundle: { codePath: BUNDLE } },
    historyFromJSON({ events }),
    recorded.workflowId,
  );
}

/** The same messages, and the two ways to act on them: the right one replays, the other one does not. */
async function expectDecision(
  past: HistoryEvent[],
  comes: Happening[],
  { does, not }: { does: Happening[]; not: Happening[] },
): Promise<HistoryEvent[]> {
  const right = withTask(past, { comes, does });
  await expect(replay(right), 'what it should do').resolves.toBeUndefined();
  await expect(replay(withTask(past, { comes, does: not }))).rejects.toBeInstanceOf(
    DeterminismViolationError,
  );
  return right;
}

test('a payment and then the timer in one task: the seats are booked', async () => {
  await expectDecision(awaiting, [paid, timerFired], { does: [book], not: [stopPayments] });
});

test('the timer and then a payment in one task: the seats are booked all the same', async () => {
  await expectDecision(awaiting, [timerFired, paid], { does: [book], not: [stopPayments] });
});

test('a payment alone: the timer is cancelled and the seats are booked', async () => {
  await expectDecision(awaiting, [paid], { does: [timerCanceled, book], not: [timerCanceled, stopPayments] });
  await expect(replay(withTask(awaiting, { comes: [paid], does: [book] }))).rejects.toBeInstanceOf(
    DeterminismViolationError,
  );
});

test('the timer alone: the payments are stopped, only then the token is expired, and the run ends', async () => {
  const closing = await expectDecision(awaiting, [timerFired], {
    does: [stopPayments],
    not: [localActivity('expireToken', undefined), stopPayments],
  });
  await expectDecision(closing, [stopped], { does: ending, not: [book] });
});

test('a payment while the payments are being stopped, before the answer: the seats are booked', async () => {
  const closing = withTask(awaiting, { comes: [timerFired], does: [stopPayments] });
  const told = withTask(closing, { comes: [paid], does: [] });
  await expectDecision(told, [stopped], { does: [book], not: ending });
});

test('a payment in the same task as the answer of the stopped payments: the seats are booked', async () => {
  const closing = withTask(awaiting, { comes: [timerFired], does: [stopPayments] });
  await expectDecision(closing, [stopped, paid], { does: [book], not: ending });
});

test('the provider says that a payment was paid before it could be stopped: the seats are booked', async () => {
  const closing = withTask(awaiting, { comes: [timerFired], does: [stopPayments] });
  const captured = { paymentId: 'pi_1', state: 'captured', money: order.total };
  await expectDecision(closing, [activityCompleted('closePayments', [captured])], {
    does: [book],
    not: ending,
  });
});

test('places of which nobody knows whether they were taken back: their token is ended, and the log is asked before they are taken again', async () => {
  const authorised = signal('payment', {
    ...{ eventId: 'evt_1', orderId: order.orderId, attempt: 1, paymentId: 'pi_1' },
    ...{ type: 'authorized', money: order.total },
  });
  const again = [
    localActivity('createToken', { token: 'other', expiresInSeconds: 120 }),
    activityScheduled('unbookSeats'),
  ];
  const selling = withTask(awaiting, { comes: [authorised], does: [timerCanceled, book] });
  const capturing = withTask(selling, {
    comes: [activityCompleted('bookSeats', { booked: true })],
    does: [activityScheduled('capturePayment')],
  });
  const takingBack = withTask(capturing, {
    comes: [activityCompleted('capturePayment', { paymentId: 'pi_1', state: 'canceled' })],
    // The hold's own token ends first.
    does: [tokenExpired, ...again],
  });
  const asking = await expectDecision(takingBack, [activityCompleted('unbookSeats', { unbooked: false })], {
    does: [tokenExpired, activityScheduled('findUnbooking')],
    not: [tokenExpired, ...again],
  });
  await expectDecision(asking, [activityCompleted('findUnbooking', { unbooked: false })], {
    does: again,
    not: ended,
  });
  await expectDecision(asking, [activityCompleted('findUnbooking', { unbooked: true })], {
    does: ended,
    not: again,
  });
});

test.each([
  ['the cancellation and then the payment', [cancelRequested, paid]],
  ['the payment and then the cancellation', [paid, cancelRequested]],
])('%s in one task: the seats are booked', async (_order, comes) => {
  await expectDecision(awaiting, comes, { does: [timerCanceled, book], not: [timerCanceled, stopPayments] });
});

test('a cancellation alone: the payments are stopped, and the run ends with a result, not as canceled', async () => {
  const closing = await expectDecision(awaiting, [cancelRequested], {
    does: [timerCanceled, stopPayments],
    not: [timerCanceled, workflowCanceled],
  });
  await expectDecision(closing, [stopped], {
    does: ending,
    not: [tokenExpired, workflowCanceled],
  });
});

test.each([
  ['had no answer in its time', localActivityTimedOut],
  ['was broken off by its worker', localActivityBrokenOff],
])('a local step that %s is done again as a regular one: the run does not fail', async (_what, ends) => {
  const closing = withTask(awaiting, { comes: [timerFired], does: [stopPayments] });
  await expectDecision(closing, [stopped], {
    does: [ends('expireToken'), activityScheduled('expireToken')],
    not: [ends('expireToken'), attributesUpserted, workflowCompleted],
  });
});

function inputOf(events: HistoryEvent[]): CheckoutInput {
  const started = events[0]?.workflowExecutionStartedEventAttributes as {
    input: { payloads: { data: string }[] };
  };
  return JSON.parse(Buffer.from(started.input.payloads[0]?.data ?? '', 'base64').toString());
}
