import { expect, test } from 'vitest';
import type { PaymentEvent } from '../src/checkout/payment.ts';
import { decide } from '../src/workflows/decision.ts';
import {
  createPaymentBook,
  findSurplus,
  findUnfinished,
  isPaymentEvent,
  openPayment,
  recordEvent,
  settle,
} from '../src/workflows/payment-book.ts';

const total = { amount: 5_000, currency: 'USD' };
let events = 0;

function event(type: PaymentEvent['type'], more: Partial<PaymentEvent> = {}): PaymentEvent {
  events += 1;
  return { eventId: `evt_${events}`, orderId: 'o', paymentId: 'pi_1', type, money: total, ...more };
}

function bookOf(...history: PaymentEvent[]) {
  const book = createPaymentBook();
  openPayment(book, 'pi_1');
  for (const each of history) recordEvent(book, each);
  return book;
}

test.each<[string, PaymentEvent[], ReturnType<typeof decide>]>([
  ['nothing', [], undefined],
  ['pending', [event('pending')], undefined],
  ['declined', [event('declined')], undefined],
  ['captured', [event('captured')], { sell: { paymentId: 'pi_1', state: 'captured', money: total } }],
  ['authorized', [event('authorized')], { sell: { paymentId: 'pi_1', state: 'authorized', money: total } }],
  ['failed', [event('failed')], { close: 'payment_failed' }],
  [
    'declined, then captured',
    [event('declined'), event('captured')],
    { sell: { paymentId: 'pi_1', state: 'captured', money: total } },
  ],
  [
    'captured, then authorized',
    [event('captured'), event('authorized')],
    { sell: { paymentId: 'pi_1', state: 'captured', money: total } },
  ],
  [
    'captured, then failed',
    [event('captured'), event('failed')],
    { sell: { paymentId: 'pi_1', state: 'captured', money: total } },
  ],
  ['failed, then authorized late', [event('failed'), event('authorized')], { close: 'payment_failed' }],
  [
    'failed, then captured',
    [event('failed'), event('captured')],
    { sell: { paymentId: 'pi_1', state: 'captured', money: total } },
  ],
  ['another amount', [event('captured', { money: { amount: 4_999, currency: 'USD' } })], undefined],
  ['another currency', [event('captured', { money: { amount: 5_000, currency: 'EUR' } })], undefined],
  ['failed, another still open', [event('pending', { paymentId: 'pi_2' }), event('failed')], undefined],
])('reports of %s are decided as they should be', (_what, history, expected) => {
  expect(decide(bookOf(...history), total, false)).toEqual(expected);
});

test('a payment and a cancel that meet: the payment wins', () => {
  expect(decide(bookOf(event('captured')), total, true)).toHaveProperty('sell');
  expect(decide(bookOf(event('declined')), total, true)).toEqual({ close: 'cancelled' });
});

test('the same report again changes nothing', () => {
  const captured = event('captured');
  const book = bookOf(captured);
  settle(book, { paymentId: 'pi_1', state: 'refunded' });
  recordEvent(book, captured);
  recordEvent(book, event('captured'));

  expect(book.payments.get('pi_1')?.state).toBe('refunded');
});

test('the provider’s answer settles a payment, but money reported meanwhile is not talked away', () => {
  const open = bookOf();
  settle(open, { paymentId: 'pi_1', state: 'canceled' });
  expect(findUnfinished(open)).toEqual([]);

  const paid = bookOf(event('captured'));
  settle(paid, { paymentId: 'pi_1', state: 'canceled' });
  expect(findSurplus(paid)).toMatchObject({ paymentId: 'pi_1', state: 'captured' });
});

test('a second payment with money in it is surplus, the first one is not', () => {
  const book = bookOf(
    event('captured'),
    event('captured', { paymentId: 'pi_2' }),
    event('declined', { paymentId: 'pi_3' }),
  );

  expect(findSurplus(book, 'pi_1')?.paymentId).toBe('pi_2');
  expect(findUnfinished(book, 'pi_1').map(({ paymentId }) => paymentId)).toEqual(['pi_3']);
});

test.each([
  [null],
  ['captured'],
  [{}],
  [{ eventId: 'e', paymentId: 'p', type: 'paid' }],
  [{ eventId: 1, paymentId: 'p', type: 'captured' }],
])('a signal argument like %j is not taken for a payment event', (argument) => {
  expect(isPaymentEvent(argument)).toBe(false);
});
