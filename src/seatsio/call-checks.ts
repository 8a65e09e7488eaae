import { isArea, objectLabel, type Seat } from '../checkout/order.ts';
import { isPlainId } from '../remote-call.ts';
import { RemoteError } from '../remote-error.ts';

// The vendor's client puts ids into paths unescaped: a token of `../events/x` would reach another endpoint
// under our key. Nothing that is refused here is sent, or quoted in the error.

export function requireToken(token: string, call: string): void {
  if (!isPlainId(token)) throw refusal(call, 'bad_token');
}

export function requireEventId(eventId: string, call: string): void {
  if (!isPlainId(eventId)) throw refusal(call, 'bad_event_id');
}

export function requireOrderKey(orderKey: string, call: string): void {
  if (!isPlainId(orderKey)) throw refusal(call, 'bad_order_key');
}

/** Minutes as Seats.io takes them; it allows two hours at most, and fractions are for demos and tests. */
export function requireMinutes(minutes: number, call: string): void {
  if (!(minutes > 0 && minutes <= 120)) throw refusal(call, 'bad_minutes');
}

/** At least one seat, each object once, whole quantities above 0. */
export function requireSeats(seats: readonly Seat[], call: string): void {
  const labels = seats.map(objectLabel);
  requireLabels(labels, call);
  if (new Set(labels).size !== labels.length) throw refusal(call, 'repeated_seat');
  for (const seat of seats) {
    if (isArea(seat) && !(Number.isSafeInteger(seat.quantity) && seat.quantity > 0)) {
      throw refusal(call, 'bad_quantity');
    }
  }
}

export function requireLabels(labels: readonly string[], call: string): void {
  if (labels.length === 0) throw refusal(call, 'no_seats');
  if (!labels.every((label) => /^\P{Cc}{1,256}$/u.test(label))) throw refusal(call, 'bad_label');
}

function refusal(call: string, code: string): RemoteError {
  return new RemoteError({ remote: 'seatsio', call, kind: 'refused', code });
}
