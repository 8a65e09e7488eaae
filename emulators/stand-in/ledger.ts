import type { Clock } from './clock.ts';
import type { Store } from './store.ts';

/** One thing that really happened at a remote system. `at` is ISO 8601; the other members are the effect's. */
export interface LedgerEntry {
  seq: number;
  at: string;
  effect: string;
  [fact: string]: unknown;
}

/**
 * The effect ledger: what really happened, in order, whatever the caller was told. Tests judge by it.
 * It is a test tool: it holds full tokens and is readable only on the admin port.
 */
export interface Ledger {
  /** Call it inside the transaction that makes the effect, so that neither is there without the other. */
  append(effect: string, facts: Record<string, unknown>): void;
  /** The entries with `seq` above `after` (all, by default), oldest first. */
  entries(range?: { after?: number }): LedgerEntry[];
  /** To be awaited before `entries` when much may have happened: other calls have their turns meanwhile. */
  catchUp(): Promise<void>;
}

export function createLedger(store: Store, clock: Clock): Ledger {
  store.exec(
    `CREATE TABLE IF NOT EXISTS ledger (
       seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, effect TEXT NOT NULL, facts TEXT NOT NULL)`,
  );
  const table = store.bulkTable({ name: 'ledger', columns: ['at', 'effect', 'facts'], isSeldomRead: true });
  const select = store.prepare('SELECT seq, at, effect, facts FROM ledger WHERE seq > ? ORDER BY seq');

  return {
    append: (effect, facts) => {
      const isFlat = Object.values(facts).every((fact) => typeof fact !== 'object');
      table.add([clock.now(), effect, isFlat ? facts : JSON.stringify(facts)]);
    },
    catchUp: () => table.settleInParts(),
    entries: ({ after = 0 } = {}) => {
      table.settle();
      return select.all(after).map((row) => ({
        ...(JSON.parse(String(row.facts)) as Record<string, unknown>),
        seq: Number(row.seq),
        at: new Date(Number(row.at)).toISOString(),
        effect: String(row.effect),
      }));
    },
  };
}
