import { expect, test } from 'vitest';
import { orderOf, report, useStack } from '../stack/use-stack.ts';
import { startWorkerProcess } from '../stack/worker-process.ts';

const stack = await useStack();

test('no token, key or personal datum gets into a log line, an error, an id, a summary or a search attribute', async () => {
  const eventId = await stack.newEvent();
  const taskQueue = `secrets-${eventId}`;
  const worker = await startWorkerProcess({ ...stack.env, TASK_QUEUE: taskQueue, LOG_LEVEL: 'trace' });
  const checkouts = stack.checkouts(10, taskQueue);
  const order = orderOf(eventId, 'canary', ['A-1', ['Floor', 1]]);
  order.buyer = {
    email: 'canary.mail@example.org',
    name: 'Canary Name',
    nationalId: 'canary-id',
    phone: '+58-canary',
  };

  // Failures on the way, each with the secrets in what the remote says back.
  const hold = await checkouts.start(order);
  const token = hold.state === 'held' ? hold.token : '';
  const body = {
    message: `${token} ${order.buyer.email}`,
    messages: [token],
    errors: [{ code: token, message: token }],
  };
  const failure = { type: 'status', status: 500, when: 'before', body };
  await stack.fault({ system: 'seatsio', call: 'book', match: `${order.orderId}-1`, action: failure });
  await stack.fault({ system: 'seatsio', call: 'expireToken', match: token, action: failure });
  await stack.fault({
    system: 'tmt',
    call: 'order_created',
    match: `${order.orderId}-1`,
    action: { ...failure, status: 429 },
  });
  await checkouts.recordPayment(report(order, 'pi_other', 'declined'));
  await stack.buy(checkouts, order);
  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'completed' });
  await worker.exit('SIGTERM');

  const secrets = [
    token,
    'canary.mail',
    'Canary Name',
    'canary-id',
    '+58-canary',
    String(stack.env.SEATSIO_SECRET_KEY),
    String(stack.env.STRIPE_API_KEY),
  ];
  const found = (text: string) => secrets.filter((secret) => text.includes(secret));
  expect(worker.lines.length).toBeGreaterThan(5);
  expect(found([...worker.lines, ...worker.errors].join('\n')), 'in the log').toEqual([]);

  const handle = stack.temporal.workflow.getHandle(hold.workflowId);
  const { workflowId, memo, searchAttributes, typedSearchAttributes } = await handle.describe();
  const seen = JSON.stringify([workflowId, memo, searchAttributes, typedSearchAttributes]);
  expect(found(seen), 'in what is listed').toEqual([]);
  const { events } = await handle.fetchHistory();
  const failures = (events ?? []).flatMap(
    ({ activityTaskStartedEventAttributes: started }) => started?.lastFailure ?? [],
  );
  const metadata = (events ?? []).flatMap(({ userMetadata }) => String(userMetadata?.summary?.data ?? ''));
  expect(failures.length, 'the steps did fail').toBeGreaterThan(0);
  expect(found(JSON.stringify(failures) + metadata.join()), 'in failures and summaries').toEqual([]);
});
