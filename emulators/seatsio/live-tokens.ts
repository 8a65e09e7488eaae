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
  /** When to look whether a token has expired: then, or earlier, for one that was extended is looked at once more. */
  const looks = createDueQueue<string>();
  const nextLook = new Map<string, number>();
  let lastId = 0;

  const keep = (token: LiveToken) => {
    live.set(token.token, token);
    const known = nextLook.get(token.token);
    if (known !== undefined && known <= token.expiresAt) return;
    nextLook.set(token.token, token.expiresAt);
    looks.add(token.expiresAt, token.token);
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
    nextExpiry: () => looks.first(),
    endDue: function* (now) {
      for (let due = looks.take(now); due !== undefined; due = looks.take(now)) {
        if (nextLook.get(due.thing) !== due.at) continue;
        nextLook.delete(due.thing);
        const token = live.get(due.thing);
        if (token === undefined) continue;
        if (token.expiresAt > now) keep(token);
        else {
          end(token);
          yield token;
        }
      }
    },
    all: () => live.values(),
  };
}
