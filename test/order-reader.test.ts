import type { Client } from '@temporalio/client';
import { expect, test } from 'vitest';
import { CheckoutBrokenError } from '../src/checkout-errors.ts';
import { createOrderReader } from '../src/http/order-reader.ts';
import { createWaiters } from '../src/http/waiters.ts';

const caller = { name: 'shop', role: 'checkout' } as const;
const client = {
  withDeadline: <T>(_deadline: number, call: () => Promise<T>) => call(),
} as unknown as Client;

function useBroken() {
  let reads = 0;
  const status = async () => {
    reads += 1;
    throw new CheckoutBrokenError('checkout/o1', 'TERMINATED');
  };
  const reader = createOrderReader({ client, checkoutsOf: () => ({ status }) });
  return { reader, reads: () => reads };
}

test('who waits for a change of a broken order waits its time, and the order is read once', async () => {
  const { reader, reads } = useBroken();
  const startedAt = performance.now();
  const wait = { after: '1-processing', waitMs: 600, signal: new AbortController().signal };
  const view = await reader.readChanged('o1', caller, wait);

  expect(view).toMatchObject({ state: 'processing', needsPerson: true, version: '1-processing' });
  expect(performance.now() - startedAt).toBeGreaterThan(590);
  expect(reads()).toBe(1);
});

test('who waits for a change of a broken order, and goes, is waited for no more', async () => {
  const { reader } = useBroken();
  const gone = new AbortController();
  const answer = reader.readChanged('o1', caller, {
    ...{ after: '1-processing', waitMs: 600_000 },
    signal: gone.signal,
  });
  setTimeout(() => gone.abort(), 50);
  await expect(answer).resolves.toMatchObject({ state: 'processing' });
});

test('a broken order does not count as open for ever', async () => {
  const { reader } = useBroken();
  expect(await reader.isOpen({ owner: 'shop', orderId: 'o1' })).toBe(false);
});

test('no caller takes the waiting of all others: beyond its share it is 429 with Retry-After', () => {
  const { enter } = createWaiters({ inAll: 4, perKey: 2, perOrder: 1 });
  const tooMany = expect.objectContaining({
    kind: 'too_many_requests',
    details: { headers: { 'retry-after': '5' } },
  });
  const buyer = { name: 'shop', role: 'buyer' } as const;
  const leave = enter(caller, 'o1');
  enter(caller, 'o1');
  expect(() => enter(caller, 'o2')).toThrow(tooMany);
  enter(buyer, 'o1');
  expect(() => enter(buyer, 'o1')).toThrow(tooMany);
  enter(buyer, 'o2');
  leave();
  enter(caller, 'o2');
  expect(() => enter({ ...caller, name: 'other' }, 'o3'), 'of all callers').toThrow(tooMany);
});
