import type Database from 'libsql';

/** A table that is written with almost every call. */
export interface BulkTable {
  /**
   * Adds a row inside a transaction, its cells in the order of the columns, in the place of one with the same
   * primary key. Objects are kept as JSON, what is undefined as NULL. What a caller may have nested at will is to
   * be given as text: SQLite refuses JSON that is too deep, and all rows beside it.
   */
  add(row: readonly unknown[]): void;
  /** Moves what was added before now to the table, where it can be read. Not inside a transaction. */
  settle(): void;
  /** The same in parts, between which others have their turn. */
  settleInParts(): Promise<void>;
}

export interface BulkTableOptions {
  name: string;
  columns: readonly string[];
  /** Its rows wait until somebody asks for them, however many; absent = only until very many wait. */
  isSeldomRead?: boolean;
}

/** Rows on their way to the bulk tables. */
export interface Journal {
  /** Gives what puts a row into memory, and what takes the last one back. The table has to exist. */
  table(options: BulkTableOptions): { push(row: readonly unknown[]): void; pop(): void };
  isEmpty(): boolean;
  /** Writes what is in memory. Needs a transaction. */
  write(): void;
  /** Moves all rows to their table. Needs a transaction. */
  settle(name: string): void;
  /** Moves some rows to their table, and says whether those were all. Needs a transaction. */
  settlePart(name: string): boolean;
  /** Whether so many rows wait for a table that it is time to settle some. */
  isDue(): boolean;
  /** Settles some rows of one such table. Needs a transaction. */
  settleDue(): void;
}

interface Table {
  /** Not written yet. */
  rows: (readonly unknown[])[];
  fill: Database.Statement;
  /** Written, and not settled yet. */
  waiting: number;
  isSeldomRead: boolean;
}

/** So many rows may wait for a table that a restart reads: half a second's work. */
const LONG = 200_000;
/** Commits whose rows are a part: so many that a call does not wait long for them. */
const PART = 100;

/**
 * A row costs least when it is written among many. So a commit writes one row here, with one column of JSON for each
 * table, and SQLite makes rows of those in bulk, when they are read.
 */
export function createJournal(db: Pick<Database.Database, 'exec' | 'prepare'>): Journal {
  db.exec(
    `CREATE TABLE IF NOT EXISTS journal (id INTEGER PRIMARY KEY);
     CREATE TABLE IF NOT EXISTS journal_marks (name TEXT PRIMARY KEY, id INTEGER NOT NULL);`,
  );
  const last = db.prepare('SELECT MAX(id) AS id FROM journal');
  const markOf = db.prepare('SELECT id FROM journal_marks WHERE name = ?');
  const mark = db.prepare('UPDATE journal_marks SET id = ? WHERE name = ?');
  // All but the last row that every table has: ids go on from it.
  const trim = db.prepare('DELETE FROM journal WHERE id < (SELECT MIN(id) FROM journal_marks)');
  const tables = new Map<string, Table>();
  let insert: Database.Statement | undefined;

  const insertStatement = () => {
    const names = [...tables.keys()];
    return db.prepare(
      `INSERT INTO journal (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    );
  };
  const isEmpty = () => [...tables.values()].every(({ rows }) => rows.length === 0);
  const idIn = (row: unknown) => Number((row as { id: number | null } | undefined)?.id ?? 0);
  const settle = (name: string, commits: number): boolean => {
    const table = tables.get(name);
    if (table === undefined) throw new Error(`no bulk table ${name}`);
    const from = idIn(markOf.get(name));
    const end = idIn(last.get());
    const to = Math.min(end, from + commits);
    if (to > from) {
      table.waiting -= table.fill.run(from, to).changes;
      mark.run(to, name);
      trim.run();
    }
    // Those that the last process has written were not counted.
    if (to === end) table.waiting = 0;
    return to === end;
  };
  const dueName = () =>
    [...tables].find(([, { waiting, isSeldomRead }]) => !isSeldomRead && waiting >= LONG)?.[0];
  const settlePart = (name: string) => settle(name, PART);

  return {
    table: ({ name, columns, isSeldomRead = false }) => {
      const isNew = markOf.get(name) === undefined;
      if (isNew) db.exec(`ALTER TABLE journal ADD COLUMN ${name} TEXT`);
      if (isNew) db.exec(`INSERT INTO journal_marks VALUES ('${name}', 0)`);
      // In the order of their adding: `json_each` takes its rows from the journal's, so it is the inner loop.
      const fill = db.prepare(
        `INSERT OR REPLACE INTO ${name} (${columns.join(', ')})
         SELECT ${columns.map((_, index) => `row.value ->> ${index}`).join(', ')}
         FROM journal, json_each(journal.${name}) AS row WHERE journal.id > ? AND journal.id <= ?`,
      );
      const rows: (readonly unknown[])[] = [];
      tables.set(name, { rows, fill, waiting: 0, isSeldomRead });
      insert = undefined;
      return { push: (row) => void rows.push(row), pop: () => void rows.pop() };
    },
    isEmpty,
    write: () => {
      if (isEmpty()) return;
      insert ??= insertStatement();
      insert.run(...[...tables.values()].map(({ rows }) => (rows.length === 0 ? null : textOf(rows))));
      for (const table of tables.values()) {
        table.waiting += table.rows.length;
        table.rows.length = 0;
      }
    },
    settle: (name) => void settle(name, Number.MAX_SAFE_INTEGER),
    settlePart,
    isDue: () => dueName() !== undefined,
    settleDue: () => {
      const name = dueName();
      if (name !== undefined) settlePart(name);
    },
  };
}

/** Half of a surrogate pair is lawful JSON; but libsql ends the process when it reads one. */
function textOf(rows: unknown): string {
  const text = JSON.stringify(rows);
  if (!text.includes('\\ud')) return text;
  return JSON.stringify(rows, (_, value: unknown) =>
    typeof value === 'string' ? Buffer.from(value).toString() : value,
  );
}
