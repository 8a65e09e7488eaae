import { RemoteError, type RemoteErrorKind } from './remote-error.ts';

/** How long one call to a remote system may take, from its start to the last byte of the answer. */
export interface CallLimit {
  timeoutMs: number;
}

const ID = /^[A-Za-z0-9_-]{1,128}$/;

/** Whether the id can stand in a path or a document key of a remote system without being escaped. */
export function isPlainId(id: string): boolean {
  return ID.test(id);
}

/**
 * Refuses an id that a remote system cannot carry, before anything is sent. The id itself stays out of the
 * error: what was passed by mistake may be a token or an e-mail address.
 */
export function requirePlainId(id: string, remote: 'tmt' | 'stripe', call: string): void {
  if (!isPlainId(id)) throw new RemoteError({ remote, call, kind: 'refused', code: 'bad_id' });
}

// Only failures to connect are here. A reset, a closed socket or a time-out may come after the remote
// has read the request, so they prove nothing.
const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The kind of a `fetch` that threw: `not_sent` only when no connection was made, else `unknown`. */
export function kindOfFetchFailure(error: unknown): RemoteErrorKind {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return 'unknown';
  const code = 'code' in cause ? String(cause.code) : '';
  const connecting = 'syscall' in cause && cause.syscall === 'connect';
  return connecting || NEVER_CONNECTED.has(code) ? 'not_sent' : 'unknown';
}

/** `Retry-After` in milliseconds; only its form in seconds is read, the date form depends on clocks. */
export function retryAfterMs(header: string | null | undefined): number | undefined {
  const seconds = Number(header?.trim() || Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds * 1000) : undefined;
}
