import type { FastifyReply, FastifyRequest } from 'fastify';
import { RemoteError } from '../remote-error.ts';
import type { App } from './app.ts';

/**
 * One line per answered request, made of what is listed here and nothing else: the pattern of the route and not
 * its URL, the name of the key and not the key; no header, no query, no body.
 */
export function addRequestLog(app: App): void {
  app.addHook('onResponse', async (request, reply) => logAnswer(request, reply));
}

/** The line of an answer that was given before any hook, or by one. */
export function logAnswer(request: FastifyRequest, reply: FastifyReply): void {
  const facts = {
    method: request.method,
    route: request.routeOptions.url ?? 'none',
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime),
    ...(request.caller && { caller: request.caller.name }),
  };
  request.log[reply.statusCode >= 500 ? 'warn' : 'info'](facts, 'answered');
}

/**
 * What a log may know of an error: its kind, a code of fixed form, and where it was thrown; of a remote call its
 * facts, which are made for it. Its message is not among it, for a message may quote what a caller or a remote
 * system sent.
 */
export function errorFacts(error: unknown): Record<string, unknown> {
  const root = rootOf(error);
  if (!(root instanceof Error)) return { error: typeof root };
  if (root instanceof RemoteError) return { error: root.name, ...root.facts };
  const code = 'code' in root && /^[A-Z_\d]{1,64}$/.test(String(root.code)) ? String(root.code) : undefined;
  const frames = root.stack?.split('\n').filter((line) => /^ {4}at /.test(line)) ?? [];
  return {
    error: root.name,
    ...(code !== undefined && { code }),
    at: frames.slice(0, 4).map((line) => line.trim().slice(0, 200)),
  };
}

/** The error that began it, behind those that were made of it. */
function rootOf(error: unknown): unknown {
  let root = error;
  for (let depth = 0; depth < 10 && root instanceof Error && root.cause !== undefined; depth += 1) {
    root = root.cause;
  }
  return root;
}
