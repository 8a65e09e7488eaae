import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { createAttemptActivities } from '../src/activities/attempts.ts';
import { createPaymentActivities } from '../src/activities/payments.ts';
import { createReconcileActivities } from '../src/activities/reconcile.ts';
import { createRefundAccountActivities } from '../src/activities/refund-account.ts';
import { createSeatActivities } from '../src/activities/seats.ts';
import { createTicketActivities } from '../src/activities/tickets.ts';
import type { CheckoutResult } from '../src/checkout/outcome.ts';
import * as workflowsOfTheBundle from '../src/workflows/index.ts';
import type { LatePaymentResult } from '../src/workflows/late-payment.ts';
import * as messagesOfTheBundle from '../src/workflows/messages.ts';
import type { ReportedRefundResult } from '../src/workflows/reported-refund.ts';

const HISTORIES = new URL('./histories/', import.meta.url);
const BUNDLE = fileURLToPath(new URL('../dist/src/workflow-bundle.js', import.meta.url));

const files = await readdir(HISTORIES);

interface Recorded {
  text: string;
  workflowId: string;
  history: ReturnType<typeof historyFromJSON>;
}

async function read(file: string): Promise<Recorded> {
  const bytes = await readFile(new URL(file, HISTORIES));
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  const { workflowId, history } = JSON.parse(text);
  return { text, workflowId, history: historyFromJSON(history) };
}

const all = await Promise.all(files.map(read));
const events = all.flatMap(({ history }) => history.events ?? []);
type HistoryEvent = (typeof events)[number];

/** An outcome, with its reason if it has one. */
type EndOf<R> = R extends { outcome: string; reason: string }
  ? `${R['outcome']}: ${R['reason']}`
  : R extends { outcome: string }
    ? R['outcome']
    : never;

// What the types name is named here, or it does not compile.
const ENDS: Record<EndOf<CheckoutResult>, true> = {
  completed: true,
  'unavailable: refused': true,
  'unavailable: not_held_by_chart': true,
  'unavailable: event_not_found': true,
  'unavailable: no_answer': true,
  expired: true,
  'payment_failed: failed': true,
  'payment_failed: capture_refused': true,
  cancelled: true,
  'refunded: booking_refused': true,
  'refunded: paid_too_late': true,
  'refunded: seats_unavailable': true,
  'refunded: operator': true,
};
const BECAME: Record<LatePaymentResult['became'], true> = {
  accounted_for: true,
  rescued: true,
  refunded: true,
  canceled: true,
  unpaid: true,
  attention: true,
};
const REFUNDED_BY: Record<ReportedRefundResult['refundedBy'], true> = {
  us: true,
  others: true,
  nobody: true,
};

test('the corpus has a history of every way in which a checkout, late money or a reported refund ends', () => {
  const results = events.map(resultOf);
  const ends = results.map((result) =>
    result?.reason ? `${result.outcome}: ${result.reason}` : result?.outcome,
  );

  expect(Object.keys(ENDS).filter((end) => !ends.includes(end))).toEqual([]);
  expect(Object.keys(BECAME).filter((one) => !results.some((result) => result?.became === one))).toEqual([]);
  expect(
    Object.keys(REFUNDED_BY).filter((one) => !results.some((result) => result?.refundedBy === one)),
  ).toEqual([]);
});

/** What a recorded run returned, if this event is its end. */
function resultOf({ workflowExecutionCompletedEventAttributes: end }: HistoryEvent) {
  const data = end?.result?.payloads?.[0]?.data;
  return data ? JSON.parse(Buffer.from(data).toString()) : undefined;
}

test('the corpus has every step, every message and every workflow, and runs that went on as new ones', () => {
  const steps = new Set(events.flatMap(stepsOf));
  const messages = new Set(
    events.flatMap((event) => [
      event.workflowExecutionSignaledEventAttributes?.signalName,
      event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.name,
    ]),
  );
  const workflows = new Set(
    events.map((event) => event.workflowExecutionStartedEventAttributes?.workflowType?.name),
  );
  const goneOn = new Set(
    all
      .filter(({ history }) => history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes)
      .map(({ history }) => history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name),
  );

  expect(STEPS.filter((name) => !steps.has(name))).toEqual([]);
  expect(MESSAGES.filter((name) => !messages.has(name))).toEqual([]);
  expect(Object.keys(workflowsOfTheBundle).filter((name) => !workflows.has(name))).toEqual([]);
  expect([...goneOn].toSorted()).toEqual(['latePayment', 'reconcile', 'ticketDesk']);
});

/** The steps that our workflows take; the other seat functions are for the workflows of others. */
const NONE = { seats: {}, provider: {}, tmt: {}, client: {} } as never;
const TICKETS = { ...(NONE as object), taskQueue: 'none', mode: 'desk', seller: {} } as never;
const STEPS = [
  ...Object.keys(createAttemptActivities(TICKETS)),
  ...Object.keys(createPaymentActivities(NONE)),
  ...Object.keys(createReconcileActivities(NONE)),
  ...Object.keys(createRefundAccountActivities(NONE)),
  ...Object.keys(createSeatActivities(NONE)),
  ...Object.keys(createTicketActivities(TICKETS)),
  'hold_seats_seatsio',
];
const MESSAGES = Object.values(messagesOfTheBundle).flatMap((message) =>
  typeof message === 'object' && 'type' in message && (message.type === 'signal' || message.type === 'update')
    ? [message.name]
    : [],
);

function stepsOf(event: HistoryEvent): string[] {
  const scheduled = event.activityTaskScheduledEventAttributes?.activityType?.name;
  const marker = event.markerRecordedEventAttributes;
  if (marker?.markerName !== 'core_local_activity') return scheduled ? [scheduled] : [];
  const data = marker.details?.data?.payloads?.[0]?.data;
  return data ? [JSON.parse(Buffer.from(data).toString()).activity_type] : [];
}

test('a history names nothing of the machine that recorded it', () => {
  for (const { text } of all) expect(text).not.toMatch(/file:\/\/|node_modules|"\d+@/);
});

/** A run that was begun by recorded code must go on under today's: `npm run histories` records new ones. */
test.each(files)("today's code takes the same steps as the recorded %s", async (file) => {
  const { workflowId, history } = await read(file);

  await Worker.runReplayHistory({ workflowBundle: { codePath: BUNDLE } }, history, workflowId);
});

test('a step that is not the recorded one is noticed', async () => {
  const { workflowId, history } = await read('sold-captured.json');
  const code = (await readFile(BUNDLE, 'utf8')).replaceAll('bookSeats', 'bookTheSeats');

  await expect(Worker.runReplayHistory({ workflowBundle: { code } }, history, workflowId)).rejects.toThrow(
    /[Nn]ondeterminism|TMPRL1100/,
  );
});
