import { z } from 'zod';
import { type Order, placeCount, type Seat } from './checkout/order.ts';
import type { PaymentEvent } from './checkout/payment.ts';
import type { StartOptions } from './start-checkout.ts';

/** Input that cannot be used. `problems` names each field that is wrong and what it must be. */
export class InvalidInputError extends Error {
  override readonly name = 'InvalidInputError';
  readonly problems: string[];

  constructor(what: string, problems: string[]) {
    super(`${what} cannot be used: ${problems.join('; ')}`);
    this.problems = problems;
  }
}

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

const id = (max: number) =>
  z
    .string('must be a string')
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    .regex(/^[A-Za-z0-9_-]*$/, 'may have letters, digits, _ and - only');
export const orderId = id(100);
// TMT finds a ticket by splitting its id at the dash behind the event id.
export const eventId = id(100).regex(/^[^-]*$/, 'must have no dash: TMT splits ticket ids at it');
export const paymentId = id(128);
export const attempt = z.int('must be a whole number').min(1, 'must be at least 1').max(1_000);
export const line = (max: number) =>
  z
    .string('must be a string')
    .trim()
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`);
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
const label = line(256).regex(/^[^\u0000-\u001f\u007f]*$/, 'must have no control characters');

const quantity = z
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(1_000, 'must be at most 1000');
const seat: z.ZodType<Seat> = z.union(
  [z.strictObject({ label }), z.strictObject({ area: label, quantity })],
  'must be {label} for an assigned seat, or {area, quantity} with a whole quantity of at least 1',
);
const TYPES = ['authorized', 'captured', 'pending', 'declined', 'failed'] as const;

export const money = z.strictObject({
  amount: z.int('must be in whole minor units (cents, for USD)').positive('must be more than 0'),
  currency: z
    .string('must be a string')
    .refine((code) => CURRENCIES.has(code), 'must be an ISO 4217 code in capitals'),
});

export const order = z.strictObject({
  orderId,
  eventId,
  eventName: line(200),
  seats: z
    .array(seat, 'must be a list of seats')
    .min(1, 'must have at least one seat')
    .max(100, 'must have at most 100 seats')
    .refine(
      (seats) => new Set(seats.map((one) => ('area' in one ? one.area : one.label))).size === seats.length,
      'must name each seat and each area once',
    )
    .refine((seats) => placeCount(seats) <= 100, 'must be for at most 100 places'),
  total: money,
  buyer: z.strictObject({
    email: z.email('must be an e-mail address').max(254, 'must have at most 254 characters'),
    name: line(200),
    nationalId: line(50).optional(),
    phone: line(50).optional(),
  }),
  lateMoney: z.enum(['rescue', 'refund'], 'must be rescue or refund').optional(),
});

const paymentEvent = z
  .strictObject({
    // Of a provider's 255 characters, behind the name of the channel it came by.
    eventId: line(320),
    orderId,
    attempt: attempt.optional(),
    paymentId,
    type: z.enum(TYPES, `must be one of ${TYPES.join(', ')}`),
    money: money.optional(),
    unproven: z.literal(true).optional(),
  })
  .refine(({ type, money }) => money || (type !== 'authorized' && type !== 'captured'), {
    path: ['money'],
    message: 'must be given for authorized and captured: it is compared with the order',
  });

export const startOptions = z.strictObject({
  retryOf: attempt.optional(),
  chartToken: id(128).optional(),
});

/** @throws InvalidInputError */
export const parseOrder = (input: unknown): Order => parse('the order', order as z.ZodType<Order>, input);
/** @throws InvalidInputError */
export const parsePaymentEvent = (input: unknown): PaymentEvent =>
  parse('the payment event', paymentEvent as unknown as z.ZodType<PaymentEvent>, input);
/** @throws InvalidInputError */
export const parseOrderId = (input: unknown): string => parse('the order id', orderId, input);
/** @throws InvalidInputError */
export const parseEventId = (input: unknown): string => parse('the event id', eventId, input);
/** @throws InvalidInputError */
export const parsePaymentId = (input: unknown): string => parse('the payment id', paymentId, input);
/** @throws InvalidInputError */
export const parseStartOptions = (input: unknown): StartOptions =>
  parse('the options of the start', startOptions as unknown as z.ZodType<StartOptions>, input);

/** @throws InvalidInputError */
export const parseReason = (input: unknown): string => parse('the reason', line(500), input);

/** Messages name fields and rules, never values: an e-mail or a token must not get into an error. */
function parse<T>(what: string, schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    const path = issue.path.join('.');
    const message =
      issue.code === 'invalid_type' && issue.expected === 'object'
        ? 'must be an object'
        : issue.code === 'unrecognized_keys'
          ? `has keys that are not known: ${issue.keys.join(', ')}`
          : issue.message;
    return path ? `${path} ${message}` : message;
  });
  throw new InvalidInputError(what, problems);
}
