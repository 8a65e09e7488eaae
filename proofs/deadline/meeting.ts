import type { Client } from '@temporalio/client';
import { latePaymentWorkflowId } from '../../src/checkout/ids.ts';

/**
 * How a payment's report and the deadline met, as the server wrote it down: `before` the timer, in the
 * `together` task of the timer, or `after` that task.
 */
export interface Meeting {
  side: 'before' | 'together' | 'after';
  /** The report came when the attempt had ended, and went to the late payment. */
  ended: boolean;
  /** From the timer to the report, in ms. A timer that was cancelled counts with the moment it was due. */
  gapMs: number;
}

type Events = NonNullable<Awaited<ReturnType<typeof readEvents>>>;

/** When the deadline's timer of a waiting checkout is due, on the server's clock, in ms since 1970. */
export async function readDueTime(client: Client, workflowId: string): Promise<number> {
  return dueTime(await readEvents(client, workflowId));
}

/** Reads how the report of a payment met the deadline of the checkout it was sent to. */
export async function readMeeting(client: Client, workflowId: string, paymentId: string): Promise<Meeting> {
  const events = await readEvents(client, workflowId);
  const fired = events.findIndex(({ timerFiredEventAttributes }) => timerFiredEventAttributes);
  const reported = findReport(events);
  const timerAt = fired < 0 ? dueTime(events) : timeOf(events[fired]);
  if (reported < 0) {
    const late = await readEvents(client, latePaymentWorkflowId(paymentId));
    return { side: 'after', ended: true, gapMs: timeOf(late[findReport(late)]) - timerAt };
  }
  return { side: sideOf(events, reported, fired), ended: false, gapMs: timeOf(events[reported]) - timerAt };
}

function sideOf(events: Events, reported: number, fired: number): Meeting['side'] {
  if (fired < 0) return 'before';
  const between = events.slice(Math.min(reported, fired), Math.max(reported, fired));
  const apart = between.some(
    ({ workflowTaskCompletedEventAttributes }) => workflowTaskCompletedEventAttributes,
  );
  if (!apart) return 'together';
  return reported < fired ? 'before' : 'after';
}

function findReport(events: Events): number {
  return events.findIndex(({ workflowExecutionSignaledEventAttributes: signal }) => signal);
}

function dueTime(events: Events): number {
  const timer = events.find(({ timerStartedEventAttributes }) => timerStartedEventAttributes);
  return timeOf(timer) + toMs(timer?.timerStartedEventAttributes?.startToFireTimeout);
}

async function readEvents(client: Client, workflowId: string) {
  return (await client.workflow.getHandle(workflowId).fetchHistory()).events ?? [];
}

function timeOf(event: Events[number] | undefined): number {
  if (!event) throw new TypeError('the history has no such event');
  return toMs(event.eventTime);
}

function toMs(time: { seconds?: unknown; nanos?: number | null } | null | undefined): number {
  return Number(time?.seconds ?? 0) * 1000 + (time?.nanos ?? 0) / 1e6;
}
