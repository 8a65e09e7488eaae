import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Database from 'libsql';
import { createCheckpoints } from './checkpoints.ts';
import { createCommitGroup } from './commit-group.ts';
import { type BulkTable, type BulkTableOptions, createJournal } from './journal.ts';

/** A value that SQLite keeps as it is. */
export type Cell = string | number | null;

/** One row as read; each reader takes out the columns that it asked for. */
export type Row = Record<string, Cell>;

/** A prepared statement; parameters go by position. */
export interface Statement {
  run(...cells: Cell[]): { changes: number; lastInsertRowid: number };
  get(...cells: Cell[]): Row | undefined;
  all(...cells: Cell[]): Row[];
}

/** The state of one stand-in. Everything is synchronous, so a request sees nobody else's half-done work. */
export interface Store {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  /** A table with these columns, which exists, from now on written by no statement but this. */
  bulkTable(options: BulkTableOptions): BulkTable;
  /** Runs `work` as one transaction: a throw undoes all of it. Inside another one it joins that one. */
  transaction<T>(work: () => T): T;
  /** Inside a transaction: what undoes a change in memory if the transaction is undone. */
  onUndo(undo: () => void): void;
  /** For what is kept in memory of rows that were read: some may have been there in a failed commit only. */
  onFailedCommit(forget: () => void): void;
  /** Resolves when everything done so far would survive a killed process; undefined: it does already. */
  committed(): Promise<void> | undefined;
  close(): void;
}

export interface StoreOptions {
  /** Absent = a store in memory. */
  dataDir?: string;
  /** `normal` (if absent) survives a killed process, `full` a power cut as well. */
  synchronous?: Synchronous;
  /** One commit for all transactions of a moment. Whoever answers a caller awaits `committed` before. */
  groupCommit?: boolean;
}

export type Synchronous = 'normal' | 'full';

/** Opens `<dataDir>/<name>.db` in WAL mode, made if need be. */
export function openStore(name: string, options: StoreOptions = {}): Store {
  const { dataDir, synchronous = 'normal', groupCommit = false } = options;
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  const file = dataDir === undefined ? undefined : join(dataDir, `${name}.db`);
  const db = new Database(file ?? ':memory:');
  db.pragma('journal_mode = WAL');
  // Only if those in the background cannot keep up.
  db.pragma('wal_autocheckpoint = 32000');
  db.pragma(`synchronous = ${synchronous}`);
  const journal = createJournal(db);
  const group = createCommitGroup(db, journal, groupCommit);
  const checkpoints = file === undefined ? undefined : createCheckpoints(db, file);
  let open = true;
  /** Runs `work` on the database when everything is written, and commits it at once. */
  const alone = <T>(work: () => T): T => {
    group.commit();
    const result = group.run(() => {
      group.beforeWrite();
      return work();
    });
    group.commit();
    return result;
  };
  const settleDue = () => {
    if (!open) return;
    try {
      alone(() => journal.settleDue());
    } catch {
      // The next commit tries it again.
    }
  };
  group.onCommit(() => {
    checkpoints?.onCommit();
    // A bulk of rows takes some milliseconds: the answers that wait for this commit go out before.
    if (journal.isDue()) setImmediate(settleDue);
  });

  return {
    exec: (sql) => {
      db.exec(sql);
    },
    prepare: (sql) => {
      const statement = db.prepare(sql);
      return {
        run: (...cells) => {
          group.beforeWrite();
          const { changes, lastInsertRowid } = statement.run(...cells);
          return { changes, lastInsertRowid: Number(lastInsertRowid) };
        },
        get: (...cells) => statement.get(...cells) as Row | undefined,
        all: (...cells) => statement.all(...cells) as Row[],
      };
    },
    bulkTable: (table) => {
      const rows = alone(() => journal.table(table));
      const takeBack = () => rows.pop();
      return {
        add: (row) => {
          group.onUndo(takeBack);
          rows.push(row);
        },
        settle: () => alone(() => journal.settle(table.name)),
        settleInParts: async () => {
          while (open && !alone(() => journal.settlePart(table.name))) await nextTurn();
        },
      };
    },
    transaction: (work) => group.run(work),
    onUndo: (undo) => group.onUndo(undo),
    onFailedCommit: (forget) => group.onFailure(forget),
    committed: () => group.committed(),
    close: () => {
      try {
        group.commit();
      } finally {
        checkpoints?.close();
        if (open) db.close();
        open = false;
      }
    },
  };
}
