import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import { z } from 'zod';
import { schemaMessages } from './schema-messages.ts';
import { errorBody, VendorError } from './vendor-error.ts';

/** Everything that is refused has the vendor's shape; 401 and 403 have an empty body. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof VendorError) return reply.code(error.status).send(errorBody(error.status, error));
    if (error instanceof z.ZodError) return reply.code(400).send(general(400, ...schemaMessages(error)));
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    return reply.code(status).send(general(status, status < 500 ? String(error) : 'Internal error'));
  });
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send(general(404, `No such endpoint: ${request.method} ${request.url.split('?')[0]}`)),
  );
}

/** A URL that cannot be decoded reaches no handler of the app, nor its way of answering. */
export const answerBadUrl: NonNullable<FastifyServerOptions['frameworkErrors']> = (
  _error,
  _request,
  reply,
) => {
  reply.raw.writeHead(400, { 'content-type': 'application/json' });
  reply.raw.end(JSON.stringify(general(400, 'The URL cannot be decoded')));
};

/** The body of a refusal that has no code of its own. */
export function general(status: number, ...messages: string[]): object {
  return errorBody(status, ...messages.map((message) => ({ code: 'GENERAL_ERROR', message })));
}
