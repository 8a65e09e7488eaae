import type { Order } from '../checkout/order.ts';

/** The box office, organiser and account that TMT wants named on each order. */
export interface TmtSeller {
  officeId: string;
  officeName: string;
  boxOfficeId: string;
  boxOfficeName: string;
  /** The organiser that owns the event, not the buyer. */
  clientId: string;
  clientName: string;
  /** Local currency per unit of the order's currency. */
  exchangeRate: number;
  custodyAccountId: string;
  custodyAccountName: string;
}

/** What is written to TMT for an order that is paid and has its tickets. */
export interface OrderRecord {
  /** Goes into the transaction's `payment_data`, the only thing by which the order can be found again. */
  attemptId: string;
  order: Order;
  /** `amount` in minor units of the order's currency; together they are the order's total. */
  tickets: { ticketId: string; zoneId: string; amount: number }[];
  /** The payment provider's id. */
  paymentId: string;
  seller: TmtSeller;
}

/** An order as it is found at TMT. `attemptId` and `paymentId` are absent on one that no checkout made. */
export interface RecordedOrder {
  orderId?: string;
  attemptId?: string;
  paymentId?: string;
  ticketIds: string[];
}
