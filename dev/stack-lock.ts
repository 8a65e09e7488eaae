import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endGroup } from './process-group.ts';
import { type ProcessRecord, processIdentity, stillRuns } from './process-identity.ts';

/** The stack of this data folder runs already. */
export class StackRunningError extends Error {
  override readonly name = 'StackRunningError';

  constructor(dataDir: string, pid: number) {
    super(
      `The stack is already running with the data folder ${dataDir} (process ${pid}). ` +
        `Stop it with Ctrl-C where it runs, or with: kill ${pid}`,
    );
  }
}

interface StackRecord {
  owner: ProcessRecord;
  children: ProcessRecord[];
}

export interface StackLock {
  /** Writes down which children run, so that a later start can end them if we are killed. */
  record(children: ProcessRecord[]): void;
  release(): void;
}

/**
 * Makes this process the only one that uses the data folder.
 *
 * A lock whose owner is gone is taken over, and what that owner left running is ended first, each process only
 * if it is still the one that was written down.
 *
 * @throws StackRunningError when the owner is alive
 */
export async function acquireStackLock(
  dataDir: string,
  progress: (line: string) => void,
): Promise<StackLock> {
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, 'stack.lock');
  const owner = { name: 'stack', pid: process.pid, identity: processIdentity(process.pid) ?? 'unknown' };

  while (!create(path, { owner, children: [] })) {
    const held = read(path);
    if (held.record && stillRuns(held.record.owner)) {
      throw new StackRunningError(dataDir, held.record.owner.pid);
    }
    await endLeftovers(held.record, progress);
    removeIfStill(path, held.text);
  }

  return {
    record: (children) => replace(path, { owner, children }),
    release() {
      if (read(path).record?.owner.identity === owner.identity) rmSync(path, { force: true });
    },
  };
}

/** A link is made with its content in one step: nobody ever reads half a lock. */
function create(path: string, record: StackRecord): boolean {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(record));
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function replace(path: string, record: StackRecord): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(record));
  renameSync(draft, path);
}

function read(path: string): { text: string; record?: StackRecord } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return { text: '' };
  }
  try {
    return { text, record: JSON.parse(text) as StackRecord };
  } catch {
    return { text };
  }
}

/**
 * Two starts may judge the same lock stale. The lock is moved away first and looked at again: whoever moved
 * the fresh lock of the other by mistake puts it back.
 */
function removeIfStill(path: string, stale: string): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
    if (readFileSync(aside, 'utf8') !== stale) linkSync(aside, path);
  } catch {
    // Somebody else removed it, or made a new one already: the next look decides.
  }
  rmSync(aside, { force: true });
}

async function endLeftovers(record: StackRecord | undefined, progress: (line: string) => void) {
  const left = record?.children.filter(stillRuns) ?? [];
  for (const child of left.reverse()) {
    progress(`an earlier run was killed; ending what it left: ${child.name} (process ${child.pid})`);
    await endGroup(child.pid, 5_000);
  }
}
