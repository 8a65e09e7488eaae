import { parseArgs } from 'node:util';
import type { Stack } from '../../dev/stack.ts';
import { onOwnStack, progress } from '../stage/own-stack.ts';
import { openStage } from '../stage/stage.ts';
import { makeKnownThings } from './known-world.ts';
import { runRequests } from './run-requests.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);
const OK_AT_LEAST = 0.3;
const SECRETS = { stripe: 'whsec_of_generated_requests', payments: 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' };

/** The limits have tests of their own; here they would only answer before the routes do. */
const SETTINGS = {
  GATEWAY_CALLS_PER_SECOND: '100000',
  GATEWAY_MAX_OPEN_PER_BUYER: '100000',
  GATEWAY_MAX_LAG_MS: '60000',
  SEATSIO_MAX_CALLS: '100',
  ORDER_TOKEN_KEYS: 'k1:secret-of-the-generated-requests-0',
  STRIPE_WEBHOOK_SECRETS: SECRETS.stripe,
  PAYMENT_WEBHOOK_SECRETS: SECRETS.payments,
};

const { values: flags } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    'at-once': { type: 'string', default: '8' },
  },
});

const env = { ...process.env, ...SETTINGS };
process.exit(await onOwnStack('requests', { gateway: true, env }, play));

async function play(stack: Stack): Promise<number> {
  const { gateway } = stack;
  if (!gateway) throw new TypeError('the stack has no gateway');
  const stage = await openStage(stack);
  try {
    const count = Number(flags.count);
    const result = await runRequests({
      ...{ ...gateway, secrets: SECRETS, count, atOnce: Number(flags['at-once']), seed: Number(flags.seed) },
      known: await makeKnownThings(stage, 40, 60),
      onProgress: (done) => progress(`${done} of ${count} requests`),
    });
    for (const [route, { count: asked, ok }] of Object.entries(result.byRoute)) {
      progress(`${route}: ${ok} of ${asked} answered with 2xx`);
    }
    for (const violation of result.violations) say(violation);
    const { demanding } = result;
    const share = demanding.ok / demanding.count;
    const statuses = Object.entries(result.byStatus).map(([status, times]) => `${status} × ${times}`);
    say(
      `${result.count} requests (${statuses.join(', ')}); of the ${demanding.count} to routes that refuse ` +
        `${Math.round(100 * share)} % answered with 2xx; ` +
        `${result.violations.length} answers that the document does not allow`,
    );
    return result.violations.length === 0 && share >= OK_AT_LEAST ? 0 : 1;
  } finally {
    await stage.close();
  }
}
