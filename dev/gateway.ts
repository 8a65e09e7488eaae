import { join } from 'node:path';
import { freePort } from './free-port.ts';
import type { Program } from './program.ts';
import type { Child, Supervisor } from './supervisor.ts';
import { firstLine, ready } from './wait-for-child.ts';

/** Where the gateway is, and one key per role for trying it. */
export interface GatewayAccess {
  url: string;
  /** The listener for administrators. */
  adminUrl: string;
  keys: { checkout: string; payments: string; admin: string };
}

export interface GatewayStart {
  program: Program;
  env: NodeJS.ProcessEnv;
  dataDir: string;
  supervisor: Supervisor;
  signal: AbortSignal;
}

/** Free ones if these are taken, so that links and scripts stay good. */
const USUAL_PORTS = { url: 7400, adminUrl: 7401 };
const START_MS = 30_000;
const GRACE_MS = 10_000;

/** They open the gateway of a demo on this machine, and nothing else. */
const DEMO_KEYS = {
  checkout: 'demo-key-of-the-shop-0000000',
  payments: 'demo-key-of-the-payments-000',
  admin: 'demo-key-of-the-operators-00',
};

/**
 * Starts the gateway as a process of its own, on the loopback, and waits until both listeners are open.
 *
 * @throws Error when it ends before, or says nothing for 30 s
 */
export async function startGateway(options: GatewayStart): Promise<{ access: GatewayAccess; child: Child }> {
  const port = await freePort(USUAL_PORTS.url);
  const adminPort = await freePort(USUAL_PORTS.adminUrl, [port]);
  const running = firstLine((line) => line.includes('"msg":"gateway running"'));
  const child = options.supervisor.start({
    name: 'gateway',
    command: options.program.command,
    args: [...options.program.args],
    env: {
      ...options.env,
      // The tour's holds last seconds; who tries the gateway by hand wants the usual ones.
      ...{ HOLD_MINUTES: '10', HOLD_GRACE_MINUTES: '1' },
      GATEWAY_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      GATEWAY_ADMIN_HOST: '127.0.0.1',
      GATEWAY_ADMIN_PORT: String(adminPort),
      ORDER_TOKEN_KEYS: options.env.ORDER_TOKEN_KEYS ?? 'demo:demo-secret-of-the-order-tokens-0',
      GATEWAY_KEY_HEADER: 'x-api-key',
      GATEWAY_KEYS: [
        `shop:checkout:${DEMO_KEYS.checkout}`,
        `payment-service:payments:${DEMO_KEYS.payments}`,
        `operators:admin:${DEMO_KEYS.admin}`,
      ].join(' '),
    },
    logFile: join(options.dataDir, 'gateway.log'),
    onLine: running.onLine,
    graceMs: GRACE_MS,
  });
  await ready(child, (aborted) => running.within(START_MS, 'gateway', aborted), options.signal);
  const urls = { url: `http://127.0.0.1:${port}`, adminUrl: `http://127.0.0.1:${adminPort}` };
  return { access: { ...urls, keys: DEMO_KEYS }, child };
}
