import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** A measured server, in a process of its own. */
export interface ServerProcess {
  /** What its first line says. */
  urls: Record<string, string>;
  /** CPU time it has used, in ms. */
  cpuMs(): number;
  /** Resident memory, in bytes. */
  residentBytes(): number;
  stop(): Promise<void>;
}

/** Linux counts CPU time in hundredths of a second. */
const MS_PER_TICK = 10;

/** Starts a built program that prints one line of JSON with its URLs. Linux only: it reads `/proc`. */
export async function startServer(program: string, args: string[]): Promise<ServerProcess> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.stdout === null) throw new Error('the process has no stdout');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const proc = `/proc/${child.pid}`;
  return {
    urls: JSON.parse(line) as Record<string, string>,
    cpuMs: () => {
      const fields = readFileSync(`${proc}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
    },
    residentBytes: () =>
      Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`${proc}/status`, 'utf8'))?.[1] ?? 0) * 1024,
    stop: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
