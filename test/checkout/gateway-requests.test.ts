import { expect, test } from 'vitest';
import { judgeNoRoute, toOperation } from '../../proofs/gateway-requests/api-document.ts';
import { makeKnownThings } from '../../proofs/gateway-requests/known-world.ts';
import { runRequests } from '../../proofs/gateway-requests/run-requests.ts';
import { KEYS, useGateway, WEBHOOK_SECRETS } from '../stack/use-gateway.ts';
import { useStack } from '../stack/use-stack.ts';

const stack = await useStack();
const gateway = await useGateway({ limits: { openPerBuyer: 100_000, callsPerSecond: 100_000 } });

test('requests made from the OpenAPI document get answers that it allows, a third of them 2xx, and no 5xx', {
  timeout: 240_000,
}, async () => {
  const result = await runRequests({
    ...{ url: gateway.url, adminUrl: gateway.adminUrl, keys: KEYS },
    secrets: { stripe: String(WEBHOOK_SECRETS.stripe[0]), payments: String(WEBHOOK_SECRETS.payments[0]) },
    known: await makeKnownThings(stack, 6, 12),
    ...{ count: 600, atOnce: 6, seed: 7 },
  });

  expect(result.violations).toEqual([]);
  expect(result.demanding.ok / result.demanding.count).toBeGreaterThan(0.3);
  expect(Object.values(result.byRoute).every(({ count }) => count > 5)).toBe(true);
  const never = Object.entries(result.byRoute).filter(([, { ok }]) => ok === 0);
  expect(never.map(([route]) => route)).toEqual([]);
});

test('an answer of another status, type or form than the document has is noticed', () => {
  const schema = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] };
  const { judge } = toOperation('GET', '/a', {
    responses: { 200: { content: { 'application/json': { schema } } } },
  });
  expect(judge(200, 'application/json; charset=utf-8', { a: 1 })).toBeUndefined();
  expect(judge(200, 'application/json', { a: 'x' })).toContain('a');
  expect(judge(200, 'application/json', {})).toBeDefined();
  expect(judge(200, 'text/html', { a: 1 })).toBeDefined();
  expect(judge(404, 'application/json', { a: 1 })).toBeDefined();
  expect(judgeNoRoute(404, 'application/json', { a: 1 })).toBeDefined();
  expect(judgeNoRoute(404, 'application/problem+json', { a: 1 })).toBeDefined();
});
