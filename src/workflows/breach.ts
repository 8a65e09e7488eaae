import type { AttemptFacts } from './event-picture.ts';

/** The ways in which the law of seats and money can be broken, and what a person does about each. */
export const NEXT_STEP = {
  booked_without_order:
    'Find out who booked it: if the buyer has no ticket, release it at Seats.io, else write the order at TMT.',
  booked_by_unsold_attempt:
    'Its checkout did not sell it: check that no money was kept for it, then release it at Seats.io.',
  held_by_nobody: 'Nobody can buy it: release it at Seats.io.',
  paid_without_ticket: 'Look at the run: issue the tickets at TMT, or refund the payment at the provider.',
  authorisation_left_open: 'Cancel the authorisation at the provider: nothing will be sold with it.',
  ticket_without_booking:
    'Find out who sold it: book its seat at Seats.io before somebody else does, or put the ticket back on sale.',
  ticket_without_money: 'Take the tickets back and free the seats, or ask the buyer to pay again.',
  ticket_in_two_orders:
    'Two orders admit with one ticket: give one of them another ticket, or strike it out if it is a repeat.',
  broken_checkout:
    'Look at the run, settle its seats and its money by hand, then sell to the buyer under a new order id.',
  late_payment_at_attention: 'Find out what the money is for, then refund it at the provider or keep it.',
} as const;

export type BreachKind = keyof typeof NEXT_STEP;

/** One breach of the law, with what it is about: as many of the ids as are known. Nothing personal. */
export interface Breach {
  kind: BreachKind;
  orderId?: string;
  attempt?: number;
  /** The label of a seat or an area. */
  seat?: string;
  /** How many places of the area. */
  places?: number;
  paymentId?: string;
  ticketIds?: string[];
  /** Orders at TMT, by TMT's ids. */
  recordIds?: string[];
  /** How the checkout ended, where that matters. */
  ending?: string;
  /** What to do, in one sentence. */
  next: string;
}

export type BreachFacts = Omit<Breach, 'next'>;

/** What a breach says of the attempt that it is about. */
export function aboutAttempt(attempt: AttemptFacts): Pick<Breach, 'orderId' | 'attempt'> {
  return { orderId: attempt.orderId, attempt: attempt.attempt };
}

/** The breaches that a second look confirms. Numbers of places may have moved; the smaller one is sure. */
export function confirm(before: readonly Breach[], now: readonly Breach[]): Breach[] {
  const seen = new Map(before.map((breach) => [keyOf(breach), breach]));
  return now.flatMap((breach) => {
    const earlier = seen.get(keyOf(breach));
    if (!earlier) return [];
    if (breach.places === undefined || earlier.places === undefined) return [breach];
    return [{ ...breach, places: Math.min(breach.places, earlier.places) }];
  });
}

function keyOf(breach: Breach): string {
  const { places: _places, next: _next, ...about } = breach;
  return JSON.stringify(Object.entries(about).sort(([a], [b]) => (a < b ? -1 : 1)));
}
