import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { InterruptedError, listenForInterruption } from '../../dev/interruption.ts';
import { type Stack, startStack } from '../../dev/stack.ts';
import { openStage } from '../../proofs/stage/stage.ts';
import { measure } from './measure.ts';

const { values: flags } = parseArgs({ options: { gets: { type: 'string' } } });

const SETTINGS = {
  GATEWAY_CALLS_PER_SECOND: '100000',
  GATEWAY_MAX_OPEN_PER_BUYER: '100000',
  GATEWAY_MAX_LAG_MS: '60000',
  SEATSIO_MAX_CALLS: '100',
};

const progress = (line: string) => void process.stderr.write(`· ${line}\n`);

process.exit(await main());

async function main(): Promise<number> {
  const interruption = listenForInterruption((name) => progress(`${name}: stopping everything`));
  const { signal } = interruption;
  const dataDir = await mkdtemp(join(tmpdir(), 'checkout-saga-bench-gateway-'));
  let stack: Stack | undefined;
  try {
    const env = { ...process.env, ...SETTINGS };
    stack = await startStack({ dataDir, inMemory: true, gateway: true, env, progress, signal });
    const broken = stack.failed.then((reason) => Promise.reject(reason));
    return await Promise.race([play(stack), broken]);
  } catch (error) {
    if (error instanceof InterruptedError) return interruption.exitCode();
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return 2;
  } finally {
    await stack?.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function play({ env, admin, gateway }: Stack): Promise<number> {
  if (!gateway) throw new TypeError('the stack has no gateway');
  const given = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const stage = await openStage({ env: Object.fromEntries(given), admin });
  try {
    const gets = flags.gets === undefined ? undefined : Number(flags.gets);
    return await measure({ stage, gateway, progress, ...(gets !== undefined && { gets }) });
  } finally {
    await stage.close();
  }
}
