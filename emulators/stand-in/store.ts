import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';

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
  /** Runs `work` as one transaction: a throw undoes all of it. Inside another one it joins that one. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/**
 * Opens `<dataDir>/<name>.db`, made if need be, or a store in memory when no folder is given.
 * WAL with `synchronous = normal`: what was answered survives a killed process, though not a power cut.
 */
export function openStore(name: string, dataDir?: string): Store {
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  const db = new Database(dataDir === undefined ? ':memory:' : join(dataDir, `${name}.db`));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = normal');
  let open = true;

  return {
    exec: (sql) => {
      db.exec(sql);
    },
    prepare: (sql) => {
      const statement = db.prepare(sql);
      return {
        run: (...cells) => {
          const { changes, lastInsertRowid } = statement.run(...cells);
          return { changes, lastInsertRowid: Number(lastInsertRowid) };
        },
        get: (...cells) => statement.get(...cells) as Row | undefined,
        all: (...cells) => statement.all(...cells) as Row[],
      };
    },
    transaction: (work) => {
      if (db.inTransaction) return work();
      db.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        db.exec('COMMIT');
        return result;
      } catch (error) {
        if (db.inTransaction) db.exec('ROLLBACK');
        throw error;
      }
    },
    close: () => {
      if (open) db.close();
      open = false;
    },
  };
}
