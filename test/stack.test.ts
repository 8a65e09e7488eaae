import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { processIdentity } from '../dev/process-identity.ts';
import { projectRoot } from '../dev/project-root.ts';
import { type Stack, type StackOptions, startStack } from '../dev/stack.ts';
import { createSupervisor } from '../dev/supervisor.ts';
import { cachedBinary, findTemporalBinary } from '../dev/temporal-binary.ts';

/** Two programs that only say that they are ready: what is tested is who starts and ends them. */
const STAND_INS = `
  console.log(JSON.stringify({ seatsio: 'http://s', tmt: 'http://t', stripe: 'http://p', admin: 'http://a' }));
  setInterval(() => {}, 1000);
`;
const WORKER = `
  process.on('SIGTERM', () => {
    require('node:fs').writeFileSync(process.argv[1] + '/drained', 'by SIGTERM');
    process.exit(0);
  });
  console.log(JSON.stringify({ msg: 'worker running' }));
  setInterval(() => {}, 1000);
`;

let built: string;
let dataDir: string;
const open: Stack[] = [];
const processes: ChildProcess[] = [];

beforeAll(async () => {
  await getServerOnce();
  mkdirSync(join(projectRoot, '.data'), { recursive: true });
  built = mkdtempSync(join(projectRoot, '.data', 'stack-test-'));
  const tsc = join(projectRoot, 'node_modules/typescript/bin/tsc');
  const flags = ['-p', join(projectRoot, 'tsconfig.build.json'), '--noCheck', '--outDir', join(built, 'out')];
  execFileSync(process.execPath, [tsc, ...flags]);
}, 20 * 60_000);

/** On a fresh machine getting the server takes minutes, which no test of a start should have to allow for. */
async function getServerOnce(): Promise<void> {
  const { env } = process;
  const supervisor = createSupervisor();
  const { signal } = new AbortController();
  const progress = (line: string) => void process.stderr.write(`${line}\n`);
  await findTemporalBinary({ env, supervisor, cached: cachedBinary(env), progress, signal });
  await supervisor.close();
}

afterAll(() => rmSync(built, { recursive: true, force: true }));

beforeEach(() => {
  dataDir = mkdtempSync(join(built, 'data-'));
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((stack) => stack.close()));
  for (const process of processes.splice(0)) process.kill('SIGKILL');
});

async function start(options: StackOptions = {}): Promise<Stack> {
  const stack = await startStack({
    dataDir,
    standIns: script(STAND_INS),
    worker: script(WORKER),
    ...options,
  });
  open.push(stack);
  return stack;
}

function script(text: string) {
  return { command: process.execPath, args: ['-e', text, dataDir] };
}

/** Every process of this test's stack carries the data folder in its arguments. */
function leftovers(): string[] {
  const all = execFileSync('ps', ['-eo', 'pid=,stat=,args='], { encoding: 'utf8' }).split('\n');
  return all.filter((line) => line.includes(dataDir) && !/^\s*\d+\s+Z/.test(line));
}

/** The stack in a process of its own, which a test may kill. Its standard error is the stack's progress. */
function startElsewhere(standIns = STAND_INS): {
  process: ChildProcess;
  line: (part: string) => Promise<void>;
  said: () => string;
} {
  const main = `
    import { startStack } from ${JSON.stringify(join(built, 'out/dev/stack.js'))};
    import { listenForInterruption } from ${JSON.stringify(join(built, 'out/dev/interruption.js'))};
    const say = (line) => process.stderr.write(line + '\\n');
    const interruption = listenForInterruption((name) => say('told to stop by ' + name));
    const { signal } = interruption;
    const program = (text) => ({ command: process.execPath, args: ['-e', text, process.argv[1]] });
    let stack;
    try {
      const [dataDir, standIns, worker] = process.argv.slice(1);
      const programs = { standIns: program(standIns), worker: program(worker) };
      stack = await startStack({ dataDir, ...programs, progress: say, signal });
      say('up');
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    } catch (error) {
      say(error.message);
    } finally {
      await stack?.close();
    }
    process.exit(interruption.exitCode());
  `;
  const args = ['--input-type=module', '-e', main, dataDir, standIns, WORKER];
  const child = spawn(process.execPath, args, {
    cwd: projectRoot,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  processes.push(child);
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line);
    for (const look of waiting) look();
  });
  const line = (part: string) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (lines.some((text) => text.includes(part))) resolve();
      };
      waiting.add(look);
      look();
    });
  return { process: child, line, said: () => lines.join('\n') };
}

