import { CreateEventParams, Region, SeatsioClient } from 'seatsio';
import { expect, onTestFinished, test } from 'vitest';
import { createSeatsioStandIn, DEMO_SECRET_KEY } from '../../emulators/seatsio/stand-in.ts';
import { CheckoutBrokenError } from '../../src/checkout-errors.ts';
import { orderOf, useStack } from '../stack/use-stack.ts';
import { startWorkerProcess } from '../stack/worker-process.ts';

const stack = await useStack();

/** A Seats.io of its own, for its clock is moved: nobody else's seats may lapse. */
async function useSeatsio() {
  let aheadMs = 0;
  const standIn = createSeatsioStandIn({ clock: { now: () => Date.now() + aheadMs } });
  const url = await standIn.listen(0);
  onTestFinished(async () => {
    await standIn.close();
  });
  const client = new SeatsioClient(new Region(url), DEMO_SECRET_KEY);
  return {
    url,
    client,
    wait: (minutes: number) => {
      aheadMs += minutes * 60_000;
    },
  };
}

test('the seats of a terminated checkout free themselves when its token ends, and somebody else can have them; it has no next attempt', async () => {
  const seatsio = await useSeatsio();
  const eventId = await stack.newEvent();
  await seatsio.client.events.create('club', new CreateEventParams().withKey(eventId));
  const taskQueue = `terminated-${eventId}`;
  await startWorkerProcess({ ...stack.env, TASK_QUEUE: taskQueue, SEATSIO_BASE_URL: seatsio.url });
  const checkouts = stack.checkouts(10, taskQueue);
  const order = orderOf(eventId, 'terminated', ['A-1', ['Floor', 99]]);
  const other = orderOf(eventId, 'other', ['A-1', ['Floor', 99]]);

  const { workflowId } = await checkouts.start(order);
  await stack.temporal.workflow.getHandle(workflowId).terminate('by the test');
  seatsio.wait(10.9);
  expect(await checkouts.start(other)).toMatchObject({
    result: { outcome: 'unavailable', reason: 'refused' },
  });
  seatsio.wait(0.2);

  expect(await checkouts.start(other, { retryOf: 1 })).toMatchObject({ state: 'held', attempt: 2 });
  await expect(checkouts.start(order, { retryOf: 1 })).rejects.toBeInstanceOf(CheckoutBrokenError);
});
