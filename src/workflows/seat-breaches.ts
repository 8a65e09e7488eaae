import { aboutAttempt, type BreachFacts } from './breach.ts';
import type { SortedPicture } from './sorted-picture.ts';

/** Seats that are booked without an order, or held although nobody can buy them. */
export function findSeatBreaches(picture: SortedPicture): BreachFacts[] {
  const { seats, attemptBy } = picture;
  const held = seats.held.flatMap(([label, name, isTokenAlive]): BreachFacts[] => {
    const attempt = attemptBy(name);
    // Every ending of ours expires the token; a broken checkout's lapses by itself.
    const hasEnded = attempt?.state === 'sold' || attempt?.state === 'unsold';
    if (attempt?.state === 'open' || (isTokenAlive && !hasEnded)) return [];
    return [{ kind: 'held_by_nobody', ...(attempt && aboutAttempt(attempt)), seat: label }];
  });
  const dead = seats.areas.flatMap(({ label, heldByDead }): BreachFacts[] =>
    heldByDead > 0 ? [{ kind: 'held_by_nobody', seat: label, places: heldByDead }] : [],
  );
  return [...findBookedForNothing(picture), ...held, ...dead];
}

function findBookedForNothing({ seats, attemptBy, ordersBy }: SortedPicture): BreachFacts[] {
  return seats.booked.flatMap(([label, name]): BreachFacts[] => {
    const attempt = attemptBy(name);
    if (attempt?.state === 'open') return [];
    const about = { ...(attempt && aboutAttempt(attempt)), seat: label };
    if (attempt?.state === 'unsold') return [{ kind: 'booked_by_unsold_attempt', ...about }];
    // A sale may have booked no other seats than those that it has tickets for.
    const isSold = attempt?.sale?.tickets.some(([, object]) => object === label) ?? true;
    return isSold && ordersBy(name).length > 0 ? [] : [{ kind: 'booked_without_order', ...about }];
  });
}
