import { randomBytes } from 'node:crypto';

/** What Stripe says in `error`; `payment_intent` is the whole intent where the error is about its state. */
export interface StripeErrorBody {
  type: 'invalid_request_error' | 'card_error' | 'api_error' | 'idempotency_error';
  message: string;
  code?: string;
  decline_code?: string;
  param?: string;
  payment_intent?: Record<string, unknown>;
}

/** An answer of 400 or more, with its body in Stripe's shape. */
export class StripeRefusal extends Error {
  override readonly name = 'StripeRefusal';
  readonly status: number;
  readonly body: { error: StripeErrorBody };

  constructor(status: number, error: StripeErrorBody) {
    super(error.message);
    this.status = status;
    this.body = { error };
  }
}

export function noSuch(what: string, param: string): StripeRefusal {
  return new StripeRefusal(404, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${what}`,
    param,
  });
}

export function badParam(param: string, message: string): StripeRefusal {
  const code = 'parameter_invalid';
  return new StripeRefusal(400, { type: 'invalid_request_error', code, message, param });
}

/** The call does not fit the intent's state, which the error carries along. */
export function unexpectedState(
  intent: Record<string, unknown> & { status: string },
  verb: string,
): StripeRefusal {
  return new StripeRefusal(400, {
    type: 'invalid_request_error',
    code: 'payment_intent_unexpected_state',
    message: `You cannot ${verb} this PaymentIntent because it has a status of ${intent.status}.`,
    payment_intent: intent,
  });
}

/** `pi_…`, `ch_…` and the like. */
export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(12).toString('hex')}`;
}
