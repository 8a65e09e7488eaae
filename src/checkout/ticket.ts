/** A TMT ticket that belongs to an order: the seat or place it admits to, and its id at TMT. */
export interface Ticket {
  ticketId: string;
  /** TMT's zone or ticket type. */
  zoneId: string;
  /** The Seats.io label of the seat, or of the general-admission area. */
  object: string;
}
