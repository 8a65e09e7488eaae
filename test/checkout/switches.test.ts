import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';
import { builtProgram } from '../../dev/program.ts';
import { startStandIns } from '../../dev/stand-ins.ts';
import { createSupervisor } from '../../dev/supervisor.ts';
import { answers } from '../../emulators/seatsio/open-questions.ts';
import { openStage } from '../../proofs/stage/stage.ts';
import { SINGLES } from '../../proofs/switches/settings.ts';
import { CheckoutClient } from '../../src/client.ts';
import { toTerms } from '../../src/config.ts';
import { expectLaw } from '../stack/ledgers.ts';
import { orderOf, report } from '../stack/use-stack.ts';
import { startWorkerProcess } from '../stack/worker-process.ts';

/**
 * Settings are the whole stand-in's, and the other tests have the cautious ones: so these have stand-ins and a
 * worker of their own, in the shared Temporal. `npm run switches` runs all of the checkout's tests like this.
 */
const TASK_QUEUE = 'switches';
const supervisor = createSupervisor();
const dataDir = await mkdtemp(join(tmpdir(), 'checkout-saga-switches-'));
afterAll(async () => {
  await supervisor.close();
  await rm(dataDir, { recursive: true, force: true });
});
const { urls } = await startStandIns({
  program: builtProgram('emulators/main.js'),
  env: process.env,
  dataDir,
  supervisor,
  signal: new AbortController().signal,
});
const env = {
  ...inject('stack').env,
  SEATSIO_BASE_URL: urls.seatsio,
  TMT_BASE_URL: urls.tmt,
  STRIPE_BASE_URL: urls.stripe,
  TASK_QUEUE,
};
await startWorkerProcess(env);
const stage = await openStage({ env, admin: urls.admin });
afterAll(() => stage.close());

const client = (holdMinutes: number) =>
  new CheckoutClient({ client: stage.temporal, taskQueue: TASK_QUEUE, terms: toTerms(holdMinutes, 1) });
const checkouts = client(10);

async function answerOpenQuestions(settings: object): Promise<void> {
  const answer = await fetch(`${urls.admin}/seatsio/settings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...answers(), ...settings }),
  });
  expect(answer.status).toBe(200);
}

/** A call of this order or token at Seats.io that takes effect, and whose answer is lost. */
const loseAnswer = (call: string, match: string) =>
  stage.fault({ system: 'seatsio', call, match, action: { type: 'drop', when: 'after' } });

async function sell(eventId: string, name: string, lost?: string) {
  const order = orderOf(eventId, name, [name, ['Floor', 2]]);
  const fault = lost === undefined ? undefined : await loseAnswer(lost, order.orderId);
  await checkouts.start(order);
  const { paymentId, confirm } = await stage.pay(order);
  await confirm();
  await checkouts.recordPayment(report(order, paymentId, 'captured'));
  const { outcome } = await checkouts.result(order.orderId);
  await fault?.hit();
  return outcome;
}

async function expire(eventId: string, name: string) {
  const order = orderOf(eventId, name, [name, ['Floor', 2]]);
  await client(0.3 / 60).start(order);
  return (await client(0.3 / 60).result(order.orderId)).outcome;
}

async function cancel(eventId: string, name: string) {
  const order = orderOf(eventId, name, [name, ['Floor', 2]]);
  await checkouts.start(order);
  const { holdToken = '' } = await stage.seatsio.events.retrieveObjectInfo(eventId, name);
  const lost = await loseAnswer('expireToken', holdToken);
  const { outcome } = await checkouts.cancel(order.orderId);
  await lost.hit();
  return outcome;
}

test.each(SINGLES)('%j: seats are sold, let go and refused, also when answers are lost', async (settings) => {
  await answerOpenQuestions(settings);
  const eventId = await stage.newEvent({ stalls: 40, floor: 100 });
  const outcomes = await Promise.all([
    sell(eventId, 'A-1'),
    sell(eventId, 'A-2', 'hold'),
    sell(eventId, 'A-3', 'book'),
    expire(eventId, 'A-4'),
    cancel(eventId, 'A-5'),
  ]);
  expect(outcomes).toEqual(['completed', 'completed', 'completed', 'expired', 'cancelled']);
  const late = orderOf(eventId, 'late', ['A-1', ['Floor', 2]]);
  await expect(checkouts.start(late)).resolves.toMatchObject({
    state: 'ended',
    result: { outcome: 'unavailable' },
  });
  await expect
    .poll(async () => (await stage.seatsio.events.retrieveObjectInfo(eventId, 'Floor')).numFree)
    .toBe(94);
  await expectLaw(stage.ledgers, eventId);
});
