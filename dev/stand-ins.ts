import { join } from 'node:path';
import { freePort } from './free-port.ts';
import type { Program } from './program.ts';
import type { Child, Supervisor } from './supervisor.ts';
import { firstLine, ready } from './wait-for-child.ts';

/** Base URLs of the stand-ins, without a slash at the end. */
export interface StandInUrls {
  seatsio: string;
  tmt: string;
  stripe: string;
  /** Ledgers, faults and set-up of all three. */
  admin: string;
}

export interface StandInsOptions {
  program: Program;
  env: NodeJS.ProcessEnv;
  dataDir: string;
  supervisor: Supervisor;
  signal: AbortSignal;
}

/** The ports are the same at every start when they are free, so that links and scripts stay good. */
const USUAL_PORTS = { seatsio: 7301, tmt: 7302, stripe: 7303, admin: 7304 };
const START_MS = 30_000;

/** The Seats.io secret key and Stripe key that the stand-ins take; they open nothing else. */
export const DEMO_KEYS = { seatsio: 'seatsio-demo-secret', stripe: 'sk_test_demo' };

/**
 * Starts the stand-ins for Seats.io, TMT and the payment provider as one process, and waits until all listen.
 *
 * @throws Error when it ends before, or says nothing for 30 s
 */
export async function startStandIns(options: StandInsOptions): Promise<{ urls: StandInUrls; child: Child }> {
  const ports: number[] = [];
  const flags: string[] = [];
  for (const [name, usual] of Object.entries(USUAL_PORTS)) {
    const port = await freePort(usual, ports);
    ports.push(port);
    flags.push(`--${name}-port`, String(port));
  }
  const told = firstLine((line) => line.startsWith('{'));
  const child = options.supervisor.start({
    name: 'stand-ins',
    command: options.program.command,
    args: [...options.program.args, ...flags, '--data', join(options.dataDir, 'stand-ins')],
    env: options.env,
    logFile: join(options.dataDir, 'stand-ins.log'),
    onLine: told.onLine,
  });
  const line = await ready(child, (signal) => told.within(START_MS, 'stand-ins', signal), options.signal);
  return { urls: parseUrls(line), child };
}

function parseUrls(line: string): StandInUrls {
  const told: unknown = JSON.parse(line);
  const url = (name: keyof StandInUrls): string => {
    const value =
      typeof told === 'object' && told && name in told ? told[name as keyof typeof told] : undefined;
    if (typeof value !== 'string') throw new Error(`stand-ins: their first line gives no URL of ${name}`);
    return value;
  };
  return { seatsio: url('seatsio'), tmt: url('tmt'), stripe: url('stripe'), admin: url('admin') };
}
