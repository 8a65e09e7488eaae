import { createHash } from 'node:crypto';
import { isArea, type Seat } from '../checkout/order.ts';

/**
 * The order id that Seats.io stores with the seats. It is made of the token and of what is asked for: the same
 * call has the same one, so a booking whose answer was lost is recognised; another call with the token has another
 * one, so it is never taken for it. It does not show the token, which is random.
 */
export function orderKeyOf(eventId: string, seats: readonly Seat[], token: string): string {
  const wanted = seats
    .map((seat) => JSON.stringify(isArea(seat) ? [seat.area, seat.quantity] : [seat.label]))
    .sort();
  const hash = createHash('sha256')
    .update(JSON.stringify([token, eventId, wanted]))
    .digest('base64url');
  return `tok_${hash.slice(0, 32)}`;
}
