import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PaymentEvent } from '../src/checkout/payment.ts';
import { decide } from '../src/workflows/decision.ts';
import {
  createPaymentBook,
  findStoppable,
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
  expect(findSurplus(paid)[0]).toMatchObject({ paymentId: 'pi_1', state: 'captured' });
});

test('a payment that was reported as failed has to be stopped all the same, and stays failed when nobody had paid it', () => {
  const book = bookOf(event('failed'), event('failed', { paymentId: 'pi_2' }));
  const failed = [...book.payments.values()];
  expect(findUnfinished(book)).toEqual([]);
  expect(findStoppable(book)).toEqual(failed);
  expect(findStoppable(book, 'pi_1')).toEqual(failed.slice(1));

  settle(book, { paymentId: 'pi_1', state: 'canceled' });
  settle(book, { paymentId: 'pi_2', state: 'captured' });
  expect([...book.payments.values()].map(({ state }) => state)).toEqual(['failed', 'captured']);
});

test('a second payment with money in it is surplus, the first one is not', () => {
  const book = bookOf(
    event('captured'),
    event('captured', { paymentId: 'pi_2' }),
    event('declined', { paymentId: 'pi_3' }),
  );

  expect(findSurplus(book, 'pi_1')[0]?.paymentId).toBe('pi_2');
  expect(findUnfinished(book, 'pi_1').map(({ paymentId }) => paymentId)).toEqual(['pi_3']);
});

test.each([
  [null],
  ['captured'],
  [{}],
  [{ eventId: 'e', orderId: 'o', paymentId: 'p', type: 'paid' }],
  [{ eventId: 1, orderId: 'o', paymentId: 'p', type: 'captured' }],
])('a signal argument like %j is not taken for a payment event', (argument) => {
  expect(isPaymentEvent(argument)).toBe(false);
});

test.each(['authorized', 'captured', 'pending', 'declined', 'failed'])(
  'a report of %s is a payment event',
  (type) => {
    expect(isPaymentEvent({ eventId: 'e', orderId: 'o', paymentId: 'pi_1', type })).toBe(true);
  },
);

test.each([
  [undefined],
  [{ orderId: 'o', paymentId: 'p', type: 'captured' }],
  [{ eventId: 'e', paymentId: 'p', type: 'captured' }],
  [{ eventId: 'e', orderId: 'o', type: 'captured' }],
  [{ eventId: 'e', orderId: 'o', paymentId: 7, type: 'captured' }],
])('a report without its ids (%j) is none', (argument) => {
  expect(isPaymentEvent(argument)).toBe(false);
});

test('an attempt begins without a payment, a rescue with the money that started it', () => {
  const rescue = { paymentId: 'pi_9', state: 'captured', money: total } as const;

  expect([...createPaymentBook().payments]).toEqual([]);
  expect([...createPaymentBook(rescue).payments.values()]).toEqual([rescue]);
});

test('a payment that is opened is open, and opening it again takes nothing back', () => {
  const book = createPaymentBook();
  openPayment(book, 'pi_1');
  expect([...book.payments]).toEqual([['pi_1', { paymentId: 'pi_1', state: 'open' }]]);

  recordEvent(book, event('captured'));
  openPayment(book, 'pi_1');
  expect(book.payments.get('pi_1')?.state).toBe('captured');
});

test('a report under a known event id is the same report, whatever it says', () => {
  const book = bookOf(event('declined', { eventId: 'evt_known' }));
  recordEvent(book, event('captured', { eventId: 'evt_known' }));

  expect(book.payments.get('pi_1')?.state).toBe('open');
});

test('a payment that was being processed may be declined, and be tried again', () => {
  const book = bookOf(event('pending'), event('declined'));
  expect(book.payments.get('pi_1')?.state).toBe('open');

  recordEvent(book, event('pending'));
  expect(book.payments.get('pi_1')?.state).toBe('pending');
});

test('a report without an amount does not take away the amount that is known', () => {
  const { money: _money, ...captured } = event('captured');
  const book = bookOf(event('authorized'), captured);

  expect(book.payments.get('pi_1')).toEqual({ paymentId: 'pi_1', state: 'captured', money: total });
});

test('whatever is reported, in whatever order and however often: money that came is never forgotten', () => {
  const types = fc.constantFrom<PaymentEvent['type']>(
    'authorized',
    'captured',
    'pending',
    'declined',
    'failed',
  );
  fc.assert(
    fc.property(fc.array(types, { maxLength: 8 }), fc.nat(7), (history, at) => {
      const reports = history.map((type) => event(type));
      const book = bookOf(...reports, ...reports.slice(0, at));
      const state = book.payments.get('pi_1')?.state;
      expect(state === 'captured').toBe(history.includes('captured'));
      if (!history.includes('captured')) expect(state === 'failed').toBe(history.includes('failed'));
    }),
  );
});

test.each([
  ['a payment id that no provider can be asked about', { paymentId: 'pi 1', type: 'captured' }],
  ['a type that every object has', { paymentId: 'pi_1', type: 'constructor' }],
])('%s is no payment event', (_what, odd) => {
  expect(isPaymentEvent({ eventId: 'e', orderId: 'o', ...odd })).toBe(false);
});

test('an answer that is older than a report takes back neither an authorisation nor a capture', () => {
  for (const state of ['pending', 'open'] as const) {
    const book = createPaymentBook({ paymentId: 'pi_1', state: 'authorized' });
    settle(book, { paymentId: 'pi_1', state });
    expect(book.payments.get('pi_1')?.state).toBe('authorized');
  }
});
