import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { CheckoutClient } from '../src/client.ts';
import { readClientConfig } from '../src/config.ts';
import { readTemporalConfig } from '../src/temporal.ts';
import { createDemoEvent } from './demo-event.ts';
import { runTour } from './demo-tour.ts';
import { InterruptedError, listenForInterruption } from './interruption.ts';
import { type Stack, startStack } from './stack.ts';
import { type OrderStory, renderStory, stylerFor } from './timeline.ts';

const HELP = `Starts the whole system on this machine, plays three orders (sold, declined, expired), and stays up until Ctrl-C.

  --exit        end after the tour: status 0 if all three orders went as they should
  --json        after the tour, one line of JSON on stdout; everything else goes to stderr
  --data DIR    folder of databases and logs (.data unless given)
  --help        this text
`;

/** Twelve seconds: an order expires while one watches. What the shell says of holds is not for the demo. */
const HOLD_MINUTES = 0.2;
const TERMS = { HOLD_MINUTES: String(HOLD_MINUTES), HOLD_GRACE_MINUTES: '0.1' };

interface Flags {
  exit: boolean;
  json: boolean;
  data: string | undefined;
  help: boolean;
}

const flags = readFlags();
const out = flags.json ? process.stderr : process.stdout;
const style = stylerFor(out);
const dim = stylerFor(process.stderr);
const say = (text: string) => void out.write(`${text}\n`);
const progress = (line: string) => void process.stderr.write(`${dim('dim', `· ${line}`)}\n`);

// A closed terminal or pipe is no reason to fall over before everything is stopped.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

if (flags.help) say(HELP);
else process.exit(await main());

async function main(): Promise<number> {
  const interruption = listenForInterruption((name) => progress(`${name}: stopping everything`));
  const { signal } = interruption;
  const started = Date.now();
  let stack: Stack | undefined;
  let toured = false;
  try {
    stack = await startStack({
      ...(flags.data === undefined ? {} : { dataDir: flags.data }),
      env: { ...process.env, ...TERMS },
      gateway: true,
      progress,
      signal,
    });
    progress(`everything is up after ${((Date.now() - started) / 1000).toFixed(1)} s`);
    const ended = Promise.race([stack.failed.then((reason) => Promise.reject(reason)), aborted(signal)]);
    ended.catch(() => undefined);

    const stories = await Promise.race([tour(stack), ended]);
    toured = true;
    const wrong = stories.filter((story) => !story.asExpected).length;
    if (wrong > 0) say(style('red', `${wrong} of ${stories.length} orders did not go as they should`));
    if (flags.json) process.stdout.write(`${JSON.stringify(summary(stack, stories))}\n`);
    if (flags.exit) return wrong === 0 ? 0 : 1;
    say(whereabouts(stack));
    return await ended;
  } catch (error) {
    // Ctrl-C is how a demo that stays up is meant to end.
    if (error instanceof InterruptedError) return toured ? 0 : interruption.exitCode();
    process.stderr.write(`\n${dim('red', error instanceof Error ? error.message : String(error))}\n`);
    return 1;
  } finally {
    await stack?.close();
  }
}

async function tour(stack: Stack): Promise<OrderStory[]> {
  const { connection: options, namespace } = readTemporalConfig(stack.env);
  const connection = await Connection.connect(options);
  try {
    const client = new Client({ connection, namespace });
    const { taskQueue, terms } = readClientConfig(stack.env);
    const checkouts = new CheckoutClient({ client, taskQueue, terms });
    const suffix = Date.now().toString(36);
    const event = await createDemoEvent(stack, suffix);
    const linkTo = async (workflowId: string) => {
      // A server of our own ends with the demo, so that its links would be dead at once.
      if (flags.exit && stack.temporal.owned) return undefined;
      const { runId } = await client.workflow.getHandle(workflowId).describe();
      return runLink(stack, workflowId, runId);
    };

    say(`\nThree orders at the same time, each with its seats held for ${HOLD_MINUTES * 60} seconds:`);
    return await runTour({ checkouts, ...stack, event, suffix, linkTo }, (story) =>
      say(renderStory(story, style)),
    );
  } finally {
    await connection.close();
  }
}

function runLink({ temporal }: Stack, workflowId: string, runId: string): string | undefined {
  if (temporal.ui === undefined) return undefined;
  const workflow = encodeURIComponent(workflowId);
  return `${temporal.ui}/namespaces/${temporal.namespace}/workflows/${workflow}/${runId}/history`;
}

function summary(
  { temporal, seatsio, tmt, stripe, admin, gateway, env }: Stack,
  stories: readonly OrderStory[],
) {
  return {
    temporal: temporal.address,
    namespace: temporal.namespace,
    taskQueue: readClientConfig(env).taskQueue,
    ui: temporal.ui ?? null,
    seatsio,
    tmt,
    stripe,
    admin,
    gateway: gateway?.url ?? null,
    gatewayAdmin: gateway?.adminUrl ?? null,
    keys: gateway?.keys ?? null,
    orders: stories.map(({ orderId, workflowId, outcome }) => ({ orderId, workflowId, outcome })),
  };
}

function whereabouts({ temporal, seatsio, tmt, stripe, admin, gateway, dataDir, env }: Stack): string {
  const rows = {
    'Temporal UI': temporal.ui ?? 'unknown (set TEMPORAL_UI_URL)',
    Temporal: `${temporal.address}, namespace ${temporal.namespace}`,
    'task queue': readClientConfig(env).taskQueue,
    ...(gateway && { gateway: gateway.url, 'for admins': gateway.adminUrl }),
    'Seats.io': seatsio,
    TMT: tmt,
    payments: stripe,
    ledgers: `${admin}/ledger/seatsio`,
    data: dataDir,
  };
  const lines = Object.entries(rows).map(([name, where]) => `  ${style('dim', name.padEnd(13))}${where}`);
  return ['', `${style('bold', 'Everything stays up until Ctrl-C.')}`, ...lines, ''].join('\n');
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

function readFlags(): Flags {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({
      options: { exit: flag, json: flag, data: { type: 'string' }, help: { ...flag, short: 'h' } },
    });
    return { ...values, data: values.data };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    process.exit(2);
  }
}
