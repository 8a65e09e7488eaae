import type { FastifyReply } from 'fastify';

/** A business failure: what TMT answers when it does not do what it was asked. */
export class TmtFailure extends Error {
  override readonly name = 'TmtFailure';
  readonly data: Record<string, unknown>;

  constructor(message: string, data: Record<string, unknown> = { valido: false }) {
    super(message);
    this.data = data;
  }
}

/** A parameter that is missing or has a wrong type; TMT reports these as a thrown error. */
export function badParameter(name: string): TmtFailure {
  return new TmtFailure('Error', { status: `error parametro ${name}` });
}

export function answer(message: string, data: Record<string, unknown>) {
  return { message, status: 200, data };
}

/**
 * Sends the failure. Whether TMT's HTTP status equals the one in the body is not documented, so the stand-in
 * can do both: `httpStatus` is 400 or 200.
 */
export function sendFailure(reply: FastifyReply, failure: TmtFailure, httpStatus: 200 | 400) {
  return reply.code(httpStatus).send({ message: failure.message, status: 400, data: failure.data });
}
