import { createHash } from 'node:crypto';
import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowFailedError } from '@temporalio/client';
import { expect, test } from 'vitest';
import { createIdempotentHolds } from '../src/http/idempotent-holds.ts';

const data = { event_id: 'Ev1', seats: ['A-1'] };
const content = createHash('sha256')
  .update(JSON.stringify([data.event_id, data.seats]))
  .digest('base64url');
const request = { caller: 'shop', key: 'a-key-of-a-call', data };
const timedOut = () => Promise.reject(new WorkflowFailedError('timed out', undefined, 'TIMEOUT'));

/** A Temporal that has a closed run under the key; `starts` says what each start comes to. */
function temporalWith(status: string, starts: (() => Promise<unknown>)[]): Client {
  const taken = () => Promise.reject(new WorkflowExecutionAlreadyStartedError('', 'hold-key/x', 'y'));
  const answers = [taken, ...starts];
  return {
    withDeadline: <T>(_deadline: number, call: () => Promise<T>) => call(),
    workflow: {
      start: () => answers.shift()?.(),
      getHandle: () => ({
        describe: async () => ({ status: { name: status }, memo: { content } }),
        result: timedOut,
      }),
    },
  } as unknown as Client;
}

const holdAt = (client: Client) => createIdempotentHolds({ client, taskQueue: 'x' }).hold(request);

test('a run that was given up between the start of its twin and the look at it is made again', async () => {
  const held = { hold: { objects: {}, holdToken: { token: 't', expiresAt: '2027-01-01T00:00:00.000Z' } } };
  const client = temporalWith('TIMED_OUT', [async () => ({ result: async () => ({ held }) })]);
  await expect(holdAt(client)).resolves.toEqual(held);
});

test('of two who make it again, the second is told that it is under way', async () => {
  const client = temporalWith('TIMED_OUT', [
    () => Promise.reject(new WorkflowExecutionAlreadyStartedError('', 'hold-key/x', 'y')),
  ]);
  await expect(holdAt(client)).rejects.toMatchObject({ details: { code: 'still_running' } });
});

test('a run that is given up is no answer, and no failure of the gateway', async () => {
  const client = temporalWith('TIMED_OUT', [async () => ({ result: timedOut })]);
  await expect(holdAt(client)).rejects.toMatchObject({ code: 'hold_unknown' });
});
