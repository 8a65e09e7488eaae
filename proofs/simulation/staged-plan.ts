import fc from 'fast-check';
import { act, moment, order, payment } from './free-plan.ts';
import type { Act, PaymentPlan, Plan } from './plan.ts';
import type { Fault } from './wire.ts';

interface Stage {
  /** What brings a checkout into the state. */
  enter: Act[];
  /** Faults that it takes to get there. */
  given?: Fault[];
  /** One of these calls keeps it there for a while, so that messages can meet it. */
  slow: string[];
  /** When they come. */
  turn: string;
}

const ROBBED = [0, 1, 2].map(
  (seat): Act => ({ of: 0, do: 'steal', seat, moment: { on: 'held', delayMs: 1 } }),
);

const STAGES: Stage[] = [
  { enter: [], slow: ['seatsio.createToken', 'seatsio.hold'], turn: 'start' },
  {
    enter: [payAt('held', { manual: true })],
    slow: ['seatsio.book', 'stripe.capture', 'tmt.createOrder', 'tmt.ordersOf'],
    turn: 'seatsio.book',
  },
  {
    enter: [payAt('held', { isOpened: true, course: 'silent' })],
    slow: ['stripe.cancel', 'seatsio.expireToken'],
    turn: 'stripe.cancel',
  },
  {
    enter: [{ of: 0, do: 'cancel', moment: { on: 'held', delayMs: 400 } }],
    slow: ['seatsio.expireToken'],
    turn: 'seatsio.expireToken',
  },
  {
    enter: [{ of: 0, do: 'cancel', moment: { on: 'held', delayMs: 400 } }],
    slow: ['temporal.describe'],
    turn: 'ended',
  },
  {
    enter: [...ROBBED, payAt('held', {})],
    slow: ['stripe.refund'],
    turn: 'ended',
  },
  {
    enter: [...ROBBED, payAt('held', {})],
    slow: ['stripe.refund'],
    turn: 'stripe.refund',
  },
  {
    enter: [...ROBBED, payAt('held', { isUnproven: true })],
    slow: ['stripe.refund'],
    turn: 'stripe.refund',
  },
  { enter: [...ROBBED, payAt('held', { manual: true })], slow: ['stripe.cancel'], turn: 'ended' },
  {
    enter: [
      payAt('held', { manual: true }),
      { of: 0, do: 'refund_instead', moment: { on: 'tmt.createOrder', delayMs: 5 } },
    ],
    given: [{ call: 'tmt.createOrder', nth: 1, times: 2, kind: 'unavailable' }],
    slow: ['seatsio.unbook', 'stripe.refund'],
    turn: 'seatsio.unbook',
  },
  { enter: [payAt('held', { course: 'failed' })], slow: ['temporal.describe'], turn: 'ended' },
  { enter: [payAt('held', { manual: true })], slow: ['stripe.capture'], turn: 'ended' },
  {
    enter: [payAt('held', { manual: true })],
    given: [
      { call: 'stripe.capture', nth: 1, times: 1, kind: 'refused' },
      { call: 'seatsio.unbook', nth: 1, times: 1, kind: 'stray' },
    ],
    slow: ['seatsio.read', 'seatsio.expireToken', 'seatsio.wasChanged'],
    turn: 'seatsio.unbook',
  },
  {
    enter: [payAt('held', {})],
    given: [
      { call: 'seatsio.book', nth: 1, times: 1, kind: 'stray' },
      { call: 'seatsio.book', nth: 2, times: 1, kind: 'refused' },
    ],
    slow: ['seatsio.expireToken', 'seatsio.wasChanged'],
    turn: 'seatsio.expireToken',
  },
  { enter: [payAt('held', { isUnproven: true })], slow: ['tmt.createOrder'], turn: 'ended' },
];

function payAt(on: string, special: Partial<PaymentPlan>): Act {
  const plain: PaymentPlan = {
    isOpened: false,
    manual: false,
    course: 'paid',
    money: 'right',
    reportAfterMs: 0,
    isReportedTwice: false,
    namesAttempt: true,
    isDoubled: false,
  };
  return { of: 0, do: 'pay', moment: { on, delayMs: 60 }, payment: { ...plain, ...special } };
}

/** One order in a state that lasts, and messages that meet it there. */
export const staged: fc.Arbitrary<Plan> = fc
  .record({
    stage: fc.constantFrom(...STAGES),
    noise: fc.nat(),
    order,
    slow: fc.nat(3),
    kind: fc.constantFrom('unavailable', 'throttled', 'hang', 'lost', 'refused'),
    times: fc.integer({ min: 1, max: 4 }),
    messages: fc.array(
      fc.record({
        delayMs: fc.oneof(fc.nat(60), fc.nat(1_500)),
        act: fc.oneof(
          {
            weight: 2,
            arbitrary: fc.record({ of: fc.constant(0), moment, do: fc.constant('pay' as const), payment }),
          },
          { weight: 2, arbitrary: act },
        ),
      }),
      { minLength: 6, maxLength: 10 },
    ),
  })
  .map(({ stage, noise, order: only, slow, kind, times, messages }): Plan => {
    const call = stage.slow[slow % stage.slow.length] ?? '';
    return {
      noise,
      hasTickets: true,
      orders: [only],
      faults: [...(stage.given ?? []), { call, nth: 1, times, kind } as Fault],
      acts: [
        ...stage.enter,
        ...messages.map(({ delayMs, act: one }): Act => ({ ...one, moment: { on: stage.turn, delayMs } })),
      ],
    };
  });
