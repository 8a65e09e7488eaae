import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { builtProgram } from '../../dev/program.ts';
import { KEYS } from '../stack/use-gateway.ts';
import { useStack } from '../stack/use-stack.ts';

const stack = await useStack();
const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

const SETTINGS = {
  GATEWAY_HOST: '127.0.0.1',
  GATEWAY_PORT: '0',
  GATEWAY_ADMIN_PORT: '0',
  GATEWAY_KEYS: `shop:checkout:${KEYS.checkout}`,
};

function start(settings: NodeJS.ProcessEnv) {
  const { command, args } = builtProgram('src/gateway.js');
  const env = { ...process.env, ...stack.env, ...settings };
  const child = spawn(command, [...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  const output = { lines: [] as string[], errors: '' };
  child.stderr.on('data', (chunk) => {
    output.errors += String(chunk);
  });
  const urls = new Promise<{ url: string; adminUrl: string }>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      output.lines.push(line);
      if (line.includes('"gateway running"')) resolve(JSON.parse(line) as { url: string; adminUrl: string });
    });
  });
  return { child, output, urls, exited: once(child, 'close') as Promise<[number | null]> };
}

test('at SIGTERM an answer under way is given, a new connection is refused, and the process ends with 0', async () => {
  const { child, output, urls, exited } = start(SETTINGS);
  const { url } = await urls;
  const eventId = await stack.newEvent();
  const pause = await stack.fault({
    system: 'seatsio',
    call: 'hold',
    match: eventId,
    action: { type: 'pause', when: 'before' },
  });
  const hold = fetch(`${url}/hold_seats_seatsio`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': KEYS.checkout },
    body: JSON.stringify({ data: { event_id: eventId, seats: ['A-1'] } }),
  });
  await pause.hit();
  child.kill('SIGTERM');
  await refusesConnections(url);
  await pause.release();

  expect((await hold).status).toBe(200);
  expect(await exited).toEqual([0, null]);
  expect(output.errors).toBe('');
  expect(output.lines.join('\n')).not.toContain(KEYS.checkout);
});

test('with missing and wrong settings it names them all, and ends with 1', async () => {
  const { output, exited } = start({
    ...SETTINGS,
    GATEWAY_KEYS: 'shop:checkout:canary',
    GATEWAY_PORT: 'x',
    SEATSIO_SECRET_KEY: '',
  });

  expect(await exited).toEqual([1, null]);
  for (const name of [
    'GATEWAY_KEYS entry 1 must be',
    'GATEWAY_PORT must be',
    'SEATSIO_SECRET_KEY is missing',
  ]) {
    expect(output.errors).toContain(name);
  }
  expect(output.errors).not.toContain('canary');
  expect(output.lines).toEqual([]);
});

test('an address that is taken ends it with 1, and leaves no listener behind', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const { output, exited } = start({ ...SETTINGS, GATEWAY_ADMIN_PORT: String(port) });

  expect(await exited).toEqual([1, null]);
  expect(output.errors).toContain('EADDRINUSE');
  taken.close();
});

test('without a Temporal server it says where it tried, and ends with 1', async () => {
  const { output, exited } = start({ ...SETTINGS, TEMPORAL_ADDRESS: '127.0.0.1:1' });

  expect(await exited).toEqual([1, null]);
  expect(output.errors).toContain('cannot reach Temporal at 127.0.0.1:1');
});

/** Resolves when nobody listens at the URL any more. */
async function refusesConnections(url: string): Promise<void> {
  while (
    await fetch(`${url}/healthz`, { headers: { connection: 'close' } }).then(
      () => true,
      () => false,
    )
  );
}
