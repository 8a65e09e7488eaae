import { isUtf8 } from 'node:buffer';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { App } from '../app.ts';
import { HttpProblem } from '../problem.ts';
import { toProblem } from '../to-problem.ts';

/** Many times what a provider sends of one payment. */
const BODY_LIMIT = 256 * 1024;
const BOM = [0xef, 0xbb, 0xbf];

/**
 * From here on, bodies of this scope's routes come as the bytes that were sent: those were signed. Headers that are
 * not as the route's schema wants them are a signature that is not right.
 */
export function takeRawBodies(app: App): void {
  app.setErrorHandler((error: unknown) => {
    const isHeaders = hasZodFastifySchemaValidationErrors(error) && error.validationContext === 'headers';
    if (!isHeaders) throw error;
    const { message, details } = toProblem(error);
    throw new HttpProblem('bad_signature', message, details, { cause: error });
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: BODY_LIMIT },
    (_request, body, done) => done(null, body),
  );
}

/**
 * The body as the text that its bytes are. The libraries decode leniently, so that other bytes could pass for the
 * ones that were signed; those are refused first.
 *
 * @throws HttpProblem
 */
export function exactText(body: unknown): string {
  if (Buffer.isBuffer(body) && body.length > 0 && isUtf8(body)) {
    if (!BOM.every((byte, at) => body[at] === byte)) return body.toString('utf8');
  }
  throw new HttpProblem('bad_signature', 'The body is not the text that was signed.');
}

/** The JSON of a body whose signature is right. @throws HttpProblem */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HttpProblem('bad_request', 'The body is not JSON.', {}, { cause });
  }
}

/** A header that is needed, sent once. */
export const header = (form: RegExp, description: string) =>
  z.string('is missing').regex(form, 'is not of its form').meta({ description });
