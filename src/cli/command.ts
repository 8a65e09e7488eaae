import { parseArgs } from 'node:util';

export type Command = { json: boolean } & (
  | { name: 'help' }
  | { name: 'queue' }
  | { name: 'show' | 'cancel'; orderId: string }
  | { name: 'refund-instead'; orderId: string; reason: string }
  | { name: 'reconcile'; eventId: string; pauseSeconds: number | undefined }
);

/** The command line cannot be used as it stands. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `checkout: looks after the checkouts of a running system

  checkout queue                                    what wants a person, why, and what can be done
  checkout show <orderId>                           where the order's newest checkout is
  checkout cancel <orderId>                         ends it and frees its seats, unless money was accepted
  checkout refund-instead <orderId> --reason TEXT   gives the money of a sale back that cannot be completed
  checkout reconcile <eventId>                      compares Seats.io, TMT, payments and checkouts of an event

  --json            one line of JSON on stdout, errors as well (on stderr)
  --reason TEXT     why, for the run's history: nothing personal
  --pause SECONDS   reconcile: between its two looks (30)
  --help            this text

Temporal is found by temporal.toml or TEMPORAL_*, the workers by TASK_QUEUE.
Status 0: done, nothing wrong. 1: breaches were found, or it could not be done. 2: the command is not understood.
`;

const SUBJECTS = {
  queue: undefined,
  show: 'orderId',
  cancel: 'orderId',
  'refund-instead': 'orderId',
  reconcile: 'eventId',
} as const;

/** @throws UsageError, which says what is wrong with it */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = read(args);
  const json = values.json ?? false;
  const [name, subject = '', ...rest] = positionals;
  if (values.help || name === undefined || name === 'help') return { name: 'help', json };
  if (!isCommandName(name)) throw new UsageError(`there is no command “${name}”`);
  const wanted = SUBJECTS[name];
  const given = positionals.length - 1;
  if (given !== (wanted ? 1 : 0) || rest.length > 0) {
    throw new UsageError(wanted ? `${name} wants one <${wanted}>` : `${name} wants nothing behind it`);
  }
  if (values.reason !== undefined && name !== 'refund-instead')
    throw new UsageError('--reason is for refund-instead');
  if (values.pause !== undefined && name !== 'reconcile') throw new UsageError('--pause is for reconcile');
  switch (name) {
    case 'queue':
      return { name, json };
    case 'refund-instead':
      if (values.reason === undefined) throw new UsageError('refund-instead wants a --reason');
      return { name, json, orderId: subject, reason: values.reason };
    case 'reconcile':
      return { name, json, eventId: subject, pauseSeconds: readSeconds(values.pause) };
    default:
      return { name, json, orderId: subject };
  }
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        reason: { type: 'string' },
        pause: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function isCommandName(name: string): name is keyof typeof SUBJECTS {
  return Object.hasOwn(SUBJECTS, name);
}

function readSeconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (text.trim() !== '' && seconds >= 0 && seconds <= 3_600) return seconds;
  throw new UsageError('--pause wants a number of seconds, 3600 at most');
}
