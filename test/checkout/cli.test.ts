import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { orderOf, useStack } from '../stack/use-stack.ts';

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const stack = await useStack();
const checkouts = stack.checkouts();

/** Runs the built command as an operator does. */
function run(args: string[], env: NodeJS.ProcessEnv = {}) {
  return new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    const options = { env: { ...process.env, ...stack.env, ...env } };
    execFile(process.execPath, [MAIN, ...args], options, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ status, stdout, stderr });
    });
  });
}

test('show says in words where an order is, and neither who buys it nor its token', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'shown', ['A-1']);
  const hold = await checkouts.start(order);
  const { paymentId } = await stack.pay(order);
  await checkouts.openPayment(order.orderId, paymentId);

  const words = await run(['show', order.orderId]);
  expect(words).toMatchObject({ status: 0, stderr: '' });
  expect(words.stdout).toContain(
    `order ${order.orderId}, attempt 1: the seats are held, the buyer has not paid yet`,
  );
  expect(words.stdout).toContain(`payment ${paymentId}: open`);

  const data = await run(['show', order.orderId, '--json']);
  expect(JSON.parse(data.stdout)).toMatchObject({ orderId: order.orderId, status: 'awaiting_payment' });
  for (const { stdout } of [words, data]) {
    expect(stdout).not.toContain(order.buyer.email);
    expect(stdout).not.toContain(hold.state === 'held' ? hold.token : 'no hold');
  }
});

test('cancel ends a checkout and says how; refund-instead of one that has ended says what can be done', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'cancelled', ['A-1']);
  await checkouts.start(order);

  const cancelled = await run(['cancel', order.orderId]);
  expect(cancelled).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('not sold: it was cancelled'),
  });

  const refused = await run(['refund-instead', order.orderId, '--reason', 'the buyer asked']);
  expect(refused).toMatchObject({ status: 1, stdout: '' });
  expect(refused.stderr).toMatch(/has ended as cancelled\n→ /);
  await stack.expectLaw(eventId);
});

test('queue lists a terminated checkout and late money at attention, with reason and what can be done', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'queued', ['A-1']);
  await checkouts.start(order);
  await stack.temporal.workflow.getHandle(`checkout/${order.orderId}`).terminate('a test');
  const paymentId = await stack.buy(checkouts, order);
  await stack.temporal.workflow.getHandle(`late/${paymentId}`).result();

  const entries = async () => {
    const { stdout } = await run(['queue', '--json']);
    const queue = JSON.parse(stdout) as { entries: { workflowId: string }[] };
    return queue.entries.filter(
      ({ workflowId }) => workflowId.endsWith(order.orderId) || workflowId.endsWith(paymentId),
    );
  };
  await expect.poll(entries, { timeout: 40_000 }).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        workflowId: `checkout/${order.orderId}`,
        orderId: order.orderId,
        state: 'terminated',
        reasons: ['it ended as TERMINATED, without a result: there may be money in it'],
        next: expect.stringContaining('checkout reconcile'),
      }),
      expect.objectContaining({
        workflowId: `late/${paymentId}`,
        state: 'completed',
        reasons: [expect.stringContaining('no result that says what the money is for')],
        next: expect.stringContaining('refund it at the provider'),
      }),
    ]),
  );
  expect((await run(['queue'])).stdout).toContain(`checkout/${order.orderId} (terminated, since `);
  expect(await run(['show', order.orderId])).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/ended as TERMINATED.*\n→ there may be money in it/),
  });
});

test('reconcile ends with 0 for a healthy event, and with 1 when it names a breach', async () => {
  const eventId = await stack.newEvent();
  const healthy = await run(['reconcile', eventId]);
  expect(healthy).toMatchObject({ status: 0, stdout: expect.stringContaining('No breach.') });

  await stack.seatsio.events.book(eventId, ['A-9']);
  const broken = await run(['reconcile', eventId, '--pause', '0.1']);
  expect(broken.status).toBe(1);
  expect(broken.stdout).toMatch(/booked_without_order: seat A-9\n {2}→ Find out who booked it/);
  const data = await run(['reconcile', eventId, '--pause', '0', '--json']);
  expect(JSON.parse(data.stdout)).toMatchObject({
    breaches: [{ kind: 'booked_without_order', seat: 'A-9' }],
  });
});

test('an event that Seats.io does not know is no healthy event', async () => {
  const unknown = await run(['reconcile', 'NoSuchEventAnywhere']);
  expect(unknown).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('Seats.io does not know this event'),
  });
});

test('an order that nobody knows, and a server that is not there, are said plainly', async () => {
  expect(await run(['show', 'nobody-knows'])).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringMatching(/^no checkout of order nobody-knows is known.*\n→ check the order id/),
  });
  expect(await run(['queue', '--json'], { TEMPORAL_ADDRESS: '127.0.0.1:1' })).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(
      /^\{"error":\{"name":"TemporalUnreachableError","message":"cannot reach Temporal/,
    ),
  });
});

test('a command that is not understood ends with 2 and says why', async () => {
  expect(await run(['refund-instead', 'order-1'])).toMatchObject({
    status: 2,
    stdout: '',
    stderr: 'refund-instead wants a --reason\n→ “checkout --help” shows the commands\n',
  });
});

test('--help, or nothing at all, shows every command', async () => {
  for (const args of [['--help'], []]) {
    const { status, stdout } = await run(args);
    expect(status).toBe(0);
    for (const name of ['queue', 'show', 'cancel', 'refund-instead', 'reconcile'])
      expect(stdout).toContain(name);
  }
});
