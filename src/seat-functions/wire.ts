import { z } from 'zod';
import type { Seat } from '../checkout/order.ts';
import { objectInfo } from '../seatsio/object-info.ts';

// TMT's public pages name the functions, the fields of their requests and the meaning of their answers. Key names of
// most answers are not public: `event`, `events`, `statusSummary`, `hold`, `release`, `expired`, `results`, `counts`
// and what is in them are inferred, and this is the only file that knows them.

/** The vendor's client puts ids into paths unescaped, so nothing else gets in here. */
const id = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, 'may have letters, digits, _ and - only, at most 128');
const label = z
  .string()
  .regex(/^\P{Cc}{1,256}$/u, 'must have 1 to 256 characters, none of them control characters');
const area = z.object({ objectId: label, quantity: z.int().min(1).max(1_000) });
const seat = z.union([label, area]);
const seats = z
  .array(seat)
  .min(1)
  .max(100)
  .refine(
    (list) => new Set(list.map(toLabel)).size === list.length,
    'must name each seat and each area once',
  );

/** Whole token objects are handed back; what is in them beside the token is the caller's, within reason. */
const HOLD_TOKEN_BYTES = 2_048;
const holdToken = z
  .looseObject({ token: id })
  .refine((token) => Buffer.byteLength(JSON.stringify(token)) <= HOLD_TOKEN_BYTES, 'must have at most 2 KiB');

const event = z.object({
  id: z.int(),
  key: z.string(),
  chartKey: z.string(),
  name: z.string().nullable(),
  date: z.string().nullable(),
  statusSummary: z
    .record(z.string(), z.int())
    .nullable()
    .meta({ description: 'Seats and places by status; null when it was not to be had' }),
});
const objects = z.object({ objects: z.record(z.string(), objectInfo) });

/** Each function's `data` as it is sent, and as it is answered. Unknown keys of requests are ignored. */
export const SEAT_FUNCTIONS = {
  create_event_seatsio: {
    summary: 'Links a chart to a TMT event',
    data: z.object({
      chart_id: id,
      event_id: id,
      name_event: z.string().trim().min(1).max(200).nullish(),
      date_event: z.iso.date('must be a date, YYYY-MM-DD').nullish(),
    }),
    answer: z.object({ event }),
  },
  list_event_seatsio: {
    summary: 'Every event of the workspace',
    data: z.object({}),
    answer: z.object({ events: z.array(event) }),
  },
  hold_seats_seatsio: {
    summary: 'Holds seats with a new token of ten minutes',
    data: z.object({ event_id: id, seats }),
    answer: z.object({
      hold: objects.extend({ holdToken: z.object({ token: z.string(), expiresAt: z.iso.datetime() }) }),
    }),
  },
  release_seats_seatsio: {
    summary: 'Frees seats that a hold token holds',
    data: z.object({ event_id: id, seats, hold_token: id.optional() }),
    answer: z.object({ release: objects }),
  },
  expire_hold_token_seatsio: {
    summary: 'Frees all seats of a hold token at once',
    data: z.object({ hold_token: holdToken }),
    answer: z.object({ hold_token: holdToken, expired: z.literal(true) }),
  },
  book_seats_seatsio: {
    summary: 'Books the seats that a hold token holds, all or none',
    data: z.object({ event_id: id, seats, hold_token: holdToken }),
    answer: z.object({
      results: z.object({
        assigned: objects.nullable().meta({ description: 'Of the labels; null when there were none' }),
        ga: z.array(z.object({ objectId: z.string(), quantity: z.int(), result: objects })),
      }),
      event_id: z.string(),
      hold_token: holdToken,
      counts: z
        .object({ assigned: z.int(), ga: z.int(), total: z.int() })
        .meta({ description: 'Of entries' }),
    }),
  },
} as const;

/** It goes into the log, where no address and no token may be. */
const reason = z
  .string()
  .trim()
  .min(3)
  .max(300)
  .regex(/^[^@\p{Cc}]*$/u, 'must have no e-mail address')
  .regex(/^(?!.*\S{25})/u, 'must be words: a token or key has no place in it')
  .meta({ description: 'Why, in words; nothing personal' });

/** The administrator's form of the release: no token at all, and a reason for the audit. */
export const RELEASE_OVERRIDE = {
  summary: 'Frees seats whoever holds them, booked ones too',
  data: z.object({
    event_id: id,
    seats,
    hold_token: z.never().optional().meta({ description: 'Must be absent' }),
    reason,
  }),
  answer: z.object({ release: objects }),
} as const;

export type OverrideData = z.output<typeof RELEASE_OVERRIDE.data>;
export type SeatFunctionName = keyof typeof SEAT_FUNCTIONS;
export type DataOf<Name extends SeatFunctionName> = z.output<(typeof SEAT_FUNCTIONS)[Name]['data']>;
export type AnswerOf<Name extends SeatFunctionName> = z.output<(typeof SEAT_FUNCTIONS)[Name]['answer']>;

export type WireSeat = z.output<typeof seat>;

export function toSeats(list: readonly WireSeat[]): Seat[] {
  return list.map((seat) =>
    typeof seat === 'string' ? { label: seat } : { area: seat.objectId, quantity: seat.quantity },
  );
}

function toLabel(seat: WireSeat): string {
  return typeof seat === 'string' ? seat : seat.objectId;
}
