import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { HttpProblem, PROBLEM_JSON, type ProblemName, toProblemDocument } from './problem.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** What Node's server says of bytes that never become a request. */
const KINDS: Record<string, [ProblemName, detail: string]> = {
  HPE_HEADER_OVERFLOW: ['headers_too_large', 'The headers are larger than is taken here.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['too_slow', 'The request did not come in time.'],
};

/**
 * Answers what is no request, or comes too slowly, and ends its connection. The framework would log the error
 * with the bytes that came, and keys are among them; here the log has their kind only.
 */
export function createClientErrorHandler(log: Pick<Logger, 'info'>) {
  return (error: Error & { code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const code = error.code ?? '';
    const [kind, detail] = KINDS[code] ?? ['bad_request', 'This is no request of HTTP.'];
    const requestId = randomUUID();
    const document = toProblemDocument(new HttpProblem(kind, detail), requestId);
    const { status } = document;
    log.info({ requestId, status, code: /^[A-Z_]{1,64}$/.test(code) ? code : 'unknown' }, 'no request');

    const body = JSON.stringify(document);
    const headers = {
      ...SECURITY_HEADERS,
      'content-type': PROBLEM_JSON,
      'content-length': Buffer.byteLength(body),
      'x-request-id': requestId,
      connection: 'close',
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines].join('\r\n');
    socket.end(`${head}\r\n\r\n${body}`, () => socket.destroy());
  };
}
