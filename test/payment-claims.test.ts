import { describe, expect, test } from 'vitest';
import type { Payment, PaymentEvent, PaymentState } from '../src/checkout/payment.ts';
import {
  answerClaim,
  createPaymentBook,
  isMoneyProven,
  recordEvent,
  settle,
} from '../src/workflows/payment-book.ts';

const money = { amount: 5_000, currency: 'USD' };
const of = (state: PaymentState): Payment => ({ paymentId: 'pi_1', state, money });

function reported(type: PaymentEvent['type'], unproven: boolean, known?: Payment) {
  const book = createPaymentBook(known);
  recordEvent(book, {
    ...{ eventId: 'evt_1', orderId: 'o', paymentId: 'pi_1', type, money },
    ...(unproven && { unproven }),
  });
  return { claims: [...book.claims], payments: [...book.payments.values()] };
}

describe('a report that nobody has proven', () => {
  test.each(['authorized', 'captured'] as const)('of %s money is a claim, and no money', (type) => {
    expect(reported(type, true)).toEqual({ claims: ['pi_1'], payments: [] });
    expect(reported(type, false)).toEqual({ claims: [], payments: [of(type)] });
  });

  test.each([
    ['pending', 'pending'],
    ['declined', 'open'],
    ['failed', 'failed'],
  ] as const)(
    'of %s is taken as it is for a payment that is known: there is no money in it',
    (type, state) => {
      expect(reported(type, true, of('open'))).toEqual({ claims: [], payments: [of(state)] });
    },
  );

  test.each(['pending', 'declined', 'failed'] as const)(
    'of %s is a claim for a payment that nobody told of: it may be of another order',
    (type) => {
      expect(reported(type, true)).toEqual({ claims: ['pi_1'], payments: [] });
    },
  );
});

test('a report says that there is money only if it is of authorised or captured money, and proven', () => {
  const event = { eventId: 'evt_1', orderId: 'o', paymentId: 'pi_1', money };
  const types = ['authorized', 'captured', 'pending', 'declined', 'failed'] as const;
  const proven = types.filter((type) => isMoneyProven({ ...event, type }));
  const unproven = types.filter((type) => isMoneyProven({ ...event, type, unproven: true }));

  expect({ proven, unproven }).toEqual({ proven: ['authorized', 'captured'], unproven: [] });
});

describe('the answer to a claim', () => {
  function answered(answer: Payment, known?: Payment) {
    const book = createPaymentBook();
    book.claims.add('pi_1');
    if (known) settle(book, known);
    answerClaim(book, answer);
    expect([...book.claims], 'what was claimed since waits for its own answer').toEqual(['pi_1']);
    return book.payments.get('pi_1');
  }

  test('makes it a payment', () => {
    expect(answered(of('captured'))).toEqual(of('captured'));
  });

  test('takes its place when it says as much or more than is known, and nothing away when it says less', () => {
    expect(answered(of('captured'), of('open'))).toEqual(of('captured'));
    expect(answered({ paymentId: 'pi_1', state: 'pending' }, of('open'))).toEqual(of('pending'));
    expect(answered(of('authorized'), of('captured'))).toEqual(of('captured'));
    expect(answered(of('captured'), of('refunded'))).toEqual(of('refunded'));
  });
});
