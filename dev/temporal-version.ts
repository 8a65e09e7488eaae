import type { Supervisor } from './supervisor.ts';

/**
 * The release of the Temporal CLI that we get ourselves when none is there, by either way, so that every
 * machine runs the same engine. It is the newest one that `go install` can build: later ones need a `replace`.
 */
export const CLI_VERSION = 'v1.5.1';

/** The oldest server with update-with-start and everything else that the checkout needs, switched on. */
const OLDEST_SERVER = [1, 28] as const;

const LOOK_MS = 10_000;

/**
 * Looks whether a file is a Temporal CLI that can run our server.
 *
 * @returns `undefined` when it can, else why not, in a few words
 */
export async function whyUnusable(
  path: string,
  supervisor: Supervisor,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const output: string[] = [];
  const child = supervisor.start({
    name: 'temporal --version',
    command: path,
    args: ['--version'],
    env,
    onLine: (line) => output.push(line),
  });
  const timer = setTimeout(() => void child.stop(), LOOK_MS);
  const exit = await child.exited;
  clearTimeout(timer);

  if (exit.error) return `cannot be run (${exit.error.message})`;
  if (child.stopping()) return `gave no version within ${LOOK_MS / 1000} s`;
  const version = /Server (\d+)\.(\d+)/.exec(output.join(' '));
  if (exit.code !== 0 || !version) return 'does not tell its server version, so it is no Temporal CLI';
  const [major, minor] = [Number(version[1]), Number(version[2])];
  if (major < OLDEST_SERVER[0] || (major === OLDEST_SERVER[0] && minor < OLDEST_SERVER[1])) {
    return `carries server ${major}.${minor}, ${OLDEST_SERVER.join('.')} or newer is needed`;
  }
  return undefined;
}
