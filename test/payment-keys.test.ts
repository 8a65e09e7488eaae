import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createPaymentProvider } from '../src/stripe/payment-provider.ts';

test('every write to the provider carries the key of its step, and its repeat the same one', async () => {
  const keys: unknown[] = [];
  const server = createServer((request, response) => {
    keys.push(request.headers['idempotency-key']);
    response.writeHead(502).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const provider = createPaymentProvider({ apiKey: 'sk_test_demo', baseUrl: `http://127.0.0.1:${port}` });
  const call = { timeoutMs: 5_000 };

  for (const write of ['capture', 'cancel', 'refund', 'refund'] as const) {
    await expect(provider[write]('pi_1', `key-of-${write}`, call)).rejects.toMatchObject({ kind: 'unknown' });
  }
  server.close();

  expect(keys).toEqual(['key-of-capture', 'key-of-cancel', 'key-of-refund', 'key-of-refund']);
});
