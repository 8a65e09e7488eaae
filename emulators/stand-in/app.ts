import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { finished } from 'node:stream';
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { breakAnswer, breakRequest } from './fault-wire.ts';
import type { Faults, Hit } from './faults.ts';
import { checkBody, checkUrl } from './plain-body.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The endpoint's name in fault scripts, or all its names and a choice where the body decides. */
    call?: string | { names: readonly string[]; of: (request: FastifyRequest) => string };
  }
  interface FastifyRequest {
    /** The body as it came, before parsing. */
    rawBody: string;
    /** The scripted faults that this call has met. */
    faultHits: Hit[];
  }
}

export interface AppOptions {
  faults: Faults;
  /** What an answer waits for: nobody is told what a killed process would forget. Undefined: there is nothing. */
  committed?: () => Promise<void> | undefined;
  /** Makes the body of a request from its text; JSON, whatever the content type says, if absent. */
  parseBody?: (text: string, contentType: string) => unknown;
  /** Bytes; 4 MB if absent. */
  bodyLimit?: number;
  /** Answers a URL that cannot be decoded, which no route and no error handler sees. */
  frameworkErrors?: FastifyServerOptions['frameworkErrors'];
  /** The body of an answer to what is no HTTP request, which nothing of the app sees; Fastify's if absent. */
  wireErrorBody?: (status: number, message: string) => object;
}

/** Bytes; a client names a thousand objects in one URL. */
const LONGEST_HEAD = 1_048_576;
/** So many bytes are read of a body, be it as big as it may. */
const LONGEST_BODY = 64_000_000;

/**
 * A Fastify app for a stand-in: scripted faults around every route that has `config.call`, and a `close` that
 * ends open sockets at once. Idle connections live 65 s and more, so that a client's pooled one is not reset.
 * A body that cannot be parsed or kept, and a URL that cannot be kept, fail with `statusCode` 400 in the app's
 * error handler.
 */
export function createApp({
  faults,
  committed,
  parseBody = parseJson,
  bodyLimit = 4_194_304,
  frameworkErrors,
  wireErrorBody,
}: AppOptions): FastifyInstance {
  const app = Fastify({
    keepAliveTimeout: 72_000,
    forceCloseConnections: true,
    bodyLimit,
    http: { maxHeaderSize: LONGEST_HEAD },
    ...(frameworkErrors === undefined ? {} : { frameworkErrors }),
    ...(wireErrorBody === undefined ? {} : { clientErrorHandler: answerWireErrors(wireErrorBody) }),
    routerOptions: { maxParamLength: LONGEST_HEAD },
    return503OnClosing: false,
  });
  closeSocketsFirst(app);

  app.decorateRequest('rawBody', '');
  app.decorateRequest('faultHits');
  app.removeAllContentTypeParsers();
  // Fastify looks a parser up by name quickly, and takes a header apart at every call to find the one for all others.
  app.addContentTypeParser<string>(
    ['application/json', '*'],
    { parseAs: 'string' },
    (request, text, done) => {
      request.rawBody = text;
      let body: unknown;
      try {
        body = parseBody(text, request.headers['content-type'] ?? '');
      } catch (cause) {
        return done(Object.assign(new Error('The body cannot be parsed', { cause }), { statusCode: 400 }));
      }
      try {
        checkBody(body);
      } catch (error) {
        return done(error as Error);
      }
      done(null, body);
    },
  );

  app.addHook('onRequest', ({ url }, _reply, done) => {
    checkUrl(url);
    done();
  });
  app.addHook('onRoute', ({ config }) => {
    const call = config?.call;
    if (typeof call === 'string') faults.declare(call);
    else for (const name of call?.names ?? []) faults.declare(name);
  });
  // With `done` instead of a promise: nearly all calls meet no fault, and have nothing to wait for.
  app.addHook('preHandler', (request, reply, done) => {
    const { call } = request.routeOptions.config;
    const name = typeof call === 'object' ? call.of(request) : call;
    const hits = name === undefined ? [] : faults.onCall(name, { url: request.url, body: request.rawBody });
    request.faultHits = hits;
    if (hits.length === 0) return done();
    breakRequest(hits, reply).then(() => done(), done);
  });
  app.addHook('onSend', ({ faultHits, raw }, reply, payload, done) => {
    // After the commit: a fault of the answer befalls calls that have taken effect.
    const answer = () => {
      if (faultHits === undefined || faultHits.length === 0) return done();
      breakAnswer(faultHits, reply, payload).then((broken) => done(null, broken), done);
    };
    if (reply.statusCode === 413) return readToEnd(raw, answer);
    const commit = committed?.();
    if (commit === undefined) answer();
    else commit.then(answer, done);
  });
  return app;
}

function parseJson(text: string): unknown {
  return text.trim() === '' ? undefined : JSON.parse(text);
}

/** Who is still writing when the connection ends would see that instead of the answer. */
function readToEnd(body: IncomingMessage, done: () => void): void {
  let read = 0;
  const stop = finished(body, { writable: false }, done);
  body.on('data', (chunk: Buffer) => {
    read += chunk.length;
    if (read <= LONGEST_BODY) return;
    body.pause();
    stop();
    done();
  });
}

/** Node has parsed nothing, or a half: there is no reply, only the socket. */
function answerWireErrors(
  bodyOf: NonNullable<AppOptions['wireErrorBody']>,
): NonNullable<FastifyServerOptions['clientErrorHandler']> {
  return ({ code }, socket) => {
    if (code === 'ECONNRESET' || !socket.writable) return;
    const status = code === 'HPE_HEADER_OVERFLOW' ? 431 : code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
    const reason = STATUS_CODES[status] ?? '';
    const body = JSON.stringify(bodyOf(status, reason));
    const head = [
      `HTTP/1.1 ${status} ${reason}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
  };
}

/** A hanging or paused call would keep `close` waiting, so every socket is ended before it. */
function closeSocketsFirst(app: FastifyInstance): void {
  const sockets = new Set<Socket>();
  app.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  app.addHook('preClose', async () => {
    for (const socket of sockets) socket.destroy();
  });
}
