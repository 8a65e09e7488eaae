import { fileURLToPath } from 'node:url';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { NativeConnection } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { createWorkers } from '../../src/workers.ts';
import { orderOf, report, useStack } from '../stack/use-stack.ts';

const stack = await useStack();
const BUNDLE = fileURLToPath(new URL('../../dist/src/workflow-bundle.js', import.meta.url));

test('a payment reported many times at once is one sale', async () => {
  const eventId = await stack.newEvent();
  const checkouts = stack.checkouts();
  const order = orderOf(eventId, 'many', ['A-1', ['Floor', 2]]);

  await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay(order);
  await confirm();
  const event = report(order, paymentId, 'captured');
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      checkouts.recordPayment({ ...event, ...(index % 2 && { eventId: `again${index}` }) }),
    ),
  );

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', paymentId });
  await stack.expectLaw(eventId);
});

/**
 * The worker encodes the result of a workflow inside its last task, before the server is told. A codec that
 * waits there holds the last task open for as long as the test likes; a signal that comes meanwhile makes
 * the server refuse the end, and the task runs again.
 */
function gateAt(text: string) {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let arrive: () => void = () => {};
  const reached = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  let times = 0;
  const codec: PayloadCodec = {
    async encode(payloads: Payload[]) {
      if (payloads.some(({ data }) => Buffer.from(data ?? []).includes(text))) {
        times += 1;
        arrive();
        await opened;
      }
      return payloads;
    },
    decode: async (payloads: Payload[]) => payloads,
  };
  return { codec, reached, open, times: () => times };
}

test('a payment reported again while the last workflow task runs: one booking, one order, one set of tickets', async () => {
  const eventId = await stack.newEvent();
  const taskQueue = `last-task-${eventId}`;
  const gate = gateAt('"outcome":"completed"');
  const connection = await NativeConnection.connect({ address: String(stack.env.TEMPORAL_ADDRESS) });
  const workers = await createWorkers(
    readConfig({ ...stack.env, TASK_QUEUE: taskQueue, SHUTDOWN_GRACE_SECONDS: '1' }),
    {
      connection,
      namespace: String(stack.env.TEMPORAL_NAMESPACE),
      workflows: { workflowBundle: { codePath: BUNDLE } },
      dataConverter: { payloadCodecs: [gate.codec] },
    },
  );
  const running = workers.map((worker) => worker.run());
  try {
    const checkouts = stack.checkouts(10, taskQueue);
    const order = orderOf(eventId, 'lasttask', ['A-1', ['Floor', 2]]);
    await checkouts.start(order);
    const { paymentId, confirm } = await stack.pay(order);
    await confirm();
    const event = report(order, paymentId, 'captured');
    await checkouts.recordPayment(event);
    await gate.reached;
    await checkouts.recordPayment(event);
    gate.open();

    expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', paymentId });
    expect(gate.times(), 'the last task was refused and ran again').toBeGreaterThan(1);
    const { seats, tmt } = await stack.ledgers.ofEvent(eventId);
    expect(seats.filter(({ effect }) => effect === 'booked')).toHaveLength(2);
    expect(tmt.filter(({ effect }) => effect === 'order.created')).toHaveLength(1);
    expect(tmt.filter(({ effect }) => effect === 'ticket.sold')).toHaveLength(3);
    await stack.expectLaw(eventId);
  } finally {
    for (const worker of workers) worker.shutdown();
    await Promise.all(running);
    await connection.close();
  }
});
