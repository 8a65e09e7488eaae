import { z } from 'zod';

/**
 * Every kind of failure that the gateway answers with. The name is part of the contract and never changes; `next`
 * tells the caller what to do.
 */
export const PROBLEMS = {
  bad_request: [400, 'The request cannot be used', 'Change the request; the same one is refused again.'],
  bad_signature: [
    400,
    'The signature is not right',
    'Sign the bytes that are sent, with a live secret and the time of now.',
  ],
  no_key: [401, 'No valid key', 'Send a key of this gateway.'],
  wrong_role: [403, 'The key may not do this', 'Use a key with the role that is asked for.'],
  admin_only: [403, 'For administrators', 'Use an admin key on the admin listener, and give a reason.'],
  not_found: [404, 'Not found', 'Check the path and the id.'],
  conflict: [409, 'It does not fit the state of the order', 'Read the order before you go on.'],
  order_taken: [409, 'The order id was used for another order', 'Use a new order id.'],
  seats_unavailable: [
    409,
    'The seats are not to be had',
    'Let the buyer choose others under a new order id, or send it again with retryOf: the attempt.',
  ],
  retry_wanted: [
    409,
    'The order was tried before, and not sold',
    'To try again, send it with retryOf: the attempt.',
  ],
  takes_no_payment: [
    409,
    'The order takes no new payment',
    'Show the buyer no payment form; read the order.',
  ],
  too_late: [409, 'The payment came first', 'Read the order: it is being completed.'],
  needs_person: [409, 'A person has to look at the order', 'Ask the operator: there may be money in it.'],
  too_slow: [408, 'The request came too slowly', 'Send it again, all of it at once.'],
  too_large: [413, 'The request is too large', 'Send less.'],
  unsupported: [415, 'The body is not JSON', 'Send application/json.'],
  invalid: [422, 'The content cannot be used', 'Change what is named; nothing was started.'],
  too_many_open: [
    429,
    'The buyer has too many open orders',
    'Let the buyer finish or cancel one of them first.',
  ],
  too_many_requests: [429, 'Too many requests', 'Send it again after the time in Retry-After.'],
  headers_too_large: [431, 'The headers are too large', 'Send shorter headers.'],
  broken: [500, 'The gateway failed', 'Ask the operator, with the request id of the answer.'],
  uncertain: [502, 'Nobody knows whether it happened', 'Send the same request again: it is recognised.'],
  unavailable: [
    503,
    'Not possible for the moment',
    'Send the same request again after the time in Retry-After.',
  ],
} as const satisfies Record<string, readonly [status: number, title: string, next: string]>;

export type ProblemName = keyof typeof PROBLEMS;

export interface ProblemDetails {
  headers?: Record<string, string>;
  /** Which fields are wrong and how; names and rules, never values. */
  problems?: readonly string[];
  /** The seats that it is about. */
  seats?: readonly string[];
  /** The order's attempt that it is about, and how that ended. */
  attempt?: number;
  outcome?: string;
  /** A narrower name than the kind, for the envelope of the seat functions. */
  code?: string;
  /** What to do next, where it is more than the kind says. */
  next?: string;
}

/** A failure with its HTTP answer. The detail goes to the caller: no secret, nothing personal, nothing of ours. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly kind: ProblemName;
  readonly details: ProblemDetails;

  constructor(kind: ProblemName, detail: string, details: ProblemDetails = {}, options?: ErrorOptions) {
    super(detail, options);
    this.kind = kind;
    this.details = details;
  }

  get status(): number {
    return PROBLEMS[this.kind][0];
  }
}

export const PROBLEM_JSON = 'application/problem+json';

/** A problem document (RFC 9457). */
export const problemDocument = z.object({
  type: z.string().meta({ description: 'What kind of failure it is; never changes' }),
  title: z.string(),
  status: z.int(),
  detail: z.string().meta({ description: 'What is wrong with this request' }),
  next: z.string().meta({ description: 'What to do now' }),
  requestId: z.string().meta({ description: 'For the operator, to find the request in the log' }),
  problems: z.array(z.string()).optional(),
  seats: z.array(z.string()).optional(),
  attempt: z.int().optional(),
  outcome: z.string().optional(),
});

export type ProblemDocument = z.output<typeof problemDocument>;

export function toProblemDocument(problem: HttpProblem, requestId: string): ProblemDocument {
  const { kind, message, details } = problem;
  const [status, title, next] = PROBLEMS[kind];
  return {
    type: `urn:checkout-saga:problem:${kind.replaceAll('_', '-')}`,
    title,
    status,
    detail: message,
    next: details.next ?? next,
    requestId,
    ...(details.problems && { problems: [...details.problems] }),
    ...(details.seats && { seats: [...details.seats] }),
    ...(details.attempt !== undefined && { attempt: details.attempt }),
    ...(details.outcome !== undefined && { outcome: details.outcome }),
  };
}

/** The failures of a route, for its schema. */
export function problemAnswers() {
  const answer = (description: string) => ({
    description,
    content: { [PROBLEM_JSON]: { schema: problemDocument } },
  });
  return { '4xx': answer('The request is refused'), '5xx': answer('It cannot be done for the moment') };
}
