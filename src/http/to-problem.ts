import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import {
  CheckoutBrokenError,
  CheckoutClosingError,
  CheckoutNotFoundError,
  NoAnswerError,
  NotAskedError,
  OrderConflictError,
  RefundRefusedError,
  RetryRefusedError,
  TooLateToCancelError,
} from '../checkout-errors.ts';
import { DEADLINE_EXCEEDED, grpcCodeOf, isSilence } from '../grpc-code.ts';
import { InvalidInputError } from '../parse.ts';
import { RemoteError } from '../remote-error.ts';
import { TokenMissingError } from '../seat-functions/by-name.ts';
import { SeatFunctionError } from '../seat-functions/seat-function-error.ts';
import { HttpProblem, type ProblemName } from './problem.ts';

/** The one place where errors become answers. What is not known here is `broken`, and its text stays inside. */
export function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const problems = error.validation.map(({ instancePath, message }) => {
      const path = instancePath.slice(1).replaceAll('/', '.');
      return path ? `${path}: ${message}` : String(message);
    });
    return new HttpProblem('bad_request', problems.join('; '), { problems }, { cause: error });
  }
  if (error instanceof InvalidInputError) {
    return new HttpProblem('invalid', error.message, { problems: error.problems }, { cause: error });
  }
  if (error instanceof RemoteError) return ofRemote(error);
  if (error instanceof SeatFunctionError) return ofSeatFunction(error);
  if (error instanceof TokenMissingError) {
    const detail = "Without hold_token it is the override: anybody's seats, booked ones too.";
    return new HttpProblem('admin_only', detail, {}, { cause: error });
  }
  const known = CHECKOUT_ERRORS.find(([type]) => error instanceof type);
  if (known && error instanceof Error) return new HttpProblem(known[1], error.message, {}, { cause: error });
  if (error instanceof NotAskedError) return unavailable(error.message, 1, error);
  if (grpcCodeOf(error) === DEADLINE_EXCEEDED)
    return new HttpProblem('uncertain', 'Temporal gave no answer in time.', {}, { cause: error });
  if (isSilence(error)) {
    return unavailable('Temporal does not take it for the moment.', 1, error);
  }
  return ofFramework(error);
}

const CHECKOUT_ERRORS: readonly (readonly [abstract new (...args: never[]) => Error, ProblemName])[] = [
  [OrderConflictError, 'order_taken'],
  [RetryRefusedError, 'conflict'],
  [CheckoutClosingError, 'takes_no_payment'],
  [TooLateToCancelError, 'too_late'],
  [RefundRefusedError, 'conflict'],
  [CheckoutBrokenError, 'needs_person'],
  [CheckoutNotFoundError, 'not_found'],
  [NoAnswerError, 'uncertain'],
];

function ofSeatFunction(error: SeatFunctionError): HttpProblem {
  const { code, seats, message } = error;
  const more = { code, ...(seats.length > 0 && { seats }) };
  if (code === 'hold_undone') {
    return new HttpProblem(
      'unavailable',
      message,
      { ...more, headers: { 'retry-after': '1' } },
      { cause: error },
    );
  }
  if (code === 'hold_unknown') {
    const next = 'Send it again, or choose other seats; what was held ends with its token.';
    return new HttpProblem('uncertain', message, { ...more, next }, { cause: error });
  }
  if (code === 'booking_unknown') {
    const next =
      'Wait two minutes before it is sent again: it is recognised by then, and sooner could be booked twice.';
    return new HttpProblem('uncertain', message, { ...more, next }, { cause: error });
  }
  if (code === 'release_unknown') {
    const next = 'Do not send it again, it could free as many again: expire the token, or let it end.';
    return new HttpProblem('uncertain', message, { ...more, next }, { cause: error });
  }
  return new HttpProblem('bad_request', message, more, { cause: error });
}

function ofRemote(error: RemoteError): HttpProblem {
  const { kind, remote, retryAfterMs = 1000 } = error.facts;
  const because = { cause: error };
  switch (kind) {
    case 'refused':
    case 'not_found':
      return new HttpProblem('bad_request', `${remote} refused it.`, {}, because);
    case 'throttled':
    case 'not_sent':
      return unavailable(`${remote} could not be asked.`, Math.ceil(retryAfterMs / 1000), error);
    case 'unauthorised':
      return unavailable(`${remote} does not accept the key of this gateway.`, 60, error);
    case 'unknown':
      return new HttpProblem('uncertain', `${remote} gave no usable answer.`, {}, because);
  }
}

function unavailable(detail: string, retryAfterSeconds: number, cause: unknown): HttpProblem {
  const headers = { 'retry-after': String(Math.min(Math.max(retryAfterSeconds, 1), 60)) };
  return new HttpProblem('unavailable', detail, { headers }, { cause });
}

/** Fastify's own: a body that cannot be parsed, is too large, or comes too slowly. Its texts hold no values. */
function ofFramework(error: unknown): HttpProblem {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  const because = { cause: error };
  if (status === 413)
    return new HttpProblem('too_large', 'The body is larger than is taken here.', {}, because);
  if (status === 415)
    return new HttpProblem('unsupported', 'This content type is not taken here.', {}, because);
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new HttpProblem('bad_request', 'The request cannot be read.', {}, because);
  }
  return new HttpProblem('broken', 'The gateway failed; nothing is known of the outcome.', {}, because);
}
