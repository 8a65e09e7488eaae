import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { parseCheckoutWorkflowId } from '../checkout/ids.ts';
import { statusQuery } from '../workflows/messages.ts';
import type { Answer, Session } from './session.ts';

/** A run that a person should look at. */
export interface QueueEntry {
  workflowId: string;
  orderId?: string;
  startedAt: string;
  /** `running`, or how it ended, in Temporal's words. */
  state: string;
  reasons: string[];
  next: string;
}

/** Asked for by the run itself, or ended without a result: then it can ask for nothing any more. */
const WANTS_A_PERSON =
  `(NeedsAttention = true AND ExecutionStatus != 'ContinuedAsNew') OR ` +
  `(WorkflowType = 'checkout' AND ExecutionStatus IN ('Failed', 'Terminated', 'TimedOut', 'Canceled'))`;
/** More than a person works through; the rest is counted. */
const MOST = 200;
/** A run whose workers are gone does not answer; it must not keep the others from being shown. */
const QUERY_MS = 3_000;
const QUERIES_AT_ONCE = 20;

export async function showQueue({ client }: Session): Promise<Answer> {
  const { count } = await client.workflow.count(WANTS_A_PERSON);
  const runs: WorkflowExecutionInfo[] = [];
  for await (const run of client.workflow.list({ query: WANTS_A_PERSON, pageSize: MOST })) {
    if (runs.push(run) === MOST) break;
  }
  const entries: QueueEntry[] = [];
  for (let from = 0; from < runs.length; from += QUERIES_AT_ONCE) {
    const some = runs.slice(from, from + QUERIES_AT_ONCE);
    entries.push(...(await Promise.all(some.map((run) => readEntry(client, run)))));
  }
  const further = Math.max(0, count - entries.length);
  const text = [
    ...entries.map(describeEntry),
    ...(further > 0 ? [`and ${further} more`] : []),
    ...(entries.length === 0 ? ['Nothing wants a person.'] : []),
  ].join('\n\n');
  return { text, data: { entries, further }, exitCode: 0 };
}

async function readEntry(client: Client, run: WorkflowExecutionInfo): Promise<QueueEntry> {
  const { workflowId, type, status, startTime } = run;
  const orderId = parseCheckoutWorkflowId(workflowId)?.orderId;
  const isRunning = status.name === 'RUNNING' || status.name === 'PAUSED';
  const isBroken = !isRunning && status.name !== 'COMPLETED';
  const asked = isBroken ? [] : await readReasons(client, workflowId, type);
  return {
    workflowId,
    ...(orderId !== undefined && { orderId }),
    startedAt: startTime.toISOString(),
    state: isRunning ? 'running' : status.name.toLowerCase(),
    reasons: isBroken ? [`it ended as ${status.name}, without a result: there may be money in it`] : asked,
    next: nextStep(type, { isRunning, isBroken, orderId }),
  };
}

async function readReasons(client: Client, workflowId: string, type: string): Promise<string[]> {
  const handle = client.workflow.getHandle(workflowId);
  try {
    return await client.withDeadline(Date.now() + QUERY_MS, async () => {
      if (type === 'checkout') return (await handle.query(statusQuery)).attention;
      const { currentDetails } = await handle.query<{ currentDetails?: string }>(
        '__temporal_workflow_metadata',
      );
      return currentDetails ? [currentDetails.replaceAll('**', '')] : [];
    });
  } catch {
    return ['it does not say why: no worker answers'];
  }
}

interface Standing {
  isRunning: boolean;
  isBroken: boolean;
  orderId: string | undefined;
}

function nextStep(type: string, { isRunning, isBroken, orderId }: Standing): string {
  if (type === 'latePayment')
    return 'find out what the money is for, then refund it at the provider or keep it';
  if (type === 'reportedRefund')
    return 'look at the payment at the provider: who has the money now, and do its tickets admit anybody?';
  if (type === 'ticketDesk') return 'put the event right at TMT; the desk looks again every half minute';
  if (isBroken) return `checkout show ${orderId}; then checkout reconcile <eventId> says what is left of it`;
  if (isRunning) {
    return (
      'put right what the reason names, it goes on by itself; ' +
      `or, until its order is at TMT: checkout refund-instead ${orderId} --reason …`
    );
  }
  return `it has ended, but a step failed: checkout show ${orderId}, and look at its run`;
}

function describeEntry({ workflowId, startedAt, state, reasons, next }: QueueEntry): string {
  return [
    `${workflowId} (${state}, since ${startedAt})`,
    ...reasons.map((reason) => `  ${reason}`),
    `  → ${next}`,
  ].join('\n');
}
