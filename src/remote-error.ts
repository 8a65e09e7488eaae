/**
 * What a failed call to a remote system says about the remote's state. It decides what happens next:
 *
 * | kind | did it take effect? | what follows |
 * | --- | --- | --- |
 * | `refused` | no, and it never will as asked | the caller decides; a read tells whether an earlier try did |
 * | `not_found` | no; the thing asked for is not there | as refused |
 * | `unauthorised` | no; key or permission is wrong | retried, a person must act |
 * | `throttled` | no; too many calls | retried after `retryAfterMs` |
 * | `not_sent` | no; never reached the remote | retried at once |
 * | `unknown` | perhaps | ask the remote before the next try |
 */
export type RemoteErrorKind = 'refused' | 'not_found' | 'unauthorised' | 'throttled' | 'not_sent' | 'unknown';

export interface RemoteErrorFacts {
  remote: 'seatsio' | 'tmt' | 'stripe';
  /** The call, as the remote names it; without tokens, keys or personal data. */
  call: string;
  kind: RemoteErrorKind;
  /** HTTP status, if there was an answer. */
  status?: number;
  /** The remote's own error code, if it gave one. */
  code?: string;
  retryAfterMs?: number;
  /** The remote's id of the request, for its support. */
  requestId?: string;
}

/** A call to Seats.io, TMT or the payment provider that gave no usable answer. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  readonly facts: RemoteErrorFacts;

  constructor(facts: RemoteErrorFacts) {
    const answer = [facts.status, facts.code].filter((part) => part !== undefined).join(' ');
    super(`${facts.remote} ${facts.call}: ${facts.kind}${answer ? ` (${answer})` : ''}`);
    this.facts = facts;
  }

  get kind(): RemoteErrorKind {
    return this.facts.kind;
  }
}

/** The kind that an HTTP status means, for a call that got a whole answer. */
export function kindOfStatus(status: number): RemoteErrorKind {
  if (status === 401 || status === 403) return 'unauthorised';
  if (status === 404) return 'not_found';
  if (status === 429) return 'throttled';
  if (status >= 400 && status < 500) return 'refused';
  return 'unknown';
}
