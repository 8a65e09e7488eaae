import { Context } from '@temporalio/activity';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { afterAll, expect, test } from 'vitest';
import { startWorkersInside } from '../../proofs/stage/workers-inside.ts';
import { orderOf, useStack } from '../stack/use-stack.ts';

/** Longer than a local step may take, the answer of the remote included. */
const STALL_MS = 3_500;

const stack = await useStack();
const stalled = createStalls();
const workers = await startWorkersInside(stack, stalled.codec);
afterAll(() => workers.stop());
const checkouts = stack.checkouts(10, workers.taskQueue);

/**
 * A worker that is too busy to say what a local step came to: the worker encodes an answer inside the time of
 * the step, so a codec that waits there lets that time run out though the remote call took effect.
 */
function createStalls() {
  const waiting = new Set<string>();
  const codec: PayloadCodec = {
    async encode(payloads: Payload[]) {
      const info = infoOfActivity();
      const key = info?.isLocal ? `${info.activityType} of ${info.workflowExecution?.workflowId}` : '';
      if (waiting.delete(key)) await new Promise((resolve) => setTimeout(resolve, STALL_MS));
      return payloads;
    },
    decode: async (payloads: Payload[]) => payloads,
  };
  return {
    codec,
    stall: (activity: string, workflowId: string) => waiting.add(`${activity} of ${workflowId}`),
    left: waiting,
  };
}

function infoOfActivity() {
  try {
    return Context.current().info;
  } catch {
    return undefined;
  }
}

test.concurrent.each(['createToken', 'allotTickets', 'expireToken'])(
  'a local %s whose worker stalled is done again: the order is sold, and nobody is called',
  async (activity) => {
    const eventId = await stack.newEvent();
    const order = orderOf(eventId, activity, ['A-1', ['Floor', 2]]);
    const workflowId = `checkout/${order.orderId}`;
    stalled.stall(activity, workflowId);
    await checkouts.start(order);
    await stack.buy(checkouts, order);

    await expect(checkouts.result(order.orderId)).resolves.toMatchObject({ outcome: 'completed' });
    expect(stalled.left, 'it did stall').toEqual(new Set());
    const { events } = await stack.temporal.workflow.getHandle(workflowId).fetchHistory();
    const regular = events?.map((event) => event.activityTaskScheduledEventAttributes?.activityType?.name);
    expect(regular).toContain(activity);
    expect((await checkouts.status(order.orderId)).attention).toEqual([]);
    await stack.expectLaw(eventId);
  },
);
