import { randomUUID } from 'node:crypto';
import type { Clock } from '../stand-in/clock.ts';
import type { Ledger } from '../stand-in/ledger.ts';
import type { Store } from '../stand-in/store.ts';
import { createLiveTokens, type LiveToken } from './live-tokens.ts';
import type { OpenQuestions } from './open-questions.ts';
import { invalid, tokenNotFound } from './vendor-error.ts';
import type { Workspace } from './workspaces.ts';

const MINUTE = 60_000;
/** The longest life of a token from its creation, whatever it was extended by. */
const CAP_MINUTES = 120;
const LONGEST_TIMER = 2 ** 31 - 1;
/** A file that cannot be written is not tried all the time. */
const RETRY_MS = 1_000;

/** A hold token as the vendor shows it. */
export interface HoldToken {
  holdToken: string;
  expiresAt: string;
  expiresInSeconds: number;
  workspaceKey: string;
}

/** Hold tokens, with minutes as unit; a fraction of one is accepted. */
export interface HoldTokens {
  create(workspace: Workspace, minutes: number): HoldToken;
  /** Expiry becomes now + minutes; 0 ends the token at once. Throws if it is unknown, expired or elsewhere. */
  extend(workspace: Workspace, token: string, minutes: number): HoldToken;
  /** Throws if it is unknown, expired or elsewhere. */
  retrieve(workspace: Workspace, token: string): HoldToken;
  isAlive(token: string, workspaceId: number): boolean;
  /** Releases what expired tokens hold. Also runs by itself when a token expires. */
  expireDue(): void;
  /** To be called after the clock has jumped: what is due now expires, and the timer is set anew. */
  onClockMove(): void;
  all(): LiveToken[];
  close(): void;
}

export interface HoldTokensOptions {
  store: Store;
  clock: Clock;
  ledger: Ledger;
  open: OpenQuestions;
  /** Releases everything that an expired token holds, inside the transaction that ends it. */
  releaseHeldBy: (token: string) => void;
}

export function createHoldTokens(options: HoldTokensOptions): HoldTokens {
  const { store, clock, ledger, open, releaseHeldBy } = options;
  const tokens = createLiveTokens(store);
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  /** No token that is known expires before this. It may be too early, after an extension, but never too late. */
  let nextExpiry = Number.POSITIVE_INFINITY;

  const wakeBy = (expiry: number, shortest = 1) => {
    if (isClosed || expiry >= nextExpiry) return;
    nextExpiry = expiry;
    clearTimeout(timer);
    const wait = Math.max(shortest, expiry + open.releaseDelayMs - clock.now());
    timer = setTimeout(onTimer, Math.min(wait, LONGEST_TIMER)).unref();
  };
  const wakeForFirst = (shortest?: number) => {
    nextExpiry = Number.POSITIVE_INFINITY;
    wakeBy(tokens.nextExpiry(), shortest);
  };
  const onTimer = () => {
    expireDue();
    wakeForFirst();
  };
  const release = ({ token }: LiveToken) => {
    ledger.append('token.expired', { holdToken: token });
    releaseHeldBy(token);
  };
  const expireDue = () => {
    const bound = clock.now() - open.releaseDelayMs;
    if (nextExpiry > bound) return;
    store.transaction(() => {
      for (const token of tokens.endDue(bound)) release(token);
    });
    wakeForFirst();
  };
  wakeForFirst();
  // Tokens that had ended in it have not.
  store.onFailedCommit(() => wakeForFirst(RETRY_MS));

  const alive = (token: string, workspaceId: number): LiveToken | undefined => {
    const found = tokens.get(token);
    return found?.workspaceId === workspaceId && found.expiresAt > clock.now() ? found : undefined;
  };
  const find = ({ id }: Workspace, token: string): LiveToken => {
    const found = alive(token, id);
    if (found === undefined) throw tokenNotFound();
    return found;
  };
  // `now` is the caller's own: a clock read twice could turn 600 s into 599.
  const shown = ({ key }: Workspace, holdToken: string, expiresAt: number, now: number): HoldToken => ({
    holdToken,
    expiresAt: new Date(expiresAt).toISOString(),
    expiresInSeconds: Math.max(0, Math.floor((expiresAt - now) / 1000)),
    workspaceKey: key,
  });
  const checkedMinutes = (minutes: number): number => {
    if (minutes < 0 && open.negativeMinutes === 'refuse') {
      throw invalid('#/expiresInMinutes: must be 0 or above');
    }
    if (!Number.isInteger(minutes) && open.partsOfMinutes === 'refuse') {
      throw invalid('#/expiresInMinutes: expected a whole number');
    }
    return Math.max(0, minutes);
  };
  const capped = (createdAt: number, expiresAt: number): number => {
    const cap = createdAt + CAP_MINUTES * MINUTE;
    if (expiresAt <= cap) return expiresAt;
    if (open.beyondCap === 'refuse') throw invalid('A hold token lives two hours at most');
    return cap;
  };

  return {
    create: (workspace, given) => {
      const minutes = checkedMinutes(given);
      if (minutes === 0 && open.createWithZero === 'refuse') {
        throw invalid('#/expiresInMinutes: must be above 0');
      }
      const token = randomUUID();
      const now = clock.now();
      const expiresAt = capped(now, Math.round(now + minutes * MINUTE));
      const created = shown(workspace, token, expiresAt, now);
      store.transaction(() => {
        tokens.create({ token, workspaceId: workspace.id, createdAt: now, expiresAt });
        ledger.append('token.created', { holdToken: token, expiresAt: created.expiresAt });
      });
      wakeBy(expiresAt);
      return created;
    },
    extend: (workspace, token, given) => {
      const minutes = checkedMinutes(given);
      const found = find(workspace, token);
      const now = clock.now();
      const expiresAt = capped(found.createdAt, Math.round(now + minutes * MINUTE));
      store.transaction(() => {
        if (minutes === 0) {
          tokens.end(found);
          return release(found);
        }
        tokens.extend(found, expiresAt);
        ledger.append('token.extended', { holdToken: token, expiresAt: new Date(expiresAt).toISOString() });
      });
      if (minutes > 0) wakeBy(expiresAt);
      return shown(workspace, token, expiresAt, now);
    },
    retrieve: (workspace, token) => shown(workspace, token, find(workspace, token).expiresAt, clock.now()),
    isAlive: (token, workspaceId) => alive(token, workspaceId) !== undefined,
    expireDue,
    onClockMove: () => {
      expireDue();
      wakeForFirst();
    },
    all: () => [...tokens.all()].sort((a, b) => a.id - b.id),
    close: () => {
      clearTimeout(timer);
      isClosed = true;
    },
  };
}
