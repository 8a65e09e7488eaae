import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { buildWithGo } from './go-install.ts';
import { downloadWithSdk } from './sdk-download.ts';
import type { Search } from './temporal-search.ts';
import { CLI_VERSION, whyUnusable } from './temporal-version.ts';
import { isExecutable, whereIs } from './where-is.ts';

/** One place to get the `temporal` program from: its path, or why not, in one line. */
export interface Attempt {
  where: string;
  get: (search: Search) => Promise<{ path: string } | { why: string }>;
}

export const ATTEMPTS: readonly Attempt[] = [
  { where: '`temporal` on the PATH', get: onPath },
  { where: 'our cache', get: inCache },
  { where: "the SDK's download", get: downloadWithSdk },
  { where: '`go install`', get: buildWithGo },
];

/** There is no Temporal server and no way to get one; the message lists what was tried and what helps. */
export class NoTemporalServerError extends Error {
  override readonly name = 'NoTemporalServerError';

  constructor(misses: readonly string[], cached: string) {
    super(
      [
        'No Temporal server was found, and none could be got:',
        ...misses.map((miss) => `  - ${miss}`),
        'Any one of these helps:',
        '  - give the address of a running server: TEMPORAL_ADDRESS=host:port, or a profile in temporal.toml',
        '  - install the Temporal CLI, so that `temporal` is on the PATH',
        `  - put the CLI's program there: ${cached}`,
        '  - connect to the network, and start again: the SDK downloads the CLI',
        '  - install Go 1.25 or newer, and start again: the CLI is built, which takes some minutes once',
      ].join('\n'),
    );
  }
}

/** The file for the CLI that we got ourselves, in `$XDG_CACHE_HOME` or `~/.cache`. */
export function cachedBinary(env: NodeJS.ProcessEnv): string {
  const given = env.XDG_CACHE_HOME;
  const base = given && isAbsolute(given) ? given : join(env.HOME ?? homedir(), '.cache');
  return join(base, 'checkout-saga', `temporal-${CLI_VERSION}`, 'temporal');
}

/**
 * Finds the Temporal CLI, or gets it: the PATH, our cache, the SDK's download, a build with Go, in this order.
 *
 * @returns the path of a program that told its version and is new enough
 * @throws NoTemporalServerError when every attempt failed; each has been reported in one line of `progress`
 */
export async function findTemporalBinary(
  search: Search,
  attempts: readonly Attempt[] = ATTEMPTS,
): Promise<string> {
  const misses: string[] = [];
  for (const attempt of attempts) {
    search.signal.throwIfAborted();
    const got = await attempt.get(search);
    if ('path' in got) return got.path;
    search.signal.throwIfAborted();
    const miss = `${attempt.where}: ${firstLine(got.why)}`;
    misses.push(miss);
    search.progress(miss);
  }
  throw new NoTemporalServerError(misses, search.cached);
}

async function onPath({ env, supervisor }: Search) {
  const path = whereIs('temporal', env);
  if (!path) return { why: 'not there' };
  const why = await whyUnusable(path, supervisor, env);
  return why ? { why: `${path} ${why}` } : { path };
}

async function inCache({ cached, env, supervisor }: Search) {
  if (!isExecutable(cached)) return { why: 'empty' };
  const why = await whyUnusable(cached, supervisor, env);
  return why ? { why: `${cached} ${why}` } : { path: cached };
}

function firstLine(text: string): string {
  const [line = text] = text.trim().split('\n');
  return line.length > 180 ? `${line.slice(0, 180)} …` : line;
}
