import { z } from 'zod';
import type { Row } from '../stand-in/store.ts';

/** The vendor's paging: `limit` items before or after the item of an id, in the list's own order. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(1000),
  start_after_id: z.coerce.number().int().optional(),
  end_before_id: z.coerce.number().int().optional(),
});

export type PageQuery = z.output<typeof pageQuery>;

/** What a list gives for a page: the rows behind `afterId`, or those before `beforeId`, nearest first. */
export interface Listing {
  after(afterId: number | undefined, limit: number): Row[];
  before(beforeId: number, limit: number): Row[];
}

export interface Page<T> {
  items: T[];
  next_page_starts_after?: string;
  previous_page_ends_before?: string;
}

/** Reads one page. The tokens of its neighbours are there only if those have items. */
export function readPage<T>(
  listing: Listing,
  { limit, start_after_id: after, end_before_id: before }: PageQuery,
  shown: (row: Row) => T,
): Page<T> {
  const backwards = before !== undefined;
  const found = backwards ? listing.before(before, limit + 1) : listing.after(after, limit + 1);
  const more = found.length > limit;
  const rows = found.slice(0, limit);
  if (backwards) rows.reverse();
  const [first, last] = [idOf(rows[0]), idOf(rows.at(-1))];
  const isBehind = (id: number | undefined) => id !== undefined && listing.after(id, 1).length > 0;
  const isBefore = (id: number | undefined) => id !== undefined && listing.before(id, 1).length > 0;
  const next = (backwards ? isBehind(last) : more) ? last : undefined;
  const previous = (backwards ? more : after !== undefined && isBefore(first)) ? first : undefined;
  return {
    items: rows.map(shown),
    ...(next === undefined ? {} : { next_page_starts_after: String(next) }),
    ...(previous === undefined ? {} : { previous_page_ends_before: String(previous) }),
  };
}

function idOf(row: Row | undefined): number | undefined {
  return row === undefined ? undefined : Number(row.id);
}
