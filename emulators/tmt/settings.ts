import { z } from 'zod';

/** What the documentation leaves open, and what a test wants to see go wrong. */
export const tmtSettings = z.strictObject({
  /** `per-sale`: a `tickets_generate` with event, order and seats makes that order's own tickets. */
  tickets: z.enum(['per-event', 'per-sale']).default('per-event'),
  /** HTTP status of a business failure; the body says 400 either way. */
  failureHttpStatus: z.union([z.literal(400), z.literal(200)]).default(400),
  /** `VIP-1` or `VIP1`: both are documented. */
  seatIds: z.enum(['dashed', 'plain']).default('dashed'),
  /** From the answer of `order_created` to the run of `order_process`, in ms. */
  orderProcessDelayMs: z.number().int().min(0).max(2_000_000_000).default(150),
  /** Triggers can be lost, and can run twice. */
  orderProcessRuns: z.enum(['once', 'twice', 'never']).default('once'),
  /** Whether the answer of `order_created` carries the order's id. */
  answerOrderId: z.boolean().default(true),
});

export type TmtSettings = z.output<typeof tmtSettings>;
export type TmtSettingsInput = z.input<typeof tmtSettings>;
