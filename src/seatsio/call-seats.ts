import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Region, SeatsioClient } from 'seatsio';
import type { CallLimit } from '../remote-call.ts';
import { RemoteError } from '../remote-error.ts';
import { seatsFailure } from './seats-failure.ts';

export interface SeatsEndpoint {
  baseUrl: string;
  secretKey: string;
  workspaceKey?: string;
  /** How many calls this process has under way at most. One more fails at once as `throttled`. */
  maxInFlight: number;
}

/** Makes one call with the official client; `name` is what the call is called in errors. */
export type CallSeats = <T>(
  name: string,
  limit: CallLimit,
  send: (client: SeatsioClient) => Promise<T>,
) => Promise<T>;

/** Idle connections are closed by us before the server does it: a request on a dying one has no known outcome. */
const IDLE_MS = 30_000;

/**
 * The official client, hardened. It has no deadline for a call as a whole, repeats a 429 silently for 12 s and
 * rejects with strings and plain objects; here each call has a client object of its own, over shared
 * connections, that does none of it, and is given up and aborted at its time limit, whatever the client does.
 */
export function createCallSeats(endpoint: SeatsEndpoint): CallSeats {
  const httpAgent = new HttpAgent({ keepAlive: true, timeout: IDLE_MS });
  const httpsAgent = new HttpsAgent({ keepAlive: true, timeout: IDLE_MS });
  const region = new Region(endpoint.baseUrl);
  let inFlight = 0;

  const createClient = (signal: AbortSignal): SeatsioClient => {
    const client = new SeatsioClient(region, endpoint.secretKey, endpoint.workspaceKey).setMaxRetries(0);
    client.client.interceptors.response.eject(client.errInterceptor);
    // A redirect would send the secret key elsewhere. The timeout is ours, so the client's own is off.
    Object.assign(client.client.defaults, { httpAgent, httpsAgent, signal, timeout: 0, maxRedirects: 0 });
    return client;
  };

  return async (name, { timeoutMs }, send) => {
    if (!(timeoutMs > 0)) throw failed(name, 'not_sent', 'no_time_left');
    if (inFlight >= endpoint.maxInFlight) throw failed(name, 'throttled', 'too_many_in_flight');
    const abort = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(failed(name, 'unknown', 'deadline'));
        abort.abort();
      }, timeoutMs);
    });
    inFlight += 1;
    try {
      return await Promise.race([send(createClient(abort.signal)), deadline]);
    } catch (error) {
      throw seatsFailure(error, name);
    } finally {
      clearTimeout(timer);
      inFlight -= 1;
    }
  };
}

function failed(call: string, kind: 'not_sent' | 'throttled' | 'unknown', code: string): RemoteError {
  return new RemoteError({ remote: 'seatsio', call, kind, code });
}
