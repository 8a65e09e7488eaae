import { expect, test } from 'vitest';
import { orderOf, report, useStack } from '../stack/use-stack.ts';
import { startStandbyProcess, startWorkerProcess } from '../stack/worker-process.ts';

const stack = await useStack();

type Wanted = Parameters<typeof orderOf>[2];

/** A queue with a worker of its own, which the test kills, and a next one that waits to take over. */
async function useOwnWorker(
  name: string,
  seats: Wanted = ['A-1', ['Floor', 2]],
  terms: { attentionMinutes?: number } = {},
) {
  const eventId = await stack.newEvent();
  const taskQueue = `crash-${eventId}`;
  const env = { ...stack.env, TASK_QUEUE: taskQueue };
  const [first, startNext] = await Promise.all([startWorkerProcess(env), startStandbyProcess(env)]);
  const checkouts = stack.checkouts(10, taskQueue, terms);
  return { eventId, checkouts, order: orderOf(eventId, name, seats), first, startNext };
}

test.concurrent('a worker killed while an order awaits its payment: the payment is accepted, the next worker sells', async () => {
  const { eventId, checkouts, order, first, startNext } = await useOwnWorker('awaiting');
  await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay(order);
  await checkouts.openPayment(order.orderId, paymentId);

  expect(await first.exit('SIGKILL')).toBe('SIGKILL');
  await confirm();
  await checkouts.recordPayment(report(order, paymentId, 'captured'));
  await startNext();

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', paymentId });
  await stack.expectLaw(eventId);
});

const SEATS_AND_PLACES: Wanted = ['A-1', ['Floor', 2]];
const PLACES: Wanted = [['Floor', 2]];

test.concurrent.each([
  { when: 'before', what: 'seats and places', wanted: SEATS_AND_PLACES },
  { when: 'after', what: 'seats and places', wanted: SEATS_AND_PLACES },
  { when: 'before', what: 'places alone', wanted: PLACES },
  { when: 'after', what: 'places alone', wanted: PLACES },
])(
  'a worker killed when its book call for $what is at Seats.io, $when it acted: booked once, sold once',
  async ({ when, wanted }) => {
    const { eventId, checkouts, order, first, startNext } = await useOwnWorker(`book${when}`, wanted);
    await checkouts.start(order);
    const book = await stack.fault({
      system: 'seatsio',
      call: 'book',
      match: `${order.orderId}-1`,
      action: { type: 'hang', when },
    });
    const paymentId = await stack.buy(checkouts, order);
    await book.hit();
    await first.exit('SIGKILL');
    await startNext();

    expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', paymentId });
    const { seats } = await stack.ledgers.ofEvent(eventId);
    const booked = seats.filter(({ effect }) => effect === 'booked');
    expect(booked.map(({ label, quantity }) => (label === 'Floor' ? [label, quantity] : label))).toEqual(
      wanted,
    );
    await stack.expectLaw(eventId);
  },
);

test.concurrent('a step whose time is over while its worker is dead asks for attention, and is done by the next worker', async () => {
  const patience = { attentionMinutes: 3 / 60 };
  const { eventId, checkouts, order, first, startNext } = await useOwnWorker(
    'patience',
    SEATS_AND_PLACES,
    patience,
  );
  const { workflowId } = await checkouts.start(order);
  const book = await stack.fault({
    system: 'seatsio',
    call: 'book',
    match: `${order.orderId}-1`,
    action: { type: 'hang', when: 'after' },
  });
  const paymentId = await stack.buy(checkouts, order);
  await book.hit();
  await first.exit('SIGKILL');
  const handle = stack.temporal.workflow.getHandle(workflowId);
  const isOver = async () =>
    (await handle.fetchHistory()).events?.some(
      (event) => event.activityTaskTimedOutEventAttributes?.failure?.timeoutFailureInfo,
    );
  while (!(await isOver())) await new Promise((resolve) => setTimeout(resolve, 200));
  await startNext();

  await expect(checkouts.result(order.orderId)).resolves.toMatchObject({ outcome: 'completed', paymentId });
  await stack.expectLaw(eventId);
});

test.concurrent('a worker killed while TMT has its order: one order record all the same', async () => {
  const { eventId, checkouts, order, first, startNext } = await useOwnWorker('record');
  await checkouts.start(order);
  const record = await stack.fault({
    system: 'tmt',
    call: 'order_created',
    match: `${order.orderId}-1`,
    action: { type: 'hang', when: 'after' },
  });
  const paymentId = await stack.buy(checkouts, order);
  await record.hit();
  await first.exit('SIGKILL');
  await startNext();

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed', paymentId });
  const { tmt } = await stack.ledgers.ofEvent(eventId);
  expect(tmt.filter(({ effect }) => effect === 'order.created')).toHaveLength(1);
  await stack.expectLaw(eventId);
});

test('a worker told to stop finishes the call it is in, and ends with status 0', async () => {
  const { eventId, checkouts, order, first, startNext } = await useOwnWorker('drain');
  await checkouts.start(order);
  const book = await stack.fault({
    system: 'seatsio',
    call: 'book',
    match: `${order.orderId}-1`,
    action: { type: 'pause' },
  });
  await stack.buy(checkouts, order);
  await book.hit();
  const ended = first.exit('SIGTERM');
  await book.release();

  expect(await ended).toBe(0);
  expect(first.lines.at(-1)).toContain('worker drained');
  await startNext();
  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed' });
  const { seats } = await stack.ledgers.ofEvent(eventId);
  expect(seats.filter(({ effect }) => effect === 'booked')).toHaveLength(2);
  await stack.expectLaw(eventId);
});

test('a worker with bad settings names all of them and ends with status 1', async () => {
  const broken = startWorkerProcess({
    ...stack.env,
    SEATSIO_SECRET_KEY: '',
    TMT_BASE_URL: 'nowhere',
    HOLD_MINUTES: '118',
    HOLD_GRACE_MINUTES: '2',
  });

  await expect(broken).rejects.toThrow(
    /ended with 1.*SEATSIO_SECRET_KEY.*TMT_BASE_URL.*HOLD_MINUTES and HOLD_GRACE/s,
  );
});

test('a worker without a Temporal server says where it looked and what to check, in one line', async () => {
  const broken = startWorkerProcess({ ...stack.env, TEMPORAL_ADDRESS: '127.0.0.1:1' });

  await expect(broken).rejects.toThrow(
    /cannot reach Temporal at 127.0.0.1:1: check TEMPORAL_ADDRESS[^\n]*\n$/,
  );
});

test('a namespace that forgets closed runs too soon is refused', async () => {
  const broken = startWorkerProcess({ ...stack.env, RETENTION_MIN_DAYS: '31' });

  await expect(broken).rejects.toThrow(/keeps closed runs for 30 days, RETENTION_MIN_DAYS is 31/);
});
