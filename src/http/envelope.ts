import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { App } from './app.ts';
import { type HttpProblem, PROBLEMS } from './problem.ts';
import { noteProblem } from './server.ts';

/** TMT's answer: the HTTP status is repeated in it, and its clients look at either. */
export const envelope = <T extends z.ZodType>(data: T) =>
  z.object({ message: z.string(), status: z.int(), data });

/** TMT's form of a failure, with a code that never changes beside the text. */
const failure = envelope(
  z.object({
    status: z.string().meta({ description: 'The word error, and what is wrong' }),
    next: z.string().meta({ description: 'What to do now' }),
    code: z.string().meta({ description: 'What kind of failure it is; never changes' }),
    requestId: z.string().meta({ description: 'For the operator, to find the request in the log' }),
    problems: z.array(z.string()).optional(),
    seats: z.array(z.string()).optional(),
  }),
);

/** The failures of a function, for its route's schema. */
export function failureAnswers() {
  const answer = (description: string) => ({
    description,
    content: { 'application/json': { schema: failure } },
  });
  return { '4xx': answer('The call is refused'), '5xx': answer('It cannot be done for the moment') };
}

/** The word that TMT's own functions answer with. */
export function done<T>(data: T): { message: string; status: 200; data: T } {
  return { message: 'Procesado', status: 200, data };
}

/** From here on, errors of this scope's routes are answered in the envelope. */
export function answerInEnvelope(app: App): void {
  app.setErrorHandler((error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const problem = noteProblem(error, request);
    return reply
      .code(problem.status)
      .headers(problem.details.headers ?? {})
      .type('application/json')
      .send(toFailure(problem, request));
  });
}

function toFailure({ kind, status, message, details }: HttpProblem, request: FastifyRequest) {
  return {
    message: request.routeOptions.url?.slice(1) ?? 'error',
    status,
    data: {
      status: `error ${message}`,
      next: details.next ?? PROBLEMS[kind][2],
      code: details.code ?? kind,
      requestId: request.id,
      ...(details.problems && { problems: [...details.problems] }),
      ...(details.seats && { seats: [...details.seats] }),
    },
  };
}
