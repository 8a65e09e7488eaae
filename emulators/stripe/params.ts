import { z } from 'zod';
import { badParam } from './stripe-refusal.ts';

const minorUnits = z
  .string()
  .regex(/^[1-9]\d{0,10}$/, 'Invalid positive integer')
  .transform(Number);
const expand = z.array(z.string()).default([]);
const metadata = z.record(z.string(), z.string()).default({});

export const createParams = z.object({
  amount: minorUnits,
  currency: z
    .string()
    .regex(/^[A-Za-z]{3}$/, 'Invalid currency')
    .transform((currency) => currency.toLowerCase()),
  capture_method: z.enum(['automatic', 'automatic_async', 'manual']).default('automatic'),
  confirm: z.enum(['true', 'false']).default('false'),
  payment_method: z.string().optional(),
  metadata,
  expand,
});
export const retrieveParams = z.object({ expand });
export const confirmParams = z.object({ payment_method: z.string().optional(), expand });
export const captureParams = z.object({ amount_to_capture: minorUnits.optional(), expand });
export const cancelParams = z.object({ cancellation_reason: z.string().optional(), expand });
export const refundParams = z.object({
  payment_intent: z.string(),
  amount: minorUnits.optional(),
  reason: z.string().optional(),
  metadata,
  expand,
});
export const listRefundsParams = z.object({
  payment_intent: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(10),
  starting_after: z.string().optional(),
  expand,
});

/** Reads a call's parameters; those that the stand-in does not know are left alone. */
export function readParams<T>(schema: z.ZodType<T>, form: unknown): T {
  const parsed = schema.safeParse(form ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw badParam(issue?.path.join('.') ?? '', issue?.message ?? 'Invalid request');
}
