import { z } from 'zod';

/** A timer of more ms does not wait at all. */
const LONGEST_TIMER = 2 ** 31 - 1;

const when = z.enum(['before', 'after']).default('before');

/**
 * What goes wrong, and whether before or after the stand-in has acted on the call.
 *
 * | type | effect |
 * | --- | --- |
 * | `pause` | the call waits for its release; a waiting test is told that it is here |
 * | `delay` | the call waits `ms` |
 * | `drop` | the socket is destroyed |
 * | `hang` | no answer, ever; the socket stays open |
 * | `status` | this answer instead of the true one; no `body` = an empty body, `reason: ''` = no reason phrase |
 * | `truncate` | acts, sends half of the body, then destroys the socket |
 * | `garbage` | acts, then answers 200 with broken JSON |
 */
export const faultAction = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('pause'), when }),
  z.strictObject({ type: z.literal('delay'), when, ms: z.number().int().min(0).max(LONGEST_TIMER) }),
  z.strictObject({ type: z.literal('drop'), when }),
  z.strictObject({ type: z.literal('hang'), when }),
  z.strictObject({
    type: z.literal('status'),
    when,
    status: z.number().int().min(200).max(599),
    reason: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    /** A string is sent as it is, anything else as JSON. */
    body: z.unknown().optional(),
  }),
  z.strictObject({ type: z.literal('truncate') }),
  z.strictObject({ type: z.literal('garbage') }),
]);

/**
 * One scripted fault: `action` befalls the `nth` call of `call` (1 = the next one) that has `match` in its URL,
 * as sent or decoded, or raw body, and the calls after it until `times` calls were hit.
 */
export const faultScript = z.strictObject({
  system: z.string(),
  /** The stand-in's own name of the endpoint, such as `book` or `capture`. */
  call: z.string(),
  match: z.string().optional(),
  nth: z.number().int().min(1).default(1),
  times: z.union([z.number().int().min(1), z.literal('forever')]).default(1),
  action: faultAction,
});

export type FaultAction = z.output<typeof faultAction>;
export type FaultScript = z.output<typeof faultScript>;
/** A script as it is written: what has a default may be left out. */
export type FaultScriptInput = z.input<typeof faultScript>;
