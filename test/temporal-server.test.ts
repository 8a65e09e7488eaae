import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildWithGo } from '../dev/go-install.ts';
import { downloadWithSdk } from '../dev/sdk-download.ts';
import { createSupervisor, type Supervisor } from '../dev/supervisor.ts';
import {
  ATTEMPTS,
  type Attempt,
  cachedBinary,
  findTemporalBinary,
  NoTemporalServerError,
} from '../dev/temporal-binary.ts';
import type { Search } from '../dev/temporal-search.ts';
import { startTemporalServer } from '../dev/temporal-server.ts';

const GOOD = 'echo "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)"';
const noDownload: Attempt = { where: "the SDK's download", get: async () => ({ why: 'not tried here' }) };
const withoutDownload = ATTEMPTS.map((attempt) => (attempt.get === downloadWithSdk ? noDownload : attempt));

let home: string;
let supervisor: Supervisor;
let lines: string[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'temporal-server-'));
  supervisor = createSupervisor();
  lines = [];
});

afterEach(async () => {
  await supervisor.close();
  rmSync(home, { recursive: true, force: true });
});

function search(extra: NodeJS.ProcessEnv = {}): Search {
  // The system's folders are there for `sh` and `sleep`; a real temporal or go in them would disturb.
  const env = { PATH: join(home, 'bin'), HOME: home, ...extra };
  const progress = (line: string) => lines.push(line);
  return { env, supervisor, cached: cachedBinary(env), progress, signal: new AbortController().signal };
}

function program(path: string, script: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('the search for the Temporal program', () => {
  it('takes `temporal` on the PATH before the one in the cache', async () => {
    const onPath = program(join(home, 'bin/temporal'), GOOD);
    program(search().cached, GOOD);
    expect(await findTemporalBinary(search(), withoutDownload)).toBe(onPath);
    expect(lines).toEqual([]);
  });

  it('takes the cache when the PATH has none, in the folder that XDG_CACHE_HOME names', async () => {
    const env = { XDG_CACHE_HOME: join(home, 'elsewhere') };
    const cached = program(search(env).cached, GOOD);
    expect(cached.startsWith(join(home, 'elsewhere', 'checkout-saga'))).toBe(true);
    expect(await findTemporalBinary(search(env), withoutDownload)).toBe(cached);
    expect(lines).toEqual(['`temporal` on the PATH: not there']);
  });

  it('says one line for each attempt that failed, and what the person can do when none is left', async () => {
    program(join(home, 'bin/temporal'), 'echo "temporal version 0.1 (Server 1.20.4, UI 1.0)"');
    program(search().cached, 'exit 3');
    const error = await findTemporalBinary(search(), withoutDownload).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NoTemporalServerError);
    expect(lines).toEqual([
      `\`temporal\` on the PATH: ${home}/bin/temporal carries server 1.20, 1.28 or newer is needed`,
      `our cache: ${search().cached} does not tell its server version, so it is no Temporal CLI`,
      "the SDK's download: not tried here",
      '`go install`: no Go on the PATH (1.25 or newer is needed)',
    ]);
    for (const line of [...lines, 'TEMPORAL_ADDRESS', 'on the PATH', 'Go 1.25']) {
      expect(String(error)).toContain(line);
    }
  });

  it('stops at once when it is broken off', async () => {
    const reason = new Error('enough');
    const aborted = { ...search(), signal: AbortSignal.abort(reason) };
    await expect(findTemporalBinary(aborted, withoutDownload)).rejects.toBe(reason);
  });
});

describe("the SDK's download", () => {
  let proxy: Server | undefined;
  afterEach(() => proxy?.close());

  /** The SDK's HTTP client honours the proxy variables, so the network can be as bad as we like. */
  const through = (port: number) => search({ HTTPS_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: '' });

  it('gives up with a reason when the network refuses, and leaves nothing behind', async () => {
    const closed = await listen(createServer());
    closed.server.close();
    const attempt = through(closed.port);
    const answer = await downloadWithSdk(attempt);
    expect(answer).toMatchObject({ why: expect.stringMatching(/download/i) });
    expect(readdirSync(dirname(attempt.cached))).toEqual([]);
  });

  it('does not hang on a network that never answers', async () => {
    const silent = await listen(createServer(() => undefined));
    proxy = silent.server;
    const answer = await downloadWithSdk(through(silent.port), 1_000);
    expect(answer).toEqual({ why: 'nothing came for 1 s' });
  });
});

