import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The stand-ins as a process of their own, as `npm run emulators` runs them. */
export interface StandInProcess {
  url: string;
  pid: number;
  /** Ends it at once, as a power switch for the process would. */
  kill(): Promise<void>;
}

/**
 * Starts the built stand-ins on free ports with their state in `dataDir`.
 *
 * @throws Error when the process ends before it listens
 */
export async function startStandIns(dataDir: string): Promise<StandInProcess & { admin: string }> {
  const program = join(process.cwd(), 'dist/emulators/main.js');
  const child = spawn(process.execPath, [program, '--admin-port', '0', '--data', dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await firstLine(child);
  const urls = JSON.parse(line) as { seatsio: string; admin: string };
  return {
    url: urls.seatsio,
    admin: urls.admin,
    pid: child.pid ?? 0,
    kill: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the process has no stdout');
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`the stand-ins ended with ${String(code)} before they listened`);
    }),
  ])) as [string];
  return line;
}
