import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import type { App } from '../src/http/app.ts';
import { addScope } from '../src/http/app.ts';
import type { Access } from '../src/http/auth/access-control.ts';
import { createKeyRing } from '../src/http/auth/api-keys.ts';
import { createOrderTokens } from '../src/http/auth/order-tokens.ts';
import { problemAnswers } from '../src/http/problem.ts';
import { addHealthRoutes } from '../src/http/routes/health.ts';
import { createServer } from '../src/http/server.ts';

const KEY = 'a-key-of-a-shop-000000000000';
const open: App[] = [];
afterEach(() => Promise.all(open.splice(0).map((app) => app.close())));

function build(lines: string[] = [], requestWithinMs = 10_000): App {
  const app = createServer({
    title: 'A server',
    requestWithinMs,
    log: pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }),
    findCaller: createKeyRing([{ name: 'shop', role: 'checkout', key: KEY }]),
    keyHeader: 'x-api-key',
    orderTokens: createOrderTokens([]),
  });
  open.push(app);
  return app;
}

const answer = z.object({ said: z.string() });
const schema = { summary: 'Says something', response: { 200: answer, ...problemAnswers() } };

test('a route that does not say who may call it, or lacks its schema, stops the start', async () => {
  const start = async (
    config: { access?: Access },
    schema: object,
    url = '/x',
    method: 'GET' | 'POST' = 'GET',
  ) => {
    const app = build();
    addScope(app, (scope) => {
      scope.route({ method, url, config, schema, handler: async () => ({ said: 'x' }) });
    });
    await app.ready();
  };

  await expect(start({}, schema)).rejects.toThrow('GET /x does not say who may call it');
  await expect(start({ access: 'anybody' }, {})).rejects.toThrow('GET /x lacks its summary or its answers');
  await expect(start({ access: 'anybody' }, { summary: 'x' })).rejects.toThrow(
    'lacks its summary or its answers',
  );
  await expect(start({ access: 'anybody' }, schema)).resolves.toBeUndefined();
  await expect(start({ access: 'anybody' }, schema, '/x/:id')).rejects.toThrow(
    'GET /x/:id lacks the schema of its path',
  );
  await expect(start({ access: 'anybody' }, schema, '/x', 'POST')).rejects.toThrow(
    'POST /x lacks the schema of its body',
  );
});

test('an answer has what its schema lists, and nothing else; one that does not fit is not sent', async () => {
  const lines: string[] = [];
  const app = build(lines);
  const said: Record<string, unknown> = {
    more: { said: 'x', secret: 'canary' },
    wrong: { said: 7, secret: 'canary' },
  };
  addScope(app, (scope) => {
    scope.get('/more', { config: { access: 'anybody' }, schema }, async () => said.more as { said: string });
    scope.get(
      '/wrong',
      { config: { access: 'anybody' }, schema },
      async () => said.wrong as { said: string },
    );
  });

  expect((await app.inject('/more')).json()).toEqual({ said: 'x' });
  const wrong = await app.inject('/wrong');
  expect(wrong.statusCode).toBe(500);
  expect(wrong.json()).toMatchObject({ type: 'urn:checkout-saga:problem:broken' });
  expect(wrong.body + lines.join('')).not.toContain('canary');
});

test('an error that nobody expected tells the caller nothing but its request id, by which the log has it', async () => {
  const lines: string[] = [];
  const app = build(lines);
  addScope(app, (scope) => {
    scope.get('/fails', { config: { access: 'anybody' }, schema }, async () => {
      throw new TypeError('canary: what a caller sent');
    });
  });
  const { body, headers } = await app.inject('/fails?token=canary');
  const problem = JSON.parse(body);

  expect(problem).toMatchObject({ status: 500, requestId: headers['x-request-id'] });
  const logged = lines
    .map((line) => JSON.parse(line))
    .filter(({ requestId }) => requestId === problem.requestId);
  expect(logged).toEqual([
    expect.objectContaining({ error: 'TypeError', problem: 'broken', at: expect.arrayContaining([]) }),
    expect.objectContaining({ route: '/fails', status: 500 }),
  ]);
  expect(logged[0].at[0]).toContain('gateway-server.test.ts');
  expect(body + lines.join('')).not.toContain('canary');
});

test('every answer has the headers that keep browsers out, refusals too', async () => {
  const app = build();
  addHealthRoutes(app, { temporalIsUp: async () => true });
  for (const url of ['/healthz', '/nowhere', '/openapi.json']) {
    const { headers } = await app.inject(url);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
    expect(headers).not.toHaveProperty('server');
  }
});

