import { describe, expect, test } from 'vitest';
import type { AttemptAccount } from '../src/activities/attempts.ts';
import type { CheckoutResult, Outcome } from '../src/checkout/outcome.ts';
import type { Payment, PaymentState } from '../src/checkout/payment.ts';
import {
  decideLate,
  decideUnwanted,
  hasToName,
  isAccountedFor,
  type LateMove,
  mayBuyAgain,
  mayRescue,
} from '../src/workflows/late-decision.ts';

const total = { amount: 5_000, currency: 'USD' };
const payment = (state: PaymentState): Payment => ({ paymentId: 'pi_1', state, money: total });
const resultOf = (outcome: Outcome, payments: Payment[] = []): CheckoutResult => ({
  ...outcome,
  orderId: 'o',
  attempt: 1,
  payments,
});
const sold = resultOf({ outcome: 'completed', paymentId: 'pi_1', tickets: [] }, [payment('captured')]);

const order = {
  ...{ orderId: 'o', eventId: 'e', eventName: 'E', seats: [], total },
  buyer: { email: 'a@example.org', name: 'A' },
};

describe('the provider has to name the order', () => {
  const ended = { result: resultOf({ outcome: 'expired' }) };

  test('of a payment that nothing but an unproven report tells of, once the attempt has ended without it', () => {
    expect(hasToName(ended, 'pi_1', false)).toBe(true);
  });

  test.each<[string, AttemptAccount, boolean]>([
    ['the report was proven', ended, true],
    [
      'the attempt knew the payment',
      { result: resultOf({ outcome: 'expired' }, [payment('pending')]) },
      false,
    ],
    ['the attempt is open, and may have handed it over', { open: true }, false],
    ['the attempt is broken, and what it knew is lost', {}, false],
  ])('not when %s', (_what, account, moneyReported) => {
    expect(hasToName(account, 'pi_1', moneyReported)).toBe(false);
  });
});

describe('an attempt accounts for a payment', () => {
  test.each<[string, AttemptAccount]>([
    ['that its sale is paid with', { result: sold }],
    ['that it gave back', { result: resultOf({ outcome: 'expired' }, [payment('refunded')]) }],
  ])('%s', (_what, account) => {
    expect(isAccountedFor(account, 'pi_1')).toBe(true);
  });

  test.each<[string, AttemptAccount]>([
    ['it is broken, and says nothing', {}],
    ['it is open', { open: true }],
    ['it was sold for another one', { result: resultOf({ ...sold, paymentId: 'pi_2' } as Outcome) }],
    [
      'it gave another one back',
      { result: resultOf({ outcome: 'expired' }, [{ ...payment('refunded'), paymentId: 'pi_2' }]) },
    ],
    ['it left it captured', { result: resultOf({ outcome: 'expired' }, [payment('captured')]) }],
    [
      'it gave another one back and left it pending',
      {
        result: resultOf({ outcome: 'refunded', paymentId: 'pi_1', reason: 'operator' }, [
          { ...payment('refunded'), paymentId: 'pi_2' },
          payment('pending'),
        ]),
      },
    ],
  ])('but not when %s', (_what, account) => {
    expect(isAccountedFor(account, 'pi_1')).toBe(false);
  });
});

describe('late money', () => {
  const STATES: PaymentState[] = [
    'open',
    'pending',
    'authorized',
    'captured',
    'failed',
    'canceled',
    'refunded',
  ];
  const unsold = (outcome: Outcome) => ({ result: resultOf(outcome) });
  const FINAL = { failed: 'unpaid', canceled: 'unpaid', refunded: 'accounted_for' } as const;

  test.each<[string, AttemptAccount, Record<PaymentState, LateMove>]>([
    [
      'the attempt is still open: it is read again',
      { open: true },
      {
        open: 'read_again',
        pending: 'read_again',
        authorized: 'read_again',
        captured: 'read_again',
        ...FINAL,
      },
    ],
    [
      'the attempt has no result: a person decides',
      {},
      { open: 'attention', pending: 'attention', authorized: 'attention', captured: 'attention', ...FINAL },
    ],
    ...[{ outcome: 'expired' } as const, { outcome: 'payment_failed', reason: 'failed' } as const].map(
      (outcome): [string, AttemptAccount, Record<PaymentState, LateMove>] => [
        `the attempt is ${outcome.outcome}: money buys the seats, the rest is stopped or waited for`,
        unsold(outcome),
        { open: 'stop', pending: 'wait', authorized: 'rescue', captured: 'rescue', ...FINAL },
      ],
    ),
    ...[
      { outcome: 'cancelled' } as const,
      { outcome: 'unavailable', reason: 'refused', seats: [] } as const,
      { outcome: 'refunded', paymentId: 'pi_2', reason: 'operator' } as const,
      { outcome: 'completed', paymentId: 'pi_2', tickets: [] } as const,
    ].map((outcome): [string, AttemptAccount, Record<PaymentState, LateMove>] => [
      `the attempt is ${outcome.outcome}: money goes back`,
      unsold(outcome as unknown as Outcome),
      { open: 'stop', pending: 'wait', authorized: 'stop', captured: 'refund', ...FINAL },
    ]),
  ])('%s', (_what, account, moves) => {
    const movesNow = STATES.map((state) => [state, decideLate(account, payment(state), false)]);
    expect(Object.fromEntries(movesNow)).toEqual(moves);
  });

  test('that a proven report tells of, and the provider knows nothing of, is for a person; known payments are as ever', () => {
    const { result } = unsold({ outcome: 'expired' });
    expect(STATES.map((state) => decideLate({ result }, payment(state), true))).toEqual([
      'stop',
      'wait',
      'rescue',
      'rescue',
      'attention',
      'unpaid',
      'accounted_for',
    ]);
  });

  test('that may not buy the seats is given back, or stopped, or waited for, and none is forgotten', () => {
    expect(STATES.map((state) => decideUnwanted(payment(state)))).toEqual([
      'stop',
      'wait',
      'stop',
      'refund',
      'wait',
      'wait',
      'wait',
    ]);
  });

  test('starts the next attempt when it is the price of an order that wants it so', () => {
    expect(mayRescue(order, payment('captured'))).toBe(true);
    expect(mayRescue({ ...order, lateMoney: 'rescue' }, payment('captured'))).toBe(true);
    expect(mayRescue({ ...order, lateMoney: 'refund' }, payment('captured'))).toBe(false);
    expect(mayRescue(order, { paymentId: 'pi_1', state: 'captured' })).toBe(false);
    expect(mayRescue(order, { ...payment('captured'), money: { ...total, amount: 1 } })).toBe(false);
  });
});

test('money that comes while an unpaid checkout ends may buy the seats again, unless it is an authorisation behind a refused capture', () => {
  const unpaid: Outcome[] = [{ outcome: 'expired' }, { outcome: 'payment_failed', reason: 'failed' }];
  for (const outcome of unpaid) expect(mayBuyAgain(outcome, order, payment('captured'))).toBe(true);

  const others: Outcome[] = [
    { outcome: 'cancelled' },
    { outcome: 'unavailable', reason: 'refused', seats: [] },
  ];
  for (const outcome of others) expect(mayBuyAgain(outcome, order, payment('captured'))).toBe(false);
  expect(mayBuyAgain({ outcome: 'expired' }, { ...order, lateMoney: 'refund' }, payment('captured'))).toBe(
    false,
  );

  const refused: Outcome = { outcome: 'payment_failed', reason: 'capture_refused' };
  expect(mayBuyAgain(refused, order, payment('captured'))).toBe(true);
  expect(mayBuyAgain(refused, order, payment('authorized'))).toBe(false);
});