async function noneLeft(): Promise<void> {
  while (leftovers().length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
}

describe('the stack', () => {
  it('tells where everything is, lets the worker finish at the end, and leaves nothing running', async () => {
    const stack = await start();
    expect(stack).toMatchObject({
      seatsio: 'http://s',
      tmt: 'http://t',
      stripe: 'http://p',
      admin: 'http://a',
    });
    expect((await fetch(String(stack.temporal.ui))).status).toBe(200);
    expect(leftovers()).toHaveLength(3);
    await stack.close();
    expect(readFileSync(join(dataDir, 'drained'), 'utf8')).toBe('by SIGTERM');
    expect(leftovers()).toEqual([]);
    expect(existsSync(join(dataDir, 'stack.lock'))).toBe(false);
  });

  it('refuses a second start with the same data folder, by name and process, and lives on', async () => {
    const stack = await start();
    await expect(start()).rejects.toThrow(
      `already running with the data folder ${dataDir} (process ${process.pid})`,
    );
    expect((await fetch(String(stack.temporal.ui))).status).toBe(200);
  });

  it('takes other ports when the usual ones are busy', async () => {
    const busy = createServer().listen(7233, '127.0.0.1');
    // Whether we got it or somebody else has it: it is busy.
    await once(busy, 'listening').catch(() => undefined);
    const stack = await start({ inMemory: true });
    expect(stack.temporal.address).not.toBe('127.0.0.1:7233');
    busy.close();
  });

  it('starts its stand-ins again, on other ports, when one was taken before they listened', async () => {
    const standIns = script(`
      const { existsSync, writeFileSync } = require('node:fs');
      const tried = process.argv[1] + '/tried';
      if (!existsSync(tried)) {
        writeFileSync(tried, '');
        console.error('stand-ins: listen EADDRINUSE: address already in use 127.0.0.1:7301');
        process.exit(1);
      }
      ${STAND_INS}`);
    const stack = await start({ standIns, inMemory: true });
    expect(existsSync(join(dataDir, 'tried'))).toBe(true);
    expect(stack).toMatchObject({ seatsio: 'http://s' });
  });

  it('that cannot start its worker tells what the worker said, and leaves nothing running', async () => {
    const worker = script('console.error("SEATSIO_REGION is not set"); process.exit(3)');
    await expect(start({ worker })).rejects.toThrow(
      /worker: ended with status 3 .*\n.*SEATSIO_REGION is not set/,
    );
    expect(leftovers()).toEqual([]);
    expect(existsSync(join(dataDir, 'stack.lock'))).toBe(false);
  });

  it('tells when one of its processes ends on its own later', async () => {
    const worker = script(`${WORKER}; setTimeout(() => process.exit(7), 300)`);
    const stack = await start({ worker });
    expect(String(await stack.failed)).toContain('worker: ended with status 7');
  });
});

describe('an interrupted stack leaves nothing running', () => {
  const SILENT = 'setInterval(() => {}, 1000)';

  it.each([
    ['while the Temporal server starts', 'starting the Temporal server', STAND_INS],
    ['while the stand-ins start', 'starting the stand-ins', SILENT],
    ['while the worker starts', 'starting the worker', STAND_INS],
    ['when everything is up', 'up', STAND_INS],
  ])('by Ctrl-C %s', async (_when, moment, standIns) => {
    const stack = startElsewhere(standIns);
    await stack.line(moment);
    // As a terminal does it: to everybody in the foreground group.
    process.kill(-Number(stack.process.pid), 'SIGINT');
    const [code] = await once(stack.process, 'exit');
    expect(code, stack.said()).toBe(130);
    expect(leftovers()).toEqual([]);
    expect(existsSync(join(dataDir, 'stack.lock'))).toBe(false);
  });

  it('by SIGKILL, and the next start takes the lock over', async () => {
    const stack = startElsewhere();
    await stack.line('up');
    stack.process.kill('SIGKILL');
    await noneLeft();
    expect(existsSync(join(dataDir, 'stack.lock'))).toBe(true);
    await start();
  });
});

describe('a lock that a killed run left', () => {
  it('lets the next start end the children written in it, and only those', async () => {
    const idle = () => {
      const child = spawn('sleep', ['60'], { detached: true });
      processes.push(child);
      return Number(child.pid);
    };
    const ours = idle();
    const stranger = idle();
    const child = (pid: number, identity = '') => ({ name: 'worker', pid, identity });
    writeFileSync(
      join(dataDir, 'stack.lock'),
      JSON.stringify({
        owner: { name: 'stack', pid: stranger, identity: 'an earlier process with this pid' },
        children: [child(ours, processIdentity(ours)), child(stranger, 'an earlier process with this pid')],
      }),
    );
    const lines: string[] = [];
    await start({ inMemory: true, progress: (line) => lines.push(line) });
    expect(lines[0]).toBe(`an earlier run was killed; ending what it left: worker (process ${ours})`);
    expect(processIdentity(ours)).toBeUndefined();
    expect(processIdentity(stranger)).toBeDefined();
  });

  it('is no obstacle when it is damaged', async () => {
    writeFileSync(join(dataDir, 'stack.lock'), '{"owner":');
    await start({ inMemory: true });
  });
});