test('it is alive without Temporal, but not ready', async () => {
  let up = false;
  const app = build();
  addHealthRoutes(app, { temporalIsUp: async () => up });

  expect((await app.inject('/healthz')).statusCode).toBe(200);
  const notReady = await app.inject('/readyz');
  expect(notReady.statusCode).toBe(503);
  expect(notReady.headers).toMatchObject({
    'retry-after': '1',
    'content-type': 'application/problem+json; charset=utf-8',
  });
  up = true;
  expect((await app.inject('/readyz')).statusCode).toBe(200);
});

test.each([
  ['too large', 413, 'application/json', JSON.stringify({ text: 'x'.repeat(70_000) })],
  ['no JSON', 400, 'application/json', '{"text":'],
  ['a prototype', 400, 'application/json', '{"text":"x","__proto__":{"admin":true}}'],
  ['of another type', 415, 'text/plain', '{"text":"x"}'],
  ['of no type', 415, undefined, '{"text":"x"}'],
  ['a form', 415, 'application/x-www-form-urlencoded', 'text=x'],
  ['of another shape', 400, 'application/json', '{"text":7}'],
  ['as it should be', 200, 'application/json', '{"text":"x"}'],
])('a body that is %s is answered with %i', async (_, status, type, payload) => {
  const app = build();
  addScope(app, (scope) => {
    const body = z.object({ text: z.string() });
    scope.post('/x', { config: { access: ['checkout'] }, schema: { ...schema, body } }, async (request) => ({
      said: request.body.text,
    }));
  });
  const headers = { 'x-api-key': KEY, ...(type !== undefined && { 'content-type': type }) };
  const reply = await app.inject({ method: 'POST', url: '/x', headers, payload });

  expect(reply.statusCode).toBe(status);
  if (status !== 200) expect(reply.headers['content-type']).toContain('application/problem+json');
});

test('a URL that cannot be decoded, and a method that no route has, are problems too', async () => {
  const lines: string[] = [];
  const app = build(lines);
  addHealthRoutes(app, { temporalIsUp: async () => true });
  const bad = await app.inject('/%zz');
  expect([bad.statusCode, bad.json().type]).toEqual([400, 'urn:checkout-saga:problem:bad-request']);
  const { requestId } = bad.json();
  expect(bad.headers).toMatchObject({ 'x-request-id': requestId, 'x-frame-options': 'DENY' });
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ requestId, method: 'GET', route: 'none', status: 400, msg: 'answered' }),
  ]);
  for (const method of ['DELETE', 'PUT', 'HEAD', 'OPTIONS'] as const) {
    expect((await app.inject({ method, url: '/healthz' })).statusCode).toBe(404);
  }
});

test('a request whose body does not come is 408 as a problem document, and its connection ends', async () => {
  const lines: string[] = [];
  const app = build(lines, 300);
  addScope(app, (scope) => {
    const body = z.object({ text: z.string() });
    scope.post('/x', { config: { access: ['checkout'] }, schema: { ...schema, body } }, async () => ({
      said: 'x',
    }));
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    answer += chunk;
  });
  socket.write(`POST /x HTTP/1.1\r\nhost: x\r\nx-api-key: ${KEY}\r\n`);
  socket.write('content-type: application/json\r\ncontent-length: 100\r\n\r\n{"text":"canary');
  await once(socket, 'close');

  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  expect(answer).toContain('content-type: application/problem+json');
  expect(answer).toContain('x-content-type-options: nosniff');
  const problem = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));
  expect(problem).toMatchObject({ status: 408, type: 'urn:checkout-saga:problem:too-slow' });
  expect(lines.some((line) => line.includes(problem.requestId))).toBe(true);
  expect(lines.join('')).not.toMatch(/canary|a-key-of|rawPacket/);
});

test('a request whose body does not come keeps no server from closing, one that is being answered does', async () => {
  const app = build([], 300);
  let entered = () => {};
  const inHandler = new Promise<void>((resolve) => {
    entered = resolve;
  });
  addScope(app, (scope) => {
    scope.post(
      '/x',
      { config: { access: ['checkout'] }, schema: { ...schema, body: z.unknown() } },
      async () => {
        entered();
        await new Promise((resolve) => setTimeout(resolve, 900));
        return { said: 'x' };
      },
    );
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const slow = fetch(`http://127.0.0.1:${port}/x`, { method: 'POST', headers: { 'x-api-key': KEY } });
  await inHandler;
  const begun = connect(port, '127.0.0.1').on('error', () => {});
  const seen = once(app.server, 'request');
  begun.write(`POST /x HTTP/1.1\r\nhost: x\r\nx-api-key: ${KEY}\r\ncontent-length: 100\r\n\r\n{`);
  await seen;
  const startedAt = performance.now();
  await app.close();

  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect((await slow).status).toBe(200);
});
