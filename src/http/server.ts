import { randomUUID } from 'node:crypto';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import type { App } from './app.ts';
import { type AccessControl, addAccessControl } from './auth/access-control.ts';
import { createClientErrorHandler } from './client-errors.ts';
import { closeConnectionsAtTheEnd } from './closing.ts';
import { takeJson } from './json-body.ts';
import { addOpenApi } from './openapi.ts';
import { HttpProblem, PROBLEM_JSON, toProblemDocument } from './problem.ts';
import { addRequestLog, errorFacts, logAnswer } from './request-log.ts';
import { addSecurityHeaders, setSecurityHeaders } from './security-headers.ts';
import { toProblem } from './to-problem.ts';

export interface ServerSetting extends AccessControl {
  /** The title of the OpenAPI document. */
  title: string;
  log: Logger;
  /** A whole request must be there within this; its answer may take longer. */
  requestWithinMs?: number;
}

/** A hundred seats with long labels are a tenth of it. */
const BODY_LIMIT = 64 * 1024;
const REQUEST_WITHIN_MS = 10_000;

/**
 * A server with everything that all routes share: keys, limits, headers, log, error answers and the OpenAPI
 * document. It has no routes yet, and does not listen.
 */
export function createServer({
  title,
  log,
  requestWithinMs = REQUEST_WITHIN_MS,
  ...access
}: ServerSetting): App {
  const app = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    bodyLimit: BODY_LIMIT,
    requestTimeout: requestWithinMs,
    // Longer than a load balancer keeps an idle connection, so that none is closed under a request.
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    // An id of the caller's own could carry anything into the log.
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    routerOptions: { maxParamLength: 128 },
    http: {
      maxHeaderSize: 16 * 1024,
      // Node takes the longer of the two for the whole request, and a minute is its own for the headers.
      headersTimeout: requestWithinMs,
      // Else it looks for slow requests every half minute only.
      connectionsCheckingInterval: Math.min(1_000, requestWithinMs / 2),
    },
    clientErrorHandler: createClientErrorHandler(log),
    // A URL that cannot be read: no route has it, so no hook runs.
    frameworkErrors: (error, request, reply) => {
      setSecurityHeaders(request, reply);
      reply.raw.once('finish', () => logAnswer(request, reply));
      answerProblem(error, request, reply);
    },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler).setSerializerCompiler(serializerCompiler);
  app.removeContentTypeParser('text/plain');
  takeJson(app);
  app.setErrorHandler(answerProblem);
  app.setNotFoundHandler((request, reply) =>
    answerProblem(new HttpProblem('not_found', 'There is no such route.'), request, reply),
  );
  closeConnectionsAtTheEnd(app, requestWithinMs);
  addSecurityHeaders(app);
  addRequestLog(app);
  addAccessControl(app, access);
  addOpenApi(app, { title, keyHeader: access.keyHeader });
  return app;
}

/** Answers with a problem document. What is our fault is logged, without a word of what was sent. */
function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = noteProblem(error, request);
  void reply
    .code(problem.status)
    .headers(problem.details.headers ?? {})
    .type(PROBLEM_JSON)
    .send(toProblemDocument(problem, request.id));
}

/** The error as a problem; what is our fault is logged, without a word of what was sent. */
export function noteProblem(error: unknown, request: FastifyRequest): HttpProblem {
  const problem = toProblem(error);
  if (problem.status >= 500) {
    const line = { problem: problem.kind, ...errorFacts(error) };
    request.log[problem.kind === 'broken' ? 'error' : 'warn'](line, 'request failed');
  }
  return problem;
}
