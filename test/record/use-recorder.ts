import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { orderOf, useStack } from '../stack/use-stack.ts';

/** Above it a history is kept packed. */
const LARGE = 200_000;

/** A fault until it is lifted. */
export const untilLifted = {
  action: { type: 'status', status: 503, when: 'before' },
  times: 'forever',
} as const;

/** The shared stack, with what the recordings need beside it. */
export async function useRecorder() {
  const stack = await useStack();
  const checkouts = stack.checkouts();

  return {
    stack,
    checkouts,
    /** Their holds are over almost at once. */
    quick: stack.checkouts(0.3 / 60),
    newOrder,
    cancelledOrder,
    lateOf: (paymentId: string) => stack.temporal.workflow.getHandle(`late/${paymentId}`),
    record,
  };

  async function newOrder(name: string) {
    const eventId = await stack.newEvent();
    const order = orderOf(eventId, name, ['A-1', ['Floor', 2]]);
    return { eventId, order, workflowId: `checkout/${order.orderId}` };
  }

  async function cancelledOrder(name: string) {
    const { order } = await newOrder(name);
    await checkouts.start(order);
    await checkouts.cancel(order.orderId);
    return order;
  }

  /** @param runId of a run that went on as another one; the newest, if not given */
  async function record(name: string, workflowId: string, runId?: string) {
    const history = await stack.temporal.workflow.getHandle(workflowId, runId).fetchHistory();
    const json = JSON.stringify({ workflowId, history: JSON.parse(historyToJSON(history), withoutMachine) });
    const file = new URL(`../histories/${name}.json`, import.meta.url);
    if (json.length < LARGE) await writeFile(file, `${json}\n`);
    else await writeFile(`${fileURLToPath(file)}.gz`, gzipSync(json));
  }
}

/** No path and no process of the machine that recorded it: a replay reads neither. */
function withoutMachine(key: string, value: unknown): unknown {
  if (key === 'stackTrace') return undefined;
  return typeof value === 'string' ? value.replace(/^\d+@[\w.]+/, 'recorder') : value;
}
