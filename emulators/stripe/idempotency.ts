import type { Store } from '../stand-in/store.ts';
import { StripeRefusal } from './stripe-refusal.ts';

/** An answer as it is sent, and as it is kept under its key. */
export interface Answer {
  status: number;
  body: unknown;
}

/** One POST: `fingerprint` is what has to be the same for the same key, the path and the parameters. */
export interface KeyedCall {
  key: string | undefined;
  fingerprint: string;
  /** What the buyer of this answer is told instead of the truth, though the call acts: a scripted 5xx. */
  toldInstead?: Answer;
}

/**
 * Stripe's idempotency: the first answer to a key is kept and repeated, errors and 500s too, and a repeat
 * does nothing. The same key with other parameters is an error. Kept as long as the state is.
 */
export function createIdempotency(store: Store) {
  store.exec(
    `CREATE TABLE IF NOT EXISTS idempotency (
       key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL)`,
  );
  const select = store.prepare('SELECT fingerprint, status, body FROM idempotency WHERE key = ?');
  const insert = store.prepare(
    'INSERT INTO idempotency (key, fingerprint, status, body) VALUES (?, ?, ?, ?)',
  );

  return {
    /** `work` and the keeping of its answer are one transaction; a refusal commits what it had done. */
    run(call: KeyedCall, work: () => unknown): Answer & { replayed: boolean } {
      return store.transaction(() => {
        const kept = call.key === undefined ? undefined : select.get(call.key);
        if (kept) {
          if (kept.fingerprint !== call.fingerprint) throw otherParameters();
          return { status: Number(kept.status), body: JSON.parse(String(kept.body)), replayed: true };
        }
        const answer = answerOf(work);
        const { status, body } = call.toldInstead ?? answer;
        if (call.key !== undefined) insert.run(call.key, call.fingerprint, status, JSON.stringify(body));
        return { ...answer, replayed: false };
      });
    },
  };
}

function answerOf(work: () => unknown): Answer {
  try {
    return { status: 200, body: work() };
  } catch (error) {
    if (error instanceof StripeRefusal) return { status: error.status, body: error.body };
    throw error;
  }
}

function otherParameters(): StripeRefusal {
  return new StripeRefusal(400, {
    type: 'idempotency_error',
    message:
      'Keys for idempotent requests can only be used with the same parameters they were first used with.',
  });
}
