import { parseArgs } from 'node:util';
import { createSeatsioStandIn } from './seatsio/stand-in.ts';
import { createAdmin } from './stand-in/admin.ts';
import type { StandIn, SystemName } from './stand-in/stand-in.ts';
import { createStripeStandIn } from './stripe/stand-in.ts';
import { createTmtStandIn } from './tmt/stand-in.ts';

const HELP = `Runs the stand-ins of Seats.io, TMT and the payment provider on 127.0.0.1.

  --seatsio-port P   port of the Seats.io stand-in   (absent or 0: a free one)
  --tmt-port P       port of the TMT stand-in        (absent or 0: a free one)
  --stripe-port P    port of the payment provider's  (absent or 0: a free one)
  --admin-port P     ledgers, state and scripted faults of all three (absent: off; 0: a free one)
  --data DIR         folder of the state files       (absent: state in memory)
  --help             this text

When all of them listen, one line of JSON with their URLs is printed on stdout.
`;

class UsageError extends Error {}

interface Settings {
  ports: Record<SystemName, number>;
  adminPort: number | undefined;
  dataDir: string | undefined;
  help: boolean;
}

function readSettings(args: string[]): Settings {
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
  return {
    ports: {
      seatsio: port('seatsio-port') ?? 0,
      tmt: port('tmt-port') ?? 0,
      stripe: port('stripe-port') ?? 0,
    },
    adminPort: port('admin-port'),
    dataDir: typeof values.data === 'string' ? values.data : undefined,
    help: values.help === true,
  };
}

async function run({ ports, adminPort, dataDir }: Settings): Promise<void> {
  const options = dataDir === undefined ? {} : { dataDir };
  const standIns: StandIn[] = [
    createSeatsioStandIn(options),
    createTmtStandIn(options),
    createStripeStandIn(options),
  ];
  const admin = adminPort === undefined ? undefined : createAdmin(standIns);

  // Handlers first: a signal may come while the ports are being opened.
  let closing: Promise<unknown> | undefined;
  const close = () => {
    closing ??= Promise.all([...standIns.map((standIn) => standIn.close()), admin?.close()]);
    return closing;
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      void close().finally(() => process.exit(0));
    });
  }

  const urls: Record<string, string | null> = {};
  try {
    for (const standIn of standIns) urls[standIn.system] = await standIn.listen(ports[standIn.system]);
    urls.admin = admin === undefined ? null : await admin.listen({ port: adminPort ?? 0, host: '127.0.0.1' });
  } catch (error) {
    await close();
    throw error;
  }
  process.stdout.write(`${JSON.stringify(urls)}\n`);
}

try {
  const settings = readSettings(process.argv.slice(2));
  if (settings.help) process.stdout.write(HELP);
  else await run(settings);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(error instanceof UsageError ? `${message}\n\n${HELP}` : `stand-ins: ${message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
