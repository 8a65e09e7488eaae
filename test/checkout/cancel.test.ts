import { WorkflowNotFoundError } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import { checkoutWorkflowId } from '../../src/checkout/ids.ts';
import type { Order } from '../../src/checkout/order.ts';
import { cancelUpdate } from '../../src/workflows/messages.ts';
import { orderOf, useStack } from '../stack/use-stack.ts';

const stack = await useStack();
const checkouts = stack.checkouts();

const runOf = (order: Order) => stack.temporal.workflow.getHandle(checkoutWorkflowId(order.orderId, 1));
const bookOf = (order: Order) => ({ system: 'seatsio', call: 'book', match: `${order.orderId}-1` });
const effectsOf = async (eventId: string) =>
  (await stack.ledgers.ofEvent(eventId)).seats.map(({ effect }) => effect);

/**
 * Awaiting the payment, and the buyer's cancel while the seats are booked, are in unsold.test.ts. Each cancel
 * resolves when the workflow, or its history, has it.
 */
describe.concurrent.each([
  {
    who: 'the buyer',
    minutes: 41,
    cancel: (order: Order) => runOf(order).startUpdate(cancelUpdate, { waitForStage: 'ACCEPTED' }),
  },
  { who: 'Temporal', minutes: 42, cancel: (order: Order) => runOf(order).cancel() },
])('a cancel by $who', ({ who, minutes, cancel }) => {
  test('before anything is held ends the checkout as cancelled, and nothing stays held', async () => {
    const eventId = await stack.newEvent();
    const order = orderOf(eventId, 'token', ['A-1', ['Floor', 2]]);
    // The first try is local: it fails, so that the workflow task is over while the second one waits.
    const tokens = { system: 'seatsio', call: 'createToken', match: `"expiresInMinutes":${minutes + 1}` };
    await stack.fault({ ...tokens, action: { type: 'status', status: 500, when: 'before' } });
    const token = await stack.fault({ ...tokens, nth: 2, action: { type: 'pause' } });

    const started = stack.checkouts(minutes).start(order);
    await token.hit();
    await cancel(order);
    await token.release();

    await expect(checkouts.result(order.orderId)).resolves.toMatchObject({
      outcome: 'cancelled',
      payments: [],
    });
    await started;
    await stack.expectLaw(eventId);
  });

  test('while the seats are being held lets them go as soon as they are', async () => {
    const eventId = await stack.newEvent();
    const order = orderOf(eventId, 'hold', ['A-1', ['Floor', 2]]);
    const hold = await stack.fault({ ...bookOf(order), call: 'hold', action: { type: 'pause' } });

    const started = checkouts.start(order);
    await hold.hit();
    await cancel(order);
    await hold.release();

    await expect(started, 'the buyer who waits is answered').resolves.toMatchObject({ attempt: 1 });
    await expect(checkouts.result(order.orderId)).resolves.toMatchObject({ outcome: 'cancelled' });
    expect(await effectsOf(eventId)).toEqual(['held', 'held', 'released', 'released']);
    await stack.expectLaw(eventId);
  });

  test('while the payments are being stopped, behind the deadline, is a cancel all the same', async () => {
    const eventId = await stack.newEvent();
    const order = orderOf(eventId, 'closing', ['A-1']);
    const { paymentId, fault: stop } = await stack.startOpened(
      stack.checkouts(0.5 / 60),
      order,
      {},
      ({ paymentId: match }) =>
        stack.fault({ system: 'stripe', call: 'cancel', match, action: { type: 'pause' } }),
    );
    await stop.hit();
    await cancel(order);
    const again = checkouts.cancel(order.orderId);
    await stop.release();

    const cancelled = { outcome: 'cancelled', payments: [{ paymentId, state: 'canceled' }] };
    expect(await checkouts.result(order.orderId)).toMatchObject(cancelled);
    expect(await again, 'the buyer who cancels as well gets the result').toMatchObject(cancelled);
    await stack.expectLaw(eventId);
  });

  test('while the token is being expired does not stop it, and is the end', async () => {
    const eventId = await stack.newEvent();
    const order = orderOf(eventId, 'undo', ['A-1']);
    // Long enough to know its token before it ends.
    const hold = await stack.checkouts(5 / 60).start(order);
    const token = hold.state === 'held' ? hold.token : '';
    const tries = { system: 'seatsio', call: 'expireToken', match: token };
    await stack.fault({ ...tries, action: { type: 'status', status: 500, when: 'before' } });
    const expire = await stack.fault({ ...tries, nth: 2, action: { type: 'pause' } });
    await expire.hit();
    await cancel(order);
    await expire.release();

    expect((await checkouts.result(order.orderId)).outcome).toBe('cancelled');
    expect(await effectsOf(eventId)).toEqual(['held', 'released']);
    await stack.expectLaw(eventId);
  });

  test('after the sale changes nothing', async () => {
    const eventId = await stack.newEvent();
    const order = orderOf(eventId, 'sold', ['A-1']);
    await checkouts.start(order);
    await stack.buy(checkouts, order);
    const sold = await checkouts.result(order.orderId);

    // Temporal takes the cancellation of a closed run without a word, an update it refuses.
    if (who === 'Temporal') await cancel(order);
    else await expect(cancel(order)).rejects.toBeInstanceOf(WorkflowNotFoundError);
    expect(await checkouts.cancel(order.orderId), 'by the client').toEqual(sold);
    expect(sold.outcome).toBe('completed');
    await stack.expectLaw(eventId);
  });
});

test.concurrent("Temporal's cancellation while the seats are being booked does not stop the sale", async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'book', ['A-1', ['Floor', 1]]);
  await checkouts.start(order);
  const book = await stack.fault({ ...bookOf(order), action: { type: 'pause' } });
  const paymentId = await stack.buy(checkouts, order);
  await book.hit();
  await runOf(order).cancel();
  await book.release();

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', paymentId });
  expect((await runOf(order).describe()).status.name).toBe('COMPLETED');
  await stack.expectLaw(eventId);
});
