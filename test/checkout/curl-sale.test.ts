import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import { KEYS, useGateway } from '../stack/use-gateway.ts';
import { useStack } from '../stack/use-stack.ts';

const stack = await useStack();
const gateway = await useGateway();
const run = promisify(execFile);

test('the sale of the README, with nothing but curl, ends with two tickets', async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const [, script = ''] = /```bash\n(GATEWAY=[\s\S]*?)```/.exec(readme) ?? [];
  // The first lines are where a demo is; here it is the stack of the tests.
  const commands = script.split('\n').slice(3);
  expect(commands.length).toBeGreaterThan(20);
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', ['', ...commands].join('\n')], {
    env: {
      PATH: process.env.PATH,
      ...{ GATEWAY: gateway.url, GATEWAY_ADMIN: gateway.adminUrl },
      ...{ SHOP: KEYS.checkout, SERVICE: KEYS.payments, OPERATOR: KEYS.admin },
      ...{ STRIPE: stack.env.STRIPE_BASE_URL, ADMIN: inject('stack').admin },
    },
  });

  const last = JSON.parse(stdout.slice(stdout.lastIndexOf('{"orderId"')));
  expect(last).toMatchObject({ state: 'completed', attempt: 1 });
  expect(last.tickets).toHaveLength(2);
});
