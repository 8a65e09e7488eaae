import { createInstallFolder, waitForOthers } from './install-folder.ts';
import type { Supervisor } from './supervisor.ts';
import type { Search } from './temporal-search.ts';
import { CLI_VERSION, whyUnusable } from './temporal-version.ts';
import { whereIs } from './where-is.ts';

const PACKAGE = `github.com/temporalio/cli/cmd/temporal@${CLI_VERSION}`;
/** What the module asks for in its go.mod. */
const OLDEST_GO = [1, 25] as const;
const LOOK_MS = 10_000;
const TELL_EVERY_MS = 5_000;
/** The longest that one package takes to compile or the program to link, generously: then it hangs. */
const SILENCE_MS = 5 * 60_000;

/**
 * Builds the Temporal CLI with Go into our cache; three minutes and more on two cores, once.
 *
 * It says every few seconds how long it has been at work and what Go does.
 */
export async function buildWithGo(search: Search): Promise<{ path: string } | { why: string }> {
  const go = whereIs('go', search.env);
  if (!go) return { why: `no Go on the PATH (${OLDEST_GO.join('.')} or newer is needed)` };
  const version = await goVersion(go, search.supervisor, search.env);
  if (!version) return { why: `${go} does not tell its version` };
  if (version[0] < OLDEST_GO[0] || (version[0] === OLDEST_GO[0] && version[1] < OLDEST_GO[1])) {
    return { why: `Go is ${version.join('.')}, ${OLDEST_GO.join('.')} or newer is needed` };
  }
  const folder = createInstallFolder(search.cached);
  try {
    if (await waitForOthers(folder, search)) return { path: search.cached };
    const failure = await build(go, folder.path, search);
    if (failure) return { why: failure };
    folder.publish('temporal');
    const why = await whyUnusable(search.cached, search.supervisor, search.env);
    return why ? { why: `what was built ${why}` } : { path: search.cached };
  } finally {
    folder.remove();
  }
}

async function build(go: string, folder: string, search: Search): Promise<string | undefined> {
  const started = Date.now();
  let doing = 'starting';
  let lastSign = started;
  let silent = false;
  search.progress(`building the Temporal CLI ${CLI_VERSION} with Go: some minutes, only this once`);

  const child = search.supervisor.start({
    name: 'go install',
    command: go,
    args: ['install', '-v', PACKAGE],
    // GOBIN is refused for another platform than this one, so the two may not come from the environment.
    env: { ...search.env, GOBIN: folder, GOFLAGS: '', GOOS: '', GOARCH: '', CGO_ENABLED: '0' },
    onLine: (line) => {
      lastSign = Date.now();
      doing = whatGoDoes(line);
    },
  });
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1000);
    search.progress(`  ${seconds} s: ${doing}`);
    if (Date.now() - lastSign > SILENCE_MS && !silent) {
      silent = true;
      void child.stop();
    }
  }, TELL_EVERY_MS);
  const exit = await child.exited;
  clearInterval(timer);

  if (silent) return `no sign of progress for ${SILENCE_MS / 60_000} minutes (last: ${doing})`;
  if (exit.error) return exit.error.message;
  // The last line that is no package name says why.
  if (exit.code !== 0) return child.tail().at(-1) ?? `go install ended with ${exit.code ?? exit.signal}`;
  return undefined;
}

function whatGoDoes(line: string): string {
  return line.startsWith('go: ') ? line.slice('go: '.length) : `compiling ${line}`;
}

async function goVersion(
  go: string,
  supervisor: Supervisor,
  env: NodeJS.ProcessEnv,
): Promise<[number, number] | undefined> {
  const output: string[] = [];
  const child = supervisor.start({
    name: 'go version',
    command: go,
    args: ['version'],
    // `local`: asking must not download another toolchain.
    env: { ...env, GOTOOLCHAIN: 'local' },
    onLine: (line) => output.push(line),
  });
  const timer = setTimeout(() => void child.stop(), LOOK_MS);
  await child.exited;
  clearTimeout(timer);
  const found = /go(\d+)\.(\d+)/.exec(output.join(' '));
  return found ? [Number(found[1]), Number(found[2])] : undefined;
}
