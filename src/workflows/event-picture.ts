import type { Seat } from '../checkout/order.ts';

/**
 * What everybody has of one event, as `reconcile` looks at it. Rows are tuples and hold nothing personal and no
 * token: a page of them is the answer of an activity, and stays in the history.
 */
export interface EventPicture {
  attempts: AttemptFacts[];
  latePayments: LatePaymentFacts[];
  seats: SeatFacts;
  /** Every ticket that TMT has marked sold. */
  soldTickets: TicketRow[];
  orders: OrderFacts[];
}

/** A payment as the provider has it now. `unknown`: the provider does not know the id. */
export interface PaymentFacts {
  paymentId: string;
  state: 'open' | 'pending' | 'authorized' | 'captured' | 'canceled' | 'unknown';
  /** Minor units that were captured and not given back. */
  kept: number;
}

/** One attempt of an order. `broken`: it ended without a result, so nobody knows what was still to be done. */
export interface AttemptFacts {
  orderId: string;
  attempt: number;
  state: 'open' | 'sold' | 'unsold' | 'broken';
  /** How it ended: an outcome, or Temporal's word for a run without a result. */
  ending?: string;
  /** Of an open attempt: what it may be booking right now. Absent when it did not say. */
  seats?: Seat[];
  sale?: { paymentId: string; tickets: [ticketId: string, object: string][] };
  /** Of an attempt that has ended; absent when nobody can say which payments it had. */
  payments?: PaymentFacts[];
  /** The late payment that started the attempt. */
  rescues?: string;
}

export interface LatePaymentFacts {
  orderId: string;
  attempt: number;
  /** `attention`: a person has to decide. */
  state: 'open' | 'decided' | 'attention';
  payment: PaymentFacts;
}

export interface SeatFacts {
  booked: BookedRow[];
  held: [label: string, name: string | null, isTokenAlive: boolean][];
  areas: AreaFacts[];
}

/** `name`: the order id that Seats.io stored with the booking, or null. */
export type BookedRow = [label: string, name: string | null, categoryKey: string];

export interface AreaFacts {
  label: string;
  categoryKey: string;
  categoryLabel: string;
  booked: number;
  /** Places that are held by a token that has ended. */
  heldByDead: number;
}

export type TicketRow = [ticketId: string, zone: string, zoneId: string];

/** An order at TMT, of any maker. */
export interface OrderFacts {
  /** TMT's own id; not every deployment tells it. */
  recordId?: string;
  /** The attempt that wrote it; absent when it was not one of ours. */
  attemptId?: string;
  paymentId?: string;
  ticketIds: string[];
}

/** Rows, and where to go on reading. */
export type Page<T> = T & { next?: string };
