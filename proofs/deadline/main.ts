import { Client, Connection } from '@temporalio/client';
import Stripe from 'stripe';
import { createDemoEvent } from '../../dev/demo-event.ts';
import type { Stack } from '../../dev/stack.ts';
import { DEMO_KEYS } from '../../dev/stand-ins.ts';
import { CheckoutClient } from '../../src/client.ts';
import { readClientConfig } from '../../src/config.ts';
import { readTemporalConfig } from '../../src/temporal.ts';
import { createLedgers } from '../law/ledgers.ts';
import { onOwnStack, progress } from '../stage/own-stack.ts';
import { runTrials, type TrialsReport } from './run-trials.ts';

/** `npm run deadline`: a thousand payments race with the deadline, on a real server. */
const WANTED = { trials: 1_000, sides: { before: 200, together: 20, after: 200 } };
const WINDOW_MS = 50;
/** Timers of less than a second are late by up to a second on the server: longer ones are in time. */
const HOLD_MS = 2_000;
/** As many as two cores can serve without shifting the timers. */
const PARALLEL = 16;

const say = (line: string) => void process.stdout.write(`${line}\n`);

process.exit(await onOwnStack('deadline', {}, async (stack) => tell(await race(stack))));

async function race(stack: Stack): Promise<TrialsReport> {
  const { connection: options, namespace } = readTemporalConfig(stack.env);
  const connection = await Connection.connect(options);
  try {
    const temporal = new Client({ connection, namespace });
    const { taskQueue, terms } = readClientConfig(stack.env);
    const { hostname: host, port } = new URL(stack.stripe);
    let events = 0;
    let last = 0;
    progress(`${WANTED.trials} payments race with the deadline`);
    return await runTrials({
      temporal,
      checkouts: new CheckoutClient({
        client: temporal,
        taskQueue,
        terms: { ...terms, holdMs: HOLD_MS },
      }),
      stripe: new Stripe(DEMO_KEYS.stripe, {
        host,
        port,
        protocol: 'http',
        telemetry: false,
        maxNetworkRetries: 0,
      }),
      ledgers: createLedgers(stack.admin),
      newEvent: async () => (await createDemoEvent(stack, `deadline${++events}`)).id,
      wanted: WANTED,
      windowMs: WINDOW_MS,
      parallel: PARALLEL,
      onTrial: (report) => {
        if (report.counted < last + 100) return;
        last = report.counted;
        progress(describe(report));
      },
    });
  } finally {
    await connection.close();
  }
}

function tell(report: TrialsReport): number {
  const { sides, counted, stopped, outside, ended, enough, violations } = report;
  for (const violation of violations) say(violation);
  say(
    `not counted: ${outside} reports outside the ${WINDOW_MS} ms, ${stopped} payments stopped before the buyer could pay; ` +
      `${ended} reports came after the end`,
  );
  if (!enough) say('too few trials came out on one side');
  say(
    `deadline: ${counted} trials, ${violations.length} violations ` +
      `(${sides.before} before, ${sides.together} in the timer's task, ${sides.after} after)`,
  );
  return violations.length > 0 || !enough ? 1 : 0;
}

function describe({ counted, sides, stopped, outside }: TrialsReport): string {
  const { before, together, after } = sides;
  return `${counted} trials: ${before} before, ${together} together, ${after} after; ${stopped} stopped, ${outside} missed`;
}
