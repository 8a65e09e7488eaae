import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a key may do: sell and seat functions; report payments; create events and override holds. */
export const ROLES = ['checkout', 'payments', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/**
 * Whoever calls. The name is the owner of what it starts, so two keys of one name are one owner in rotation. A
 * `buyer` comes with the token of one order, and has the name of its owner.
 */
export interface Caller {
  name: string;
  role: Role | 'buyer';
}

export interface ApiKey {
  name: string;
  role: Role;
  key: string;
}

/** Finds the caller that a presented key belongs to; undefined for any other text. */
export type FindCaller = (presented: string) => Caller | undefined;

/**
 * Keeps the keys as keyed digests of one length, and compares with all of them always: neither the length nor
 * the beginning of a key, nor which one it was, shows in the time that the answer takes.
 */
export function createKeyRing(keys: readonly ApiKey[]): FindCaller {
  const secret = randomBytes(32);
  const digest = (text: string) => createHmac('sha256', secret).update(text).digest();
  const ring = keys.map(({ key, name, role }) => ({ digest: digest(key), caller: { name, role } }));
  return (presented) => {
    const given = digest(presented);
    let found: Caller | undefined;
    for (const entry of ring) if (timingSafeEqual(entry.digest, given)) found = entry.caller;
    return found;
  };
}
