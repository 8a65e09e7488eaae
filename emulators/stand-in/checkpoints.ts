import type Database from 'libsql';
import BackgroundDatabase from 'libsql/promise';

/** Commits from one checkpoint to the next: some megabytes of log. Reading costs more the longer it is. */
const COMMITS = 1_000;

/**
 * Copies the log of a file into the file on a thread of its own: tens of milliseconds, for which SQLite would have
 * a call wait. What was written meanwhile is copied at once, for a log begins anew only when all of it was copied.
 */
export function createCheckpoints(
  db: Pick<Database.Database, 'pragma'>,
  file: string,
): { onCommit(): void; close(): void } {
  let background: BackgroundDatabase | undefined;
  let commits = 0;
  let isRunning = false;
  let isClosed = false;

  const checkpoint = async () => {
    isRunning = true;
    try {
      background ??= new BackgroundDatabase(file, {});
      await background.pragma('wal_checkpoint(PASSIVE)', {});
      if (!isClosed) db.pragma('wal_checkpoint(PASSIVE)');
    } catch {
      // SQLite makes one by itself when the log has become long.
    } finally {
      isRunning = false;
      commits = 0;
      if (isClosed) background?.close();
    }
  };
  return {
    onCommit: () => {
      commits += 1;
      if (commits >= COMMITS && !isRunning && !isClosed) void checkpoint();
    },
    close: () => {
      isClosed = true;
      if (!isRunning) background?.close();
    },
  };
}