describe('a build with Go', () => {
  const go = (install: string, version = 'go1.26.8') =>
    program(
      join(home, 'bin/go'),
      `if [ "$1" = version ]; then echo "go version ${version} linux/amd64"; exit; fi\n${install}`,
    );

  it('puts the program in the cache by a rename, with nothing left beside it', async () => {
    go(`printf '#!/bin/sh\\n%s\\n' '${GOOD}' > "$GOBIN/temporal"; chmod +x "$GOBIN/temporal"`);
    const { cached } = search();
    expect(await buildWithGo(search())).toEqual({ path: cached });
    expect(readdirSync(dirname(cached))).toEqual(['temporal']);
  });

  it('leaves no half program when it is stopped in the middle', async () => {
    go('echo half > "$GOBIN/temporal"; echo started >&2; sleep 60');
    const attempt = search();
    const building = buildWithGo(attempt);
    await untilThere(() => halfPrograms(attempt.cached).length > 0);
    await supervisor.close();
    expect(await building).toHaveProperty('why');
    expect(readdirSync(dirname(attempt.cached))).toEqual([]);
  });

  it('waits for another process that builds the same, and takes what it made', async () => {
    go('touch "$HOME/tried"');
    const { cached } = search();
    const other = spawn('sleep', ['60']);
    const folder = join(dirname(cached), `install-1-${other.pid}`);
    mkdirSync(folder, { recursive: true });
    const building = buildWithGo(search());
    await untilThere(() => lines.some((line) => line.includes('another process')));
    program(cached, GOOD);
    rmSync(folder, { recursive: true });
    expect(await building).toEqual({ path: cached });
    expect(existsSync(join(home, 'tried'))).toBe(false);
    other.kill();
  });

  it('removes what a killed build left', async () => {
    go('exit 1');
    const { cached } = search();
    mkdirSync(join(dirname(cached), 'install-1-999999999'), { recursive: true });
    await buildWithGo(search());
    expect(readdirSync(dirname(cached))).toEqual([]);
  });

  it('tells why Go failed, and refuses a Go that is too old without trying', async () => {
    go('echo "go: no such module" >&2; exit 1');
    expect(await buildWithGo(search())).toEqual({ why: 'go: no such module' });
    go('touch "$HOME/tried"', 'go1.24.3');
    expect(await buildWithGo(search())).toEqual({ why: 'Go is 1.24, 1.25 or newer is needed' });
    expect(existsSync(join(home, 'tried'))).toBe(false);
  });
});

describe('a given address', () => {
  const start = (env: NodeJS.ProcessEnv) =>
    startTemporalServer({
      ...search(env),
      env: search(env).env,
      dataDir: home,
      inMemory: true,
      attempts: [],
    });

  it('that does not answer is a clear error, and no server is started instead', async () => {
    const closed = await listen(createServer());
    closed.server.close();
    await expect(start({ TEMPORAL_ADDRESS: `127.0.0.1:${closed.port}` })).rejects.toThrow(
      /Temporal server 127\.0\.0\.1:\d+ \(given by TEMPORAL_ADDRESS\) does not answer/,
    );
  });

  it('that never answers is given up after seconds', async () => {
    const silent = await listen(createServer(() => undefined));
    try {
      await expect(start({ TEMPORAL_ADDRESS: `127.0.0.1:${silent.port}` })).rejects.toThrow(
        'does not answer',
      );
    } finally {
      silent.server.close();
    }
  });

  it('may come from the profile file, and its key is in no error', async () => {
    const file = join(home, 'temporal.toml');
    const closed = await listen(createServer());
    closed.server.close();
    writeFileSync(file, `[profile.default]\naddress = "127.0.0.1:${closed.port}"\napi_key = "s3cret"\n`);
    const error = await start({ TEMPORAL_CONFIG_FILE: file }).catch(String);
    expect(error).toContain(`given by ${file}`);
    expect(error).not.toContain('s3cret');
  });
});

function halfPrograms(cached: string): string[] {
  const folder = dirname(cached);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => readdirSync(join(folder, name)));
}

async function untilThere(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function listen(server: Server): Promise<{ server: Server; port: number }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}
