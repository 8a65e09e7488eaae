import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processIdentity } from './process-identity.ts';
import type { Search } from './temporal-search.ts';
import { isExecutable } from './where-is.ts';

const LOOK_EVERY_MS = 250;
const TELL_EVERY_MS = 10_000;

export interface InstallFolder {
  path: string;
  /** Whether another process began to install the same program before us, and is still at it. */
  othersFirst(): boolean;
  /** Makes the file of this name in the folder the cached program, in one step. */
  publish(file: string): void;
  remove(): void;
}

/**
 * A folder of our own beside the cached program, in which a download or build may take its time.
 *
 * The program appears in the cache by a rename: a break-off leaves no half program, and of two installs at
 * once each ends with a whole one. Folders of installs that were killed are removed on the way.
 */
export function createInstallFolder(cached: string): InstallFolder {
  const parent = dirname(cached);
  mkdirSync(parent, { recursive: true });
  for (const { name, pid } of installs(parent)) {
    if (processIdentity(pid) === undefined) removeTree(join(parent, name));
  }
  const own = { since: Date.now(), pid: process.pid };
  const path = join(parent, `install-${own.since}-${own.pid}`);
  mkdirSync(path);
  return {
    path,
    othersFirst: () =>
      installs(parent).some(
        ({ since, pid }) =>
          pid !== own.pid &&
          // Of two that began in the same moment one has to be the first.
          (since < own.since || (since === own.since && pid < own.pid)) &&
          processIdentity(pid) !== undefined,
      ),
    publish(file) {
      const from = join(path, file);
      chmodSync(from, 0o755);
      renameSync(from, cached);
    },
    remove: () => removeTree(path),
  };
}

/**
 * Lets an install of the same program by another process end first: two builds at once take twice as long.
 *
 * @returns whether the program is in the cache now
 */
export async function waitForOthers(folder: InstallFolder, search: Search): Promise<boolean> {
  let waited = 0;
  while (folder.othersFirst()) {
    search.signal.throwIfAborted();
    if (waited % TELL_EVERY_MS === 0)
      search.progress('another process is getting the Temporal CLI: waiting for it');
    waited += LOOK_EVERY_MS;
    await sleep(LOOK_EVERY_MS);
  }
  return waited > 0 && isExecutable(search.cached);
}

function installs(parent: string): { name: string; since: number; pid: number }[] {
  return readdirSync(parent).flatMap((name) => {
    const [, since, pid] = /^install-(\d+)-(\d+)$/.exec(name) ?? [];
    return since && pid ? [{ name, since: Number(since), pid: Number(pid) }] : [];
  });
}

/** The bytes in the folder: how far a download has come. */
export function bytesIn(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => {
    // A file may be renamed between the two looks.
    return sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0);
  }, 0);
}

function removeTree(path: string): void {
  rmSync(path, { recursive: true, force: true });
}
