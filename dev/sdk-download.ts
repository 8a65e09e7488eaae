import { readdirSync } from 'node:fs';
import { bytesIn, createInstallFolder, waitForOthers } from './install-folder.ts';
import { projectRoot } from './project-root.ts';
import type { Child } from './supervisor.ts';
import type { Search } from './temporal-search.ts';
import { CLI_VERSION, whyUnusable } from './temporal-version.ts';

/** No new byte for this long: the network swallows what we send. A blocked one mostly answers at once. */
const STALL_MS = 20_000;
const LOOK_EVERY_MS = 250;
const TELL_EVERY_MS = 3_000;

/**
 * The SDK downloads only as the first part of starting a test server, and inside its native code, where
 * nothing can be interrupted. So it is asked to in a process of its own, which can be ended.
 */
const DOWNLOAD_PROGRAM = `
  import { TestWorkflowEnvironment } from '@temporalio/testing';
  const [downloadDir, version] = process.argv.slice(1);
  try {
    const executable = { type: 'cached-download', downloadDir, version };
    const environment = await TestWorkflowEnvironment.createLocal({ server: { executable } });
    await environment.teardown();
    process.exit(0);
  } catch (error) {
    console.error('reason: ' + (error instanceof Error ? error.message : String(error)).split('\\n').join(' '));
    process.exit(1);
  }
`;

/**
 * Lets the Temporal SDK download the CLI, and moves it to our cache.
 *
 * Without a network it gives up at once; on one that never answers, after `stallMs` without a new byte.
 */
export async function downloadWithSdk(
  search: Search,
  stallMs = STALL_MS,
): Promise<{ path: string } | { why: string }> {
  const folder = createInstallFolder(search.cached);
  let reason = 'the download ended without a reason';
  try {
    if (await waitForOthers(folder, search)) return { path: search.cached };
    const child = search.supervisor.start({
      name: 'download of the Temporal CLI',
      command: process.execPath,
      args: ['--input-type=module', '-e', DOWNLOAD_PROGRAM, folder.path, CLI_VERSION],
      cwd: projectRoot,
      env: search.env,
      // The SDK's runtime catches SIGTERM for workers that it does not have here.
      graceMs: 0,
      onLine: (line) => {
        if (line.startsWith('reason: ')) reason = line.slice('reason: '.length);
      },
    });
    const stalled = await watchDownload(child, folder.path, stallMs, search.progress);
    // What counts is the file: the server that the SDK starts with it afterwards is of no interest.
    const file = readdirSync(folder.path).find((name) => !name.endsWith('.downloading'));
    if (file) {
      folder.publish(file);
      const why = await whyUnusable(search.cached, search.supervisor, search.env);
      return why ? { why: `what came ${why}` } : { path: search.cached };
    }
    return { why: stalled ? `nothing came for ${Math.round(stallMs / 1000)} s` : reason };
  } finally {
    folder.remove();
  }
}

async function watchDownload(
  child: Child,
  folder: string,
  stallMs: number,
  progress: (line: string) => void,
): Promise<boolean> {
  let stalled = false;
  let bytes = 0;
  let lastGrowth = Date.now();
  let lastTold = Date.now();
  const timer = setInterval(() => {
    const now = Date.now();
    const current = bytesIn(folder);
    if (current > bytes) {
      bytes = current;
      lastGrowth = now;
    } else if (now - lastGrowth > stallMs && !stalled) {
      stalled = true;
      void child.stop();
    }
    if (now - lastTold >= TELL_EVERY_MS) {
      lastTold = now;
      progress(`downloading the Temporal CLI ${CLI_VERSION}: ${(bytes / 1e6).toFixed(0)} MB unpacked`);
    }
  }, LOOK_EVERY_MS);
  await child.exited;
  clearInterval(timer);
  return stalled;
}
