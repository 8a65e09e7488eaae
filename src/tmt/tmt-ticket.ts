/** One ticket of an event's inventory at TMT. */
export interface TmtTicket {
  /** `{event id}-{document id}`, the id that every later call uses. */
  ticketId: string;
  /** The zone's name. */
  zone: string;
  /** The zone's id where it can be read off the seat id, else the zone's name. */
  zoneId: string;
  /**
   * `VIP-1` or `VIP1`, as the deployment writes it: to be compared and sorted, not taken apart. Where tickets
   * are made per sale it is the label of the seat or area.
   */
  seatId: string;
  /** Neither sold nor given to an offline office. TMT's own `status` is a boolean with four meanings. */
  available: boolean;
  /** Present on a ticket that TMT has marked sold; one at an offline office is neither sold nor available. */
  sold?: true;
  /** The order that the ticket was made for; only where `tickets_generate` works per sale. */
  orderId?: string;
  /** The holder, once the sale has been processed. */
  customerEmail?: string;
}
