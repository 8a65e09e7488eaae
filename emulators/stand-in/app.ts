import type { Socket } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { breakAnswer, breakRequest } from './fault-wire.ts';
import type { Faults, Hit } from './faults.ts';

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
  /** Makes the body of a request from its text; JSON, whatever the content type says, if absent. */
  parseBody?: (text: string, contentType: string) => unknown;
  /** Bytes; 4 MB if absent. */
  bodyLimit?: number;
}

/**
 * A Fastify app for a stand-in: scripted faults around every route that has `config.call`, and a `close` that
 * ends open sockets at once. Idle connections live 65 s and more, so that a client's pooled one is not reset.
 * A body that cannot be parsed fails with `statusCode` 400 in the app's error handler.
 */
export function createApp({
  faults,
  parseBody = parseJson,
  bodyLimit = 4_194_304,
}: AppOptions): FastifyInstance {
  const app = Fastify({
    keepAliveTimeout: 72_000,
    forceCloseConnections: true,
    bodyLimit,
    routerOptions: { maxParamLength: 1000 },
    return503OnClosing: false,
  });
  closeSocketsFirst(app);

  app.decorateRequest('rawBody', '');
  app.decorateRequest('faultHits');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>('*', { parseAs: 'string' }, (request, text, done) => {
    request.rawBody = text;
    try {
      done(null, parseBody(text, request.headers['content-type'] ?? ''));
    } catch (cause) {
      done(Object.assign(new Error('The body cannot be parsed', { cause }), { statusCode: 400 }));
    }
  });

  app.addHook('onRoute', ({ config }) => {
    const call = config?.call;
    if (typeof call === 'string') faults.declare(call);
    else for (const name of call?.names ?? []) faults.declare(name);
  });
  app.addHook('preHandler', async (request, reply) => {
    const { call } = request.routeOptions.config;
    const name = typeof call === 'object' ? call.of(request) : call;
    request.faultHits =
      name === undefined ? [] : faults.onCall(name, { url: request.url, body: request.rawBody });
    await breakRequest(request.faultHits, reply);
  });
  app.addHook('onSend', async (request, reply, payload) =>
    breakAnswer(request.faultHits ?? [], reply, payload),
  );
  return app;
}

function parseJson(text: string): unknown {
  return text.trim() === '' ? undefined : JSON.parse(text);
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
