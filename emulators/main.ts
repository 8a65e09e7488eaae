import { createSeatsioStandIn } from './seatsio/stand-in.ts';
import { HELP, readSettings, type Settings, UsageError } from './settings.ts';
import { createAdmin } from './stand-in/admin.ts';
import type { StandIn } from './stand-in/stand-in.ts';
import { createStripeStandIn } from './stripe/stand-in.ts';
import { createTmtStandIn } from './tmt/stand-in.ts';

async function run({ ports, adminPort, dataDir, synchronous }: Settings): Promise<void> {
  const options = { synchronous, ...(dataDir === undefined ? {} : { dataDir }) };
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
