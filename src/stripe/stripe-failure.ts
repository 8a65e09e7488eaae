import Stripe from 'stripe';
import { ZodError } from 'zod';
import { kindOfFetchFailure, retryAfterMs } from '../remote-call.ts';
import { kindOfStatus, RemoteError, type RemoteErrorKind } from '../remote-error.ts';

/** The header of an answer that was kept under the idempotency key: this time nothing was done. */
export const REPLAYED = 'idempotent-replayed';

/** The code of a failure that is such a repeat. It says how things were at the first try, not how they are. */
export const STORED_FAILURE = 'stored_failure';

/**
 * What a call of the official client failed with. The client's own error is left behind: its text can
 * carry a part of the API key.
 */
export function stripeFailure(error: unknown, call: string): RemoteError {
  if (error instanceof RemoteError) return error;
  const remote = 'stripe';
  if (error instanceof ZodError)
    return new RemoteError({ remote, call, kind: 'unknown', code: 'unreadable' });
  if (!(error instanceof Stripe.errors.StripeError))
    return new RemoteError({ remote, call, kind: 'unknown' });

  const { statusCode: status, requestId } = error;
  const id = requestId ? { requestId } : {};
  if (status === undefined) return new RemoteError({ remote, call, kind: kindWithoutStatus(error), ...id });

  const stored = error.headers?.[REPLAYED] === 'true';
  const code = stored ? STORED_FAILURE : (error.code ?? error.rawType);
  const retry = retryAfterMs(error.headers?.['retry-after']);
  return new RemoteError({
    remote,
    call,
    // 409: another request with this key is under way, and nobody knows yet how it ends.
    kind: status === 409 ? 'unknown' : kindOfStatus(status),
    status,
    ...(code && { code }),
    ...(retry !== undefined && { retryAfterMs: retry }),
    ...id,
  });
}

/** No status means no usable answer: not connected, cut off, timed out, or not JSON. */
function kindWithoutStatus(error: InstanceType<typeof Stripe.errors.StripeError>): RemoteErrorKind {
  return error instanceof Stripe.errors.StripeConnectionError ? kindOfFetchFailure(error.detail) : 'unknown';
}
