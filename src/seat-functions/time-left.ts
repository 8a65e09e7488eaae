import type { CallLimit } from '../remote-call.ts';

/**
 * What is left for one more call of a function that makes several, all within one limit.
 *
 * @returns a function; `keepMs` is held back for calls that have to come after
 */
export function timeLeft({ timeoutMs }: CallLimit): (keepMs?: number) => CallLimit {
  const endsAt = performance.now() + timeoutMs;
  return (keepMs = 0) => ({ timeoutMs: endsAt - keepMs - performance.now() });
}

/** What is held back of a function's time for looking at what became of a write that got no answer. */
export function timeToLook({ timeoutMs }: CallLimit): number {
  return Math.min(timeoutMs / 3, 4_000);
}
