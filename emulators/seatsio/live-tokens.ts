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

/** What is known of a token, whatever replaces it. */
interface Life {
  token: LiveToken;
  /** The time of its next entry in the queue of looks; infinity: it has none. */
  nextLook: number;
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
  const live = new Map<string, Life>();
  /** When to look whether a token has expired: then, or earlier, for one that was extended is looked at once more. */
  const looks = createDueQueue<Life>();
  let lastId = 0;

  const keep = (life: Life, token: LiveToken) => {
    life.token = token;
    live.set(token.token, life);
    if (life.nextLook <= token.expiresAt) return;
    life.nextLook = token.expiresAt;
    looks.add(token.expiresAt, life);
  };
  const begin = (token: LiveToken) => keep({ token, nextLook: Number.POSITIVE_INFINITY }, token);
  const end = (life: Life) => {
    const { token } = life;
    store.onUndo(() => keep(life, token));
    live.delete(token.token);
    table.add([token.id, null]);
  };

  table.settle();
  store.exec('DELETE FROM tokens WHERE token IS NULL');
  for (const row of store.prepare('SELECT * FROM tokens ORDER BY id').all()) {
    begin(JSON.parse(String(row.token)) as LiveToken);
    lastId = Number(row.id);
  }

  const lifeOf = ({ token }: LiveToken): Life => {
    const life = live.get(token);
    if (life === undefined) throw new Error('no live token');
    return life;
  };

  return {
    get: (token) => live.get(token)?.token,
    create: ({ token, workspaceId, createdAt, expiresAt }) => {
      lastId += 1;
      const made = { id: lastId, token, workspaceId, createdAt, expiresAt };
      store.onUndo(() => live.delete(token));
      begin(made);
      table.add([made.id, made]);
    },
    extend: (before, expiresAt) => {
      const life = lifeOf(before);
      const token = { ...before, expiresAt };
      store.onUndo(() => keep(life, before));
      keep(life, token);
      table.add([token.id, token]);
    },
    end: (token) => end(lifeOf(token)),
    nextExpiry: () => looks.first(),
    endDue: function* (now) {
      for (let due = looks.take(now); due !== undefined; due = looks.take(now)) {
        const { thing: life, at } = due;
        if (life.nextLook !== at) continue;
        life.nextLook = Number.POSITIVE_INFINITY;
        const { token } = life;
        if (live.get(token.token) !== life) continue;
        if (token.expiresAt > now) keep(life, token);
        else {
          end(life);
          yield token;
        }
      }
    },
    all: () => Array.from(live.values(), ({ token }) => token),
  };
}
