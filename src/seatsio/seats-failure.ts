import { z } from 'zod';
import { kindOfFetchFailure, retryAfterMs } from '../remote-call.ts';
import { kindOfStatus, RemoteError } from '../remote-error.ts';

/** An error of the vendor's HTTP client that came with an answer. */
const answered = z.object({
  response: z.object({
    status: z.number(),
    headers: z.looseObject({ 'retry-after': z.unknown() }).catch({ 'retry-after': undefined }),
    data: z.unknown(),
  }),
});

// What goes into our error texts has a fixed form, so that no token gets there by way of an answer.
const code = z.string().regex(/^[A-Z_]{1,64}$/);
const requestId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const vendorBody = z.object({
  errors: z
    .tuple([z.object({ code })])
    .rest(z.unknown())
    .optional()
    .catch(undefined),
  requestId: requestId.optional().catch(undefined),
});

/**
 * What a call of the official client failed with, by HTTP status alone: the vendor's codes for refused seats
 * are documented nowhere, so `code` is for people. The client's own error stays behind: it carries the key.
 */
export function seatsFailure(error: unknown, call: string): RemoteError {
  if (error instanceof RemoteError) return error;
  const remote = 'seatsio';
  const withAnswer = answered.safeParse(error).data;
  if (withAnswer === undefined) {
    return new RemoteError({ remote, call, kind: kindOfFetchFailure(error) });
  }
  const { status, headers, data } = withAnswer.response;
  const body = vendorBody.safeParse(data).data;
  const vendorCode = body?.errors?.[0].code;
  const header = headers['retry-after'];
  const wait = retryAfterMs(typeof header === 'string' ? header : undefined);
  return new RemoteError({
    remote,
    call,
    kind: kindOfStatus(status),
    status,
    ...(vendorCode && { code: vendorCode }),
    ...(wait !== undefined && { retryAfterMs: wait }),
    ...(body?.requestId && { requestId: body.requestId }),
  });
}

/** An answer that came, but does not say that what was asked has been done. */
export function unreadable(call: string): RemoteError {
  return new RemoteError({ remote: 'seatsio', call, kind: 'unknown', code: 'unreadable' });
}
