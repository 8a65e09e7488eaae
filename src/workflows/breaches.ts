import { findAreaBreaches } from './area-breaches.ts';
import { type Breach, NEXT_STEP } from './breach.ts';
import type { EventPicture } from './event-picture.ts';
import { findMoneyBreaches } from './money-breaches.ts';
import { findSeatBreaches } from './seat-breaches.ts';
import { sortByName } from './sorted-picture.ts';
import { findTicketBreaches } from './ticket-breaches.ts';

/**
 * Compares what Seats.io, TMT, the provider and the checkouts have of an event. What is still open is no
 * breach: a running checkout may book, capture and record at any moment, and a living token ends by itself.
 */
export function findBreaches(picture: EventPicture): Breach[] {
  const sorted = sortByName(picture);
  return [
    ...findSeatBreaches(sorted),
    ...findAreaBreaches(sorted),
    ...findTicketBreaches(sorted),
    ...findMoneyBreaches(sorted),
  ].map((breach) => ({ ...breach, next: NEXT_STEP[breach.kind] }));
}
