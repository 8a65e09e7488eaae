import { KEYS } from './use-gateway.ts';

export interface Asked {
  /** An API key; a shop's unless told otherwise. Null: none. */
  key?: string | null;
  /** A buyer's order token; then no key is sent unless one is given. */
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export interface Answered {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came
  body: any;
}

/** Calls the gateway as its callers do. */
export function createRequest(url: string) {
  return async (method: 'GET' | 'POST', path: string, asked: Asked = {}): Promise<Answered> => {
    const { key = asked.token === undefined ? KEYS.checkout : null, token, body, headers, signal } = asked;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key !== null && { 'x-api-key': key }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(signal && { signal }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text && JSON.parse(text) };
  };
}
