import { describe, expect, test } from 'vitest';
import type { Outcome } from '../src/checkout/outcome.ts';
import type { Payment, PaymentState } from '../src/checkout/payment.ts';
import { decide, decideClosed, endingOf, isWaitOver } from '../src/workflows/decision.ts';
import { createPaymentBook, type PaymentBook, settle } from '../src/workflows/payment-book.ts';

const total = { amount: 5_000, currency: 'USD' };
const paid: Payment = { paymentId: 'pi_1', state: 'captured', money: total };
const held: Payment = { paymentId: 'pi_2', state: 'authorized', money: total };
const in_ = (state: PaymentState): Payment => ({ paymentId: 'pi_3', state, money: total });
const odd: Payment = { ...paid, money: { amount: 4_999, currency: 'USD' } };

function bookOf(...payments: Payment[]): PaymentBook {
  const book = createPaymentBook();
  for (const payment of payments) settle(book, payment);
  return book;
}

describe('while the seats are held', () => {
  test.each<[string, Payment[], boolean, ReturnType<typeof decide>]>([
    ['nothing', [], false, undefined],
    ['a cancel', [], true, { close: 'cancelled' }],
    ['a cancel and a failed payment', [in_('failed')], true, { close: 'cancelled' }],
    ['a failed payment', [in_('failed')], false, { close: 'payment_failed' }],
    ['a failed payment and one that is open', [in_('failed'), { ...held, state: 'open' }], false, undefined],
    [
      'a failed payment and one that is pending',
      [in_('failed'), { ...held, state: 'pending' }],
      false,
      undefined,
    ],
    [
      'a failed payment and an authorised one of another amount',
      [in_('failed'), { ...odd, state: 'authorized' }],
      false,
      undefined,
    ],
    ['a payment that was stopped', [in_('canceled')], false, undefined],
    ['money, a cancel and a failed payment', [in_('failed'), paid], true, { sell: paid }],
    ['an authorisation and a cancel', [held], true, { sell: held }],
    ['an authorisation, then captured money', [held, paid], false, { sell: paid }],
    ['captured money of another amount', [odd], false, undefined],
    ['money that was given back', [in_('refunded')], false, undefined],
  ])('%s: decided as it should be', (_what, payments, cancelRequested, decision) => {
    expect(decide(bookOf(...payments), total, cancelRequested)).toEqual(decision);
  });
});

describe('while the provider is processing a payment', () => {
  test.each<[string, Payment[], boolean, boolean]>([
    ['the seats wait', [in_('pending')], false, false],
    ['a cancel ends the wait', [in_('pending')], true, true],
    ['money of another payment ends it', [in_('pending'), paid], false, true],
    ['money of another amount does not', [in_('pending'), odd], false, false],
    ['there is nothing to wait for when it was stopped', [in_('canceled')], false, true],
    ['there is nothing to wait for without a payment', [], false, true],
  ])('%s', (_what, payments, cancelRequested, isOver) => {
    expect(isWaitOver(bookOf(...payments), total, cancelRequested)).toBe(isOver);
  });
});

describe('when the payments were stopped', () => {
  test('money that was there all the same buys the seats, whatever the reason and whoever cancelled', () => {
    for (const reason of ['payment_failed', 'cancelled', 'expired'] as const) {
      expect(decideClosed(bookOf(paid), total, reason, true)).toEqual({ sell: paid });
    }
  });

  test('money of another amount does not', () => {
    expect(decideClosed(bookOf(odd), total, 'expired', false)).toEqual({ end: { outcome: 'expired' } });
  });

  test('the end is for the reason of the closing, or cancelled when a cancel came meanwhile', () => {
    const book = bookOf(in_('canceled'));
    expect(decideClosed(book, total, 'expired', false)).toEqual({ end: { outcome: 'expired' } });
    expect(decideClosed(book, total, 'cancelled', true)).toEqual({ end: { outcome: 'cancelled' } });
    expect(decideClosed(book, total, 'expired', true)).toEqual({ end: { outcome: 'cancelled' } });
    expect(decideClosed(book, total, 'payment_failed', true)).toEqual({ end: { outcome: 'cancelled' } });
    expect(decideClosed(book, total, 'payment_failed', false)).toEqual({
      end: { outcome: 'payment_failed', reason: 'failed' },
    });
  });
});

describe('when all money is settled', () => {
  const refunded = bookOf(in_('refunded'));
  const late: Outcome = { outcome: 'refunded', paymentId: 'pi_3', reason: 'paid_too_late' };

  test.each<Outcome>([
    { outcome: 'expired' },
    { outcome: 'cancelled' },
    { outcome: 'payment_failed', reason: 'capture_refused' },
  ])(
    'an unsold end ($outcome) whose money went back is a refund, cancelled or not; without money it stays',
    (outcome) => {
      expect(endingOf(outcome, refunded, total, false)).toEqual(late);
      expect(endingOf(outcome, refunded, total, true)).toEqual(late);
      expect(endingOf(outcome, bookOf(in_('canceled')), total, false)).toEqual(outcome);
    },
  );

  test.each<Outcome>([{ outcome: 'expired' }, { outcome: 'payment_failed', reason: 'failed' }])(
    'an unsold end ($outcome) during which it was cancelled is a cancelled one',
    (outcome) => {
      expect(endingOf(outcome, bookOf(in_('canceled')), total, true)).toEqual({ outcome: 'cancelled' });
    },
  );

  test('seats that were not to be had, and whose money went back, were not paid too late; a cancel changes nothing', () => {
    const unavailable: Outcome = { outcome: 'unavailable', reason: 'refused', seats: ['A-1'] };
    expect(endingOf(unavailable, refunded, total, false)).toEqual({ ...late, reason: 'seats_unavailable' });
    expect(endingOf(unavailable, bookOf(in_('canceled')), total, true)).toEqual(unavailable);
  });

  test('a refund of another amount does not change the end', () => {
    const book = bookOf({ ...odd, state: 'refunded' }, { paymentId: 'pi_4', state: 'refunded' });
    expect(endingOf({ outcome: 'expired' }, book, total, false)).toEqual({ outcome: 'expired' });
  });

  test.each<Outcome>([
    { outcome: 'completed', paymentId: 'pi_1', tickets: [] },
    { outcome: 'refunded', paymentId: 'pi_1', reason: 'operator' },
  ])('money that went back, or a cancel, does not change that the order is $outcome', (outcome) => {
    expect(endingOf(outcome, refunded, total, false)).toEqual(outcome);
    expect(endingOf(outcome, refunded, total, true)).toEqual(outcome);
  });
});
