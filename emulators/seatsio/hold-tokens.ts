import { randomUUID } from 'node:crypto';
import type { Clock } from '../stand-in/clock.ts';
import type { Ledger } from '../stand-in/ledger.ts';
import type { Store } from '../stand-in/store.ts';
import type { OpenQuestions } from './open-questions.ts';
import { invalid, tokenNotFound } from './vendor-error.ts';

const MINUTE = 60_000;
const DEFAULT_MINUTES = 15;
/** The longest life of a token from its creation, whatever it was extended by. */
const CAP_MINUTES = 120;
const LONGEST_TIMER = 2 ** 31 - 1;

/** A hold token as the vendor shows it. */
export interface HoldToken {
  holdToken: string;
  expiresAt: string;
  expiresInSeconds: number;
  workspaceKey: string;
}

/** Hold tokens, with minutes as unit; a fraction of one is accepted. */
export interface HoldTokens {
  create(minutes?: number): HoldToken;
  /** Expiry becomes now + minutes; 0 ends the token at once. Throws if it is unknown or expired. */
  extend(token: string, minutes: number): HoldToken;
  /** Throws if it is unknown or expired. */
  retrieve(token: string): HoldToken;
  isAlive(token: string): boolean;
  /** Releases what expired tokens hold. Also runs by itself when a token expires. */
  expireDue(): void;
  all(): Record<string, unknown>[];
  close(): void;
}

export interface HoldTokensOptions {
  store: Store;
  clock: Clock;
  ledger: Ledger;
  workspaceKey: string;
  open: OpenQuestions;
  /** Releases everything that an expired token holds, inside the transaction that ends it. */
  releaseHeldBy: (token: string) => void;
}

export function createHoldTokens(options: HoldTokensOptions): HoldTokens {
  const { store, clock, ledger, workspaceKey, open, releaseHeldBy } = options;
  store.exec(
    `CREATE TABLE IF NOT EXISTS tokens (
       token TEXT PRIMARY KEY, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID;
     CREATE INDEX IF NOT EXISTS tokens_by_expiry ON tokens (expires_at);`,
  );
  const insert = store.prepare('INSERT INTO tokens VALUES (?, ?, ?)');
  const select = store.prepare('SELECT created_at, expires_at FROM tokens WHERE token = ?');
  const update = store.prepare('UPDATE tokens SET expires_at = ? WHERE token = ?');
  const remove = store.prepare('DELETE FROM tokens WHERE token = ?');
  const due = store.prepare('SELECT token FROM tokens WHERE expires_at <= ? ORDER BY expires_at');
  const first = store.prepare('SELECT MIN(expires_at) AS at FROM tokens');
  const everything = store.prepare('SELECT token, created_at, expires_at FROM tokens');

  let timer: NodeJS.Timeout | undefined;
  /** No token that is known expires before this. It may be too early, after an extension, but never too late. */
  let nextExpiry = Number.POSITIVE_INFINITY;

  const wakeBy = (expiry: number) => {
    if (expiry >= nextExpiry) return;
    nextExpiry = expiry;
    clearTimeout(timer);
    const wait = Math.max(1, expiry + open.releaseDelayMs - clock.now());
    timer = setTimeout(onTimer, Math.min(wait, LONGEST_TIMER)).unref();
  };
  const wakeForFirst = () => {
    nextExpiry = Number.POSITIVE_INFINITY;
    const at = first.get()?.at;
    if (typeof at === 'number') wakeBy(at);
  };
  const onTimer = () => {
    expireDue();
    wakeForFirst();
  };
  const end = (token: string) => {
    remove.run(token);
    ledger.append('token.expired', { holdToken: token });
    releaseHeldBy(token);
  };
  const expireDue = () => {
    const bound = clock.now() - open.releaseDelayMs;
    if (nextExpiry > bound) return;
    store.transaction(() => {
      for (const row of due.all(bound)) end(String(row.token));
    });
    wakeForFirst();
  };
  wakeForFirst();

  const find = (token: string): { createdAt: number; expiresAt: number } => {
    const row = select.get(token);
    if (row === undefined || Number(row.expires_at) <= clock.now()) throw tokenNotFound();
    return { createdAt: Number(row.created_at), expiresAt: Number(row.expires_at) };
  };
  // `now` is the caller's own: a clock read twice could turn 600 s into 599.
  const shown = (holdToken: string, expiresAt: number, now: number): HoldToken => ({
    holdToken,
    expiresAt: new Date(expiresAt).toISOString(),
    expiresInSeconds: Math.max(0, Math.floor((expiresAt - now) / 1000)),
    workspaceKey,
  });
  const capped = (createdAt: number, expiresAt: number): number => {
    const cap = createdAt + CAP_MINUTES * MINUTE;
    if (expiresAt <= cap) return expiresAt;
    if (open.beyondCap === 'refuse') throw invalid('A hold token lives two hours at most');
    return cap;
  };

  return {
    create: (minutes = DEFAULT_MINUTES) => {
      if (minutes < 0 || (minutes === 0 && open.createWithZero === 'refuse')) {
        throw invalid('#/expiresInMinutes: must be above 0');
      }
      const token = randomUUID();
      const now = clock.now();
      const expiresAt = capped(now, Math.round(now + minutes * MINUTE));
      store.transaction(() => {
        insert.run(token, now, expiresAt);
        ledger.append('token.created', { holdToken: token, expiresAt: new Date(expiresAt).toISOString() });
      });
      wakeBy(expiresAt);
      return shown(token, expiresAt, now);
    },
    extend: (token, minutes) => {
      if (minutes < 0) throw invalid('#/expiresInMinutes: must be 0 or above');
      const { createdAt } = find(token);
      const now = clock.now();
      const expiresAt = capped(createdAt, Math.round(now + minutes * MINUTE));
      store.transaction(() => {
        if (minutes === 0) return end(token);
        update.run(expiresAt, token);
        ledger.append('token.extended', { holdToken: token, expiresAt: new Date(expiresAt).toISOString() });
      });
      if (minutes > 0) wakeBy(expiresAt);
      return shown(token, expiresAt, now);
    },
    retrieve: (token) => shown(token, find(token).expiresAt, clock.now()),
    isAlive: (token) => {
      const row = select.get(token);
      return row !== undefined && Number(row.expires_at) > clock.now();
    },
    expireDue,
    all: () =>
      everything.all().map((row) => ({
        holdToken: row.token,
        createdAt: new Date(Number(row.created_at)).toISOString(),
        expiresAt: new Date(Number(row.expires_at)).toISOString(),
      })),
    close: () => clearTimeout(timer),
  };
}
