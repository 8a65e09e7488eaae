import { parseArgs } from 'node:util';
import type { Stack } from '../../dev/stack.ts';
import { onOwnStack, progress } from '../../proofs/stage/own-stack.ts';
import { openStage } from '../../proofs/stage/stage.ts';
import { measure } from './measure.ts';

const { values: flags } = parseArgs({ options: { gets: { type: 'string' } } });

const SETTINGS = {
  GATEWAY_CALLS_PER_SECOND: '100000',
  GATEWAY_MAX_OPEN_PER_BUYER: '100000',
  GATEWAY_MAX_LAG_MS: '60000',
  SEATSIO_MAX_CALLS: '100',
};

const env = { ...process.env, ...SETTINGS };
process.exit(await onOwnStack('bench-gateway', { gateway: true, env }, play));

async function play(stack: Stack): Promise<number> {
  const { gateway } = stack;
  if (!gateway) throw new TypeError('the stack has no gateway');
  const stage = await openStage(stack);
  try {
    const gets = flags.gets === undefined ? undefined : Number(flags.gets);
    return await measure({ stage, gateway, progress, ...(gets !== undefined && { gets }) });
  } finally {
    await stage.close();
  }
}
