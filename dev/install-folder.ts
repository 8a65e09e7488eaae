import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { processIdentity } from './process-identity.ts';

export interface InstallFolder {
  path: string;
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
  for (const name of readdirSync(parent)) {
    const owner = /^install-(\d+)-\d+$/.exec(name)?.[1];
    if (owner && processIdentity(Number(owner)) === undefined) removeTree(join(parent, name));
  }
  const path = join(parent, `install-${process.pid}-${Date.now()}`);
  mkdirSync(path);
  return {
    path,
    publish(file) {
      const from = join(path, file);
      chmodSync(from, 0o755);
      renameSync(from, cached);
    },
    remove: () => removeTree(path),
  };
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
