import type { Store } from '../stand-in/store.ts';
import { createDueQueue } from './due-queue.ts';

/** A token that was not ended yet, though its time may have come. Never changed, only replaced. */
export interface LiveToken {
  /** Of its row. */
  id: number;
  token: string;
  workspaceId: number;
  createdAt: number;
  expiresAt: number;
}

/** Tokens are in memory; the table is what a restart reads. Changes are made inside transactions. */
export interface LiveTokens {
  get(token: string): LiveToken | undefined;
  create(token: Omit<LiveToken, 'id'>): void;
  extend(token: LiveToken, expiresAt: number): void;
  end(token: LiveToken): void;
  /** Nothing expires before this time; infinity: there are none. */
  nextExpiry(): number;
  /** Ends those whose time has come by `now`, the earliest first. */
  endDue(now: number): Generator<LiveToken>;
  all(): Iterable<LiveToken>;
}

export function createLiveTokens(store: Store): LiveTokens {
  store.exec('CREATE TABLE IF NOT EXISTS tokens (id INTEGER PRIMARY KEY, token TEXT)');
  const table = store.bulkTable({ name: 'tokens', columns: ['id', 'token'] });
  const live = new Map<string, LiveToken>();
  /** Also has times that an extension or an early end has made void. */
  const expiries = createDueQueue<string>();
  let lastId = 0;

  const keep = (token: LiveToken) => {
    live.set(token.token, token);
    expiries.add(token.expiresAt, token.token);
  };
  const set = (token: LiveToken, undo: () => void) => {
    store.onUndo(undo);
    keep(token);
    table.add([token.id, token]);
  };
  const end = (token: LiveToken) => {
    store.onUndo(() => keep(token));
    live.delete(token.token);
    table.add([token.id, null]);
  };

  table.settle();
  store.exec('DELETE FROM tokens WHERE token IS NULL');
  for (const row of store.prepare('SELECT * FROM tokens ORDER BY id').all()) {
    keep(JSON.parse(String(row.token)) as LiveToken);
    lastId = Number(row.id);
  }

  return {
    get: (token) => live.get(token),
    create: ({ token, workspaceId, createdAt, expiresAt }) => {
      lastId += 1;
      set({ id: lastId, token, workspaceId, createdAt, expiresAt }, () => live.delete(token));
    },
    extend: (token, expiresAt) => set({ ...token, expiresAt }, () => keep(token)),
    end,
    nextExpiry: () => expiries.first(),
    endDue: function* (now) {
      for (let due = expiries.take(now); due !== undefined; due = expiries.take(now)) {
        const token = live.get(due.thing);
        if (token === undefined || token.expiresAt !== due.at) continue;
        end(token);
        yield token;
      }
    },
    all: () => live.values(),
  };
}
