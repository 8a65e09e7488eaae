import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectRoot } from '../dev/project-root.ts';
import { type OrderStory, renderStory } from '../dev/timeline.ts';

let dataDir: string;
let demo: ChildProcess | undefined;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'demo-test-'));
});

afterEach(() => {
  demo?.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

function start(flags: string[], env: NodeJS.ProcessEnv = {}) {
  const program = join(projectRoot, 'dist/dev/demo.js');
  const child = spawn(process.execPath, [program, '--data', dataDir, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  demo = child;
  const lines = { stdout: [] as string[], stderr: [] as string[] };
  createInterface({ input: child.stderr }).on('line', (line) => lines.stderr.push(line));
  const stdout = createInterface({ input: child.stdout }).on('line', (line) => lines.stdout.push(line));
  return { child, lines, firstLine: () => once(stdout, 'line') as Promise<[string]> };
}

/** The processes of this demo that still run: all of them carry the data folder in their arguments. */
function leftovers(): string[] {
  const all = execFileSync('ps', ['-eo', 'stat=,args='], { encoding: 'utf8' }).split('\n');
  return all.filter((line) => line.includes(dataDir) && !line.startsWith('Z'));
}

describe('npm run demo', { timeout: 90_000 }, () => {
  it('with --json plays three orders, tells where everything is in one line, and stays up until Ctrl-C', async () => {
    const { child, lines, firstLine } = start(['--json']);
    const [line] = await firstLine();
    const told = JSON.parse(line);
    expect(told).toMatchObject({
      temporal: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      namespace: 'default',
      taskQueue: 'checkout',
      orders: [{ outcome: 'completed' }, { outcome: 'payment_failed' }, { outcome: 'expired' }],
    });
    for (const url of [told.ui, `${told.admin}/health`]) expect((await fetch(url)).status).toBe(200);
    expect((await fetch(`${told.gateway}/readyz`)).status).toBe(200);
    const list = { method: 'POST', headers: { 'x-api-key': told.keys.checkout } };
    expect((await fetch(`${told.gateway}/list_event_seatsio`, list)).status).toBe(200);
    const create = (key: string) =>
      fetch(`${told.gatewayAdmin}/create_event_seatsio`, {
        method: 'POST',
        headers: { 'x-api-key': key, 'content-type': 'application/json' },
        body: JSON.stringify({ data: { chart_id: 'club', event_id: 'demoevent' } }),
      }).then(({ status }) => status);
    expect(await create(told.keys.payments)).toBe(403);
    expect(await create(told.keys.admin)).toBe(200);
    for (const { orderId, workflowId } of told.orders) expect(workflowId).toBe(`checkout/${orderId}`);
    expect(lines.stderr.join('\n')).not.toMatch(/ada@example\.com|sk_test_|seatsio-demo-secret|demo-key/);

    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(lines.stdout).toEqual([line]);
    expect(leftovers()).toEqual([]);
  });

  it('with --exit gives no links into a server that ends with it, whatever holds the shell asks for', async () => {
    const { child, lines } = start(['--exit'], { HOLD_MINUTES: 'soon', HOLD_GRACE_MINUTES: '-1' });
    expect(await once(child, 'close'), lines.stderr.join('\n')).toEqual([0, null]);
    expect(lines.stdout.filter((line) => line.startsWith('✔'))).toHaveLength(3);
    expect(lines.stdout.join('\n')).not.toContain('/workflows/');
  });

  it('refuses a flag that it does not know, and starts nothing', async () => {
    const { child, lines } = start(['--jsno']);
    expect(await once(child, 'exit')).toEqual([2, null]);
    expect(lines.stderr.join('\n')).toContain('--jsno');
    expect(leftovers()).toEqual([]);
  });

  it('with --exit ends with status 1 and the reason when the stack cannot start', async () => {
    mkdirSync(join(dataDir, 'temporal.db'));
    const { child, lines } = start(['--exit']);
    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(lines.stderr.join('\n')).toMatch(/Temporal server: ended with status \d+ on its own/);
    expect(leftovers()).toEqual([]);
  });
});

describe('a timeline', () => {
  it('tells what happened by time, with the pause before each, whatever order it was heard in', () => {
    const at = (ms: number) => new Date(2026, 0, 2, 20, 0, 0, ms);
    const story: OrderStory = {
      title: 'Never paid',
      orderId: 'o1',
      workflowId: 'checkout/o1',
      outcome: 'expired',
      asExpected: true,
      link: 'http://ui/o1',
      entries: [
        { at: at(900), who: 'Seats.io', what: 'freed A-1' },
        { at: at(0), who: 'buyer', what: 'wants A-1' },
      ],
    };
    const plain = (_style: unknown, text: string) => text;
    expect(renderStory(story, plain).trim().split('\n')).toEqual([
      '✔ Never paid  expired  o1',
      '  20:00:00.000            buyer     wants A-1',
      '  20:00:00.900   +0.90 s  Seats.io  freed A-1',
      '  Temporal UI: http://ui/o1',
    ]);
  });
});
