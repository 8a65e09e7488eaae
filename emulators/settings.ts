import { parseArgs } from 'node:util';
import type { SystemName } from './stand-in/stand-in.ts';
import type { Synchronous } from './stand-in/store.ts';

export const HELP = `Runs the stand-ins of Seats.io, TMT and the payment provider on 127.0.0.1.

  --seatsio-port P   port of the Seats.io stand-in   (absent or 0: a free one)
  --tmt-port P       port of the TMT stand-in        (absent or 0: a free one)
  --stripe-port P    port of the payment provider's  (absent or 0: a free one)
  --admin-port P     ledgers, state and scripted faults of all three (absent: off; 0: a free one)
  --data DIR         folder of the state files       (absent: state in memory)
  --sync MODE        normal: the state survives a killed process; full: a power cut too (absent: normal)
  --help             this text

When all of them listen, one line of JSON with their URLs is printed on stdout.
`;

/** A flag that is unknown or has no sense; its message says which. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Settings {
  ports: Record<SystemName, number>;
  adminPort: number | undefined;
  dataDir: string | undefined;
  synchronous: Synchronous;
  help: boolean;
}

/** Reads the command line's flags. Throws a UsageError. */
export function readSettings(args: string[]): Settings {
  const text = { type: 'string' } as const;
  let values: Partial<Record<string, string | boolean>>;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        'seatsio-port': text,
        'tmt-port': text,
        'stripe-port': text,
        'admin-port': text,
        data: text,
        sync: text,
        help: { type: 'boolean', short: 'h' },
      },
    }));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const port = (name: string): number | undefined => {
    const value = values[name];
    if (value === undefined) return undefined;
    if (!/^\d{1,5}$/.test(String(value)) || Number(value) > 65_535) {
      throw new UsageError(`--${name} takes a port from 0 to 65535, not "${value}"`);
    }
    return Number(value);
  };
  if (values.data === '') throw new UsageError('--data takes the path of a folder');
  const { sync: synchronous = 'normal' } = values;
  if (synchronous !== 'normal' && synchronous !== 'full') throw new UsageError('--sync takes normal or full');
  return {
    ports: {
      seatsio: port('seatsio-port') ?? 0,
      tmt: port('tmt-port') ?? 0,
      stripe: port('stripe-port') ?? 0,
    },
    adminPort: port('admin-port'),
    dataDir: typeof values.data === 'string' ? values.data : undefined,
    synchronous,
    help: values.help === true,
  };
}
