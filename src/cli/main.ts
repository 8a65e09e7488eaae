#!/usr/bin/env node
import {
  CheckoutBrokenError,
  CheckoutNotFoundError,
  NoAnswerError,
  RefundRefusedError,
  TooLateToCancelError,
} from '../checkout-errors.ts';
import { type Command, parseCommand, USAGE, UsageError } from './command.ts';
import { showQueue } from './queue.ts';
import { reconcileEvent } from './reconcile.ts';
import { type Answer, openSession } from './session.ts';
import { describeResult, describeView } from './words.ts';

const tell = (line: string) => void process.stderr.write(`${line}\n`);

/** @returns the exit status */
async function main(args: readonly string[]): Promise<number> {
  // Needed before the command is understood, for that may be the error.
  const asJson = args.includes('--json');
  try {
    const command = parseCommand(args);
    if (command.name === 'help') {
      process.stdout.write(USAGE);
      return 0;
    }
    const { text, data, exitCode } = await run(command);
    process.stdout.write(`${command.json ? JSON.stringify(data) : text}\n`);
    return exitCode;
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
    const next = adviceOn(error);
    if (asJson) tell(JSON.stringify({ error: { name, message, ...(next && { next }) } }));
    else tell([message, ...(next ? [`→ ${next}`] : [])].join('\n'));
    return error instanceof UsageError ? 2 : 1;
  }
}

async function run(command: Exclude<Command, { name: 'help' }>): Promise<Answer> {
  const session = await openSession(process.env);
  const { checkouts } = session;
  try {
    switch (command.name) {
      case 'queue':
        return await showQueue(session);
      case 'show': {
        const view = await checkouts.status(command.orderId);
        return { text: describeView(view), data: view, exitCode: 0 };
      }
      case 'cancel': {
        const result = await checkouts.cancel(command.orderId);
        return { text: describeResult(result), data: result, exitCode: 0 };
      }
      case 'refund-instead': {
        const result = await checkouts.refundInstead(command.orderId, command.reason);
        return { text: describeResult(result), data: result, exitCode: 0 };
      }
      case 'reconcile':
        return await reconcileEvent(session, command.eventId, command.pauseSeconds, tell);
    }
  } finally {
    await checkouts.close();
  }
}

/** What to do about an error, where its text does not say so already. */
function adviceOn(error: unknown): string | undefined {
  if (error instanceof UsageError) return '“checkout --help” shows the commands';
  if (error instanceof CheckoutNotFoundError)
    return 'check the order id; a run that is older than the retention is known to TMT alone';
  if (error instanceof CheckoutBrokenError)
    return 'there may be money in it: “checkout reconcile <eventId>” says what is left, then settle that by hand';
  if (error instanceof TooLateToCancelError)
    return '“checkout show” says how it ends; a sale that is stuck can be ended with “checkout refund-instead”';
  if (error instanceof RefundRefusedError)
    return 'a sale that is recorded at TMT is taken back by hand: there, at Seats.io and at the provider';
  if (error instanceof NoAnswerError)
    return 'see that a worker polls the task queue (TASK_QUEUE), and ask again';
  return undefined;
}

process.exitCode = await main(process.argv.slice(2));
