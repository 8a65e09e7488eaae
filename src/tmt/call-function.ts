import { z } from 'zod';
import { type CallLimit, kindOfFetchFailure, retryAfterMs } from '../remote-call.ts';
import { kindOfStatus, RemoteError, type RemoteErrorFacts } from '../remote-error.ts';

export interface TmtEndpoint {
  baseUrl: string;
  /** For a deployment that puts something in front of the functions; TMT itself documents none. */
  authHeader?: { name: string; value: string };
}

/** Sends `{data}` to one function and gives the `data` of its answer; a function of the call's name. */
export type CallFunction = (name: string, data: unknown, limit: CallLimit) => Promise<unknown>;

/** The code of a failure that TMT reports with `data.valido: false`, which is also how it says "not found". */
export const NOT_VALID = 'valido_false';

/** The code of a failure that TMT reports with `data.success: false`. */
const NO_SUCCESS = 'success_false';

const envelope = z
  .object({ status: z.coerce.number().int(), data: z.unknown() })
  .partial()
  .refine((body) => body.status !== undefined || body.data !== undefined);

const flags = z.object({ valido: z.unknown(), success: z.unknown() }).partial();

/**
 * Whether TMT writes the status into HTTP, into the body or into a flag is not documented, so an answer is
 * good only when all of them say so. Spanish messages are never read.
 */
export function createCallFunction(endpoint: TmtEndpoint): CallFunction {
  const base = endpoint.baseUrl.replace(/\/+$/, '');
  const headers = { 'content-type': 'application/json', ...authorisation(endpoint) };

  return async (name, data, limit) => {
    const { status, text, retryAfter } = await exchange(name, async () => {
      const response = await fetch(`${base}/${name}`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ data }),
        // A redirect would carry the buyer's data, and the auth header, to another address.
        redirect: 'manual',
        signal: AbortSignal.timeout(Math.max(1, Math.ceil(limit.timeoutMs))),
      });
      // The signal covers the body too, so a stalled answer ends here and not in the caller's time-out.
      const text = await response.text();
      return { status: response.status, text, retryAfter: response.headers.get('retry-after') };
    });
    const body = envelope.safeParse(parseJson(text));
    const failure = failureOf(status, body.data);
    if (failure) throw new RemoteError({ remote: 'tmt', call: name, ...failure, ...wait(retryAfter) });
    if (!body.success) throw new RemoteError({ remote: 'tmt', call: name, kind: 'unknown', status });
    return body.data.data;
  };
}

async function exchange<T>(name: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw new RemoteError({ remote: 'tmt', call: name, kind: kindOfFetchFailure(error) });
  }
}

/** What is wrong with an answer. A 5xx in either place outweighs the rest: it alone proves nothing. */
function failureOf(
  http: number,
  body: z.infer<typeof envelope> | undefined,
): Pick<RemoteErrorFacts, 'kind' | 'status' | 'code'> | undefined {
  const stated = body?.status ?? http;
  const status = isGood(http) || stated >= 500 ? stated : http;
  const flag = flags.safeParse(body?.data).data;
  const code = flag?.valido === false ? NOT_VALID : flag?.success === false ? NO_SUCCESS : undefined;
  if (!isGood(status)) return { kind: kindOfStatus(status), status, ...(code && { code }) };
  return code ? { kind: 'refused', status, code } : undefined;
}

function isGood(status: number): boolean {
  return status >= 200 && status < 300;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function wait(header: string | null): { retryAfterMs?: number } {
  const ms = retryAfterMs(header);
  return ms === undefined ? {} : { retryAfterMs: ms };
}

function authorisation({ authHeader }: TmtEndpoint): Record<string, string> {
  return authHeader ? { [authHeader.name]: authHeader.value } : {};
}
