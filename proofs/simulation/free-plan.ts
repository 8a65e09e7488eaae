import fc from 'fast-check';
import type { Act, Moment, OrderPlan, PaymentPlan, Plan } from './plan.ts';
import type { Fault } from './wire.ts';

export const often = <T>(weight: number, value: T) => ({ weight, arbitrary: fc.constant(value) });

const REMOTE_CALLS = [
  'seatsio.createToken',
  'seatsio.hold',
  'seatsio.takeOver',
  'seatsio.read',
  'seatsio.book',
  'seatsio.extendToken',
  'seatsio.expireToken',
  'seatsio.retrieveToken',
  'seatsio.wasChanged',
  'seatsio.unbook',
  'stripe.lookUp',
  'stripe.capture',
  'stripe.cancel',
  'stripe.refund',
  'tmt.listTickets',
  'tmt.generateTickets',
  'tmt.createOrder',
  'tmt.ordersOf',
  'tmt.getTicket',
  'temporal.start',
  'temporal.signalWithStart',
  'temporal.updateWithStart',
  'temporal.signal',
  'temporal.describe',
] as const;

/** Calls that say where a checkout is. */
const TURNS = [
  'seatsio.createToken',
  'seatsio.hold',
  'seatsio.hold',
  'seatsio.book',
  'seatsio.book',
  'stripe.capture',
  'tmt.createOrder',
  'stripe.cancel',
  'stripe.cancel',
  'stripe.refund',
  'seatsio.expireToken',
  'seatsio.expireToken',
] as const;

export const moment: fc.Arbitrary<Moment> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ on: fc.constant('held'), delayMs: fc.oneof(fc.nat(50), fc.nat(60_000)) }),
  },
  { weight: 2, arbitrary: fc.record({ on: fc.constant('start'), delayMs: fc.nat(200) }) },
  {
    weight: 3,
    arbitrary: fc.record({ on: fc.constant('deadline'), delayMs: fc.integer({ min: -50, max: 80 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ on: fc.constantFrom('closing', 'refused'), delayMs: fc.nat(3) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ on: fc.constant('ended'), delayMs: fc.oneof(fc.nat(20), fc.nat(90_000)) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      on: fc.constantFrom(...TURNS),
      delayMs: fc.oneof({ weight: 4, arbitrary: fc.nat(50) }, { weight: 1, arbitrary: fc.nat(3_000) }),
    }),
  },
);

export const payment: fc.Arbitrary<PaymentPlan> = fc.record({
  isOpened: fc.boolean(),
  manual: fc.boolean(),
  course: fc.oneof(
    often(8, 'paid' as const),
    often(2, 'pending_paid' as const),
    often(1, 'pending_failed' as const),
    often(1, 'pending_silent' as const),
    often(1, 'declined' as const),
    often(1, 'declined_paid' as const),
    often(1, 'failed' as const),
    often(1, 'voided' as const),
    often(2, 'silent' as const),
  ),
  money: fc.oneof(often(8, 'right' as const), often(1, 'less' as const), often(1, 'currency' as const)),
  reportAfterMs: fc.oneof({ weight: 6, arbitrary: fc.nat(100) }, { weight: 1, arbitrary: fc.nat(900_000) }),
  isReportedTwice: fc.oneof(often(3, false), often(1, true)),
  namesAttempt: fc.boolean(),
  isDoubled: fc.oneof(often(4, false), often(1, true)),
});

const of = fc.nat(1);
export const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 7, arbitrary: fc.record({ of, moment, do: fc.constant('pay' as const), payment }) },
  {
    weight: 5,
    arbitrary: fc.record({
      of,
      moment,
      do: fc.constantFrom(
        'cancel',
        'terminal_cancel',
        'start_again',
        'start_other',
        'retry',
        'redeliver',
        'refund_instead',
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      of,
      moment,
      do: fc.constant('crash' as const),
      downMs: fc.oneof(fc.integer({ min: 50, max: 5_000 }), fc.nat(900_000)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ of, moment, do: fc.constant('steal' as const), seat: fc.nat(2) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      of,
      moment,
      do: fc.constant('set_clock' as const),
      byMs: fc.integer({ min: -3_600_000, max: 3_600_000 }),
    }),
  },
);

/** Changes of seats that may arrive at any time: their token has ended by then. */
const STRAYING = ['seatsio.hold', 'seatsio.takeOver', 'seatsio.book', 'seatsio.unbook'] as const;

const times = fc.oneof(
  { weight: 5, arbitrary: fc.constant(1) },
  { weight: 2, arbitrary: fc.integer({ min: 2, max: 4 }) },
  { weight: 1, arbitrary: fc.integer({ min: 5, max: 45 }) },
);
const nth = fc.integer({ min: 1, max: 2 });
const fault: fc.Arbitrary<Fault> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      ...{ call: fc.constantFrom(...REMOTE_CALLS), nth, times },
      kind: fc.constantFrom('refused', 'unavailable', 'throttled', 'hang', 'lost', 'cut', 'late'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      call: fc.constantFrom(...STRAYING),
      nth,
      times,
      kind: fc.constant('stray' as const),
    }),
  },
);

export const order: fc.Arbitrary<OrderPlan> = fc
  .record({
    seats: fc.subarray([0, 1, 2]),
    places: fc.nat(2),
    lateMoney: fc.oneof(often(3, 'rescue' as const), often(1, 'refund' as const)),
    startsAtMs: fc.nat(2_000),
    hasChart: fc.oneof(often(5, false), often(1, true)),
  })
  .map((plan) => (plan.seats.length + plan.places > 0 ? plan : { ...plan, seats: [0] }));

/** The usual payment of each order; one in five orders has none but what the acts bring. */
const usual = fc.oneof(often(4, true), often(1, false));

/** Anything at any time. */
export const free: fc.Arbitrary<Plan> = fc
  .record({
    noise: fc.nat(),
    hasTickets: fc.oneof(often(3, true), often(1, false)),
    orders: fc.array(order, { minLength: 1, maxLength: 2 }),
    isPaid: usual,
    first: fc.record({ of: fc.constant(0), do: fc.constant('pay' as const), moment, payment }),
    acts: fc.array(act, { minLength: 1, maxLength: 6 }),
    faults: fc.array(fault, { maxLength: 3 }),
  })
  .map(({ isPaid, first, acts, ...rest }) => ({ ...rest, acts: isPaid ? [first, ...acts] : acts }));
