import type { Fault } from './wire.ts';

/**
 * When something happens: so long after a moment of the same order (`start`, `held`, `deadline`, `closing`,
 * `refused`, `ended`), or after the first call of that name to any remote.
 */
export interface Moment {
  on: string;
  delayMs: number;
}

/** How a payment goes: what buyer and bank do with it, and how the payment service tells of it. */
export interface PaymentPlan {
  /** Told to the checkout before the buyer sees the form. */
  isOpened: boolean;
  manual: boolean;
  course:
    | 'paid'
    | 'declined'
    | 'declined_paid'
    | 'failed'
    | 'pending_paid'
    | 'pending_failed'
    | 'pending_silent'
    | 'voided'
    | 'silent';
  money: 'right' | 'less' | 'currency';
  reportAfterMs: number;
  isReportedTwice: boolean;
  namesAttempt: boolean;
  /** Reported by a key instead of a signature, always; else now and then. */
  isUnproven?: boolean;
  /** The buyer pays twice, with two payments. */
  isDoubled: boolean;
}

export type Act = { of: number; moment: Moment } & (
  | { do: 'pay'; payment: PaymentPlan }
  | {
      do:
        | 'cancel'
        | 'terminal_cancel'
        | 'start_again'
        | 'start_other'
        | 'retry'
        | 'redeliver'
        | 'refund_instead';
    }
  | { do: 'crash'; downMs: number }
  | { do: 'set_clock'; byMs: number }
  | { do: 'steal'; seat: number }
);

export interface OrderPlan {
  seats: number[];
  places: number;
  lateMoney: 'rescue' | 'refund';
  startsAtMs: number;
  /** The buyer's seat chart holds the seats, and the order brings its token. */
  hasChart: boolean;
}

/** Everything that one run of the simulation depends on, besides the product's code. */
export interface Plan {
  /** Seeds latencies and the length of tasks. */
  noise: number;
  /** Whether TMT has made the event's tickets before. */
  hasTickets: boolean;
  orders: OrderPlan[];
  acts: Act[];
  faults: Fault[];
}

/** The plan as lines for a person. */
export function describePlan({ noise, hasTickets, orders, acts, faults }: Plan): string[] {
  return [
    `noise ${noise}, tickets ${hasTickets ? 'are there' : 'are not made yet'}`,
    ...orders.map(
      ({ seats, places, lateMoney, startsAtMs, hasChart }, index) =>
        `order ${index}: seats [${seats.join(', ')}], ${places} places, late money: ${lateMoney}, starts at ${startsAtMs} ms${hasChart ? ', from a chart' : ''}`,
    ),
    ...acts.map(
      ({ of: whose, moment: { on, delayMs }, ...rest }) =>
        `order ${whose}: ${JSON.stringify(rest)} ${delayMs} ms after ${on}`,
    ),
    ...faults.map(({ call, nth, times, kind }) => `${call}: ${kind}, ${times} × from call ${nth}`),
  ];
}
