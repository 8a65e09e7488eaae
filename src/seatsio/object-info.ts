import { z } from 'zod';

/** A label or an id in its parts, each a word or an object of words. */
const part = z.union([z.string(), z.object({ label: z.string(), type: z.string().optional() })]).nullish();
const parts = z.object({ own: part, parent: part, section: part });
const places = z.int().min(0);

/**
 * What of an object may be shown to whoever calls a seat function: the vendor's own names, by an allow-list. The
 * holds of an area are not in it, for they are other buyers' tokens.
 */
export const objectInfo = z.object({
  label: z.string(),
  labels: parts.optional(),
  ids: parts.optional(),
  status: z.string(),
  objectType: z.string().optional(),
  categoryKey: z.union([z.string(), z.number()]).optional(),
  categoryLabel: z.string().optional(),
  section: z.string().optional(),
  zone: z.string().optional(),
  entrance: z.string().optional(),
  ticketType: z.string().optional(),
  orderId: z.string().optional(),
  holdToken: z.string().optional(),
  forSale: z.boolean().optional(),
  isAvailable: z.boolean().optional(),
  availabilityReason: z.string().optional(),
  capacity: places.optional(),
  numBooked: places.optional(),
  numFree: places.optional(),
  numHeld: places.optional(),
});

export type ObjectInfo = z.output<typeof objectInfo>;
/** By label. */
export type ObjectInfos = Record<string, ObjectInfo>;

/**
 * The objects of an answer as they may be shown to the holder of the token; another one's token is left out.
 * A field that cannot be read is left out too: all of it is for show, the call was judged before.
 */
export function toObjectInfos(objects: unknown, token?: string): ObjectInfos {
  if (typeof objects !== 'object' || objects === null) return {};
  return Object.fromEntries(
    Object.entries(objects).flatMap(([label, shown]) => {
      const info = readable(shown);
      if (info === undefined) return [];
      const { holdToken, ...rest } = info;
      return [[label, { ...rest, ...(holdToken !== undefined && holdToken === token && { holdToken }) }]];
    }),
  );
}

function readable(shown: unknown): ObjectInfo | undefined {
  const first = objectInfo.safeParse(shown);
  if (first.success || typeof shown !== 'object' || shown === null) return first.data;
  const wrong = new Set(first.error.issues.map(({ path }) => String(path[0])));
  const rest = Object.fromEntries(Object.entries(shown).filter(([name]) => !wrong.has(name)));
  return objectInfo.safeParse(rest).data;
}
