import type Database from 'libsql';
import type { Journal } from './journal.ts';

/** Transactions that are committed together: a commit costs more than what a call does between. */
export interface CommitGroup {
  /** Runs `work` as a transaction inside the group; a throw undoes it and nothing else. */
  run<T>(work: () => T): T;
  /** To be called before a statement writes: a transaction that only adds rows to the journal has no statement. */
  beforeWrite(): void;
  /** Has a change in memory undone with the transaction, or with a group that cannot be committed. Inside only. */
  onUndo(undo: () => void): void;
  /** Has it called whenever a group was committed. */
  onCommit(listener: () => void): void;
  /** Has it called whenever a group could not be committed, after all of it was undone. */
  onFailure(listener: () => void): void;
  /** Resolves when the group that is open now is committed; undefined: none is. */
  committed(): Promise<void> | undefined;
  /** Commits at once what is open. A failure undoes all of it and is thrown. */
  commit(): void;
}

/** Turns of the event loop that a group waits for more transactions at most. */
const TURNS = 4;

/**
 * The group begins with the first transaction. If it lingers, it is committed when a turn of the event loop has
 * brought no more, so that on a quiet server each call is a group of its own; otherwise each transaction is one.
 */
export function createCommitGroup(
  db: Pick<Database.Database, 'prepare' | 'inTransaction'>,
  journal: Journal,
  lingers: boolean,
): CommitGroup {
  const beginGroup = db.prepare('BEGIN IMMEDIATE');
  const commitGroup = db.prepare('COMMIT');
  const undoGroup = db.prepare('ROLLBACK');
  const beginCall = db.prepare('SAVEPOINT call');
  const endCall = db.prepare('RELEASE call');
  const undoCall = db.prepare('ROLLBACK TO call');
  let open: { done: Promise<void>; settle: (error?: unknown) => void; transactions: number } | undefined;
  let inside = false;
  /** What of it SQLite knows. */
  const begun = { group: false, call: false };
  const undos: (() => void)[] = [];
  const commitListeners: (() => void)[] = [];
  const failureListeners: (() => void)[] = [];

  const begin = () => {
    let settle: (error?: unknown) => void = () => {};
    const done = new Promise<void>((resolve, reject) => {
      settle = (error) => (error === undefined ? resolve() : reject(error));
    });
    // Nobody may be waiting for it; whoever is gets the error all the same.
    done.catch(() => {});
    open = { done, settle, transactions: 0 };
    if (lingers) setImmediate(linger, 1, TURNS);
    return open;
  };
  const undoFrom = (length: number) => {
    for (const undo of undos.splice(length).reverse()) undo();
  };
  const commit = () => {
    if (open === undefined) return;
    const { settle } = open;
    open = undefined;
    try {
      if (!begun.group && !journal.isEmpty()) {
        beginGroup.run();
        begun.group = true;
      }
      journal.write();
      if (begun.group) commitGroup.run();
      undos.length = 0;
      settle();
    } catch (error) {
      undoFrom(0);
      settle(error);
      if (db.inTransaction) undoGroup.run();
      for (const listener of failureListeners) listener();
      throw error;
    } finally {
      begun.group = false;
    }
    for (const listener of commitListeners) listener();
  };
  /** A transaction that is alone after its turn does not wait for others. */
  const linger = (known: number, turns: number) => {
    if (open !== undefined && open.transactions > known && turns > 1) {
      setImmediate(linger, open.transactions, turns - 1);
      return;
    }
    try {
      commit();
    } catch {
      // Every call that waits for the group has been told.
    }
  };

  return {
    run: (work) => {
      if (inside) return work();
      const group = open ?? begin();
      group.transactions += 1;
      const before = undos.length;
      inside = true;
      try {
        const result = work();
        if (begun.call) endCall.run();
        return result;
      } catch (error) {
        undoFrom(before);
        if (begun.call) {
          undoCall.run();
          endCall.run();
        }
        throw error;
      } finally {
        inside = false;
        begun.call = false;
        if (!lingers) commit();
      }
    },
    beforeWrite: () => {
      if (!inside) return;
      if (!begun.group) beginGroup.run();
      begun.group = true;
      if (!begun.call) beginCall.run();
      begun.call = true;
    },
    onUndo: (undo) => {
      if (!inside) throw new Error('a change outside of a transaction could not be undone');
      undos.push(undo);
    },
    onCommit: (listener) => void commitListeners.push(listener),
    onFailure: (listener) => void failureListeners.push(listener),
    committed: () => open?.done,
    commit,
  };
}
