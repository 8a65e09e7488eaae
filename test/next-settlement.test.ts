import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Payment, PaymentState } from '../src/checkout/payment.ts';
import { nextSettlement, stopName } from '../src/workflows/next-settlement.ts';
import { createPaymentBook, settle } from '../src/workflows/payment-book.ts';

const of = (paymentId: string, state: PaymentState): Payment => ({ paymentId, state });
const FINAL: PaymentState[] = ['failed', 'canceled', 'refunded'];
const NONE = { stopped: new Set<string>(), handedOver: new Set<string>() };

function bookOf(payments: readonly Payment[]) {
  const book = createPaymentBook();
  for (const payment of payments) settle(book, payment);
  return book;
}

test('what can still be paid is stopped first, all of it at once, but for the sale', () => {
  const payments = [of('a', 'open'), of('b', 'captured'), of('c', 'authorized'), of('d', 'pending')];
  const book = bookOf([...payments, of('sale', 'authorized')]);

  expect(nextSettlement(book, 'sale', NONE)).toEqual({
    next: 'stop',
    payments: [of('a', 'open'), of('c', 'authorized'), of('d', 'pending')],
  });
});

test('what was stopped is not stopped again in the same state, but in another', () => {
  const stopped = new Set([stopName(of('a', 'open'))]);

  expect(nextSettlement(bookOf([of('a', 'open')]), undefined, { ...NONE, stopped }).next).toBe('hand_over');
  expect(nextSettlement(bookOf([of('a', 'pending')]), undefined, { ...NONE, stopped }).next).toBe('stop');
  expect(nextSettlement(bookOf([of('b', 'open')]), undefined, { ...NONE, stopped }).next).toBe('stop');
});

test('what was reported as failed is stopped once, for the report may be wrong, and then needs nobody', () => {
  const book = bookOf([of('a', 'failed'), of('sale', 'failed')]);
  expect(nextSettlement(book, 'sale', NONE)).toEqual({ next: 'stop', payments: [of('a', 'failed')] });
  const stopped = new Set([stopName(of('a', 'failed'))]);
  expect(nextSettlement(book, 'sale', { ...NONE, stopped })).toEqual({ next: 'nothing' });
});

test('money goes back before anything is handed over, but never the money of the sale', () => {
  const book = bookOf([of('a', 'pending'), of('b', 'captured')]);
  const stopped = new Set([stopName(of('a', 'pending'))]);

  expect(nextSettlement(book, undefined, { ...NONE, stopped })).toEqual({
    next: 'refund',
    payment: of('b', 'captured'),
  });
  expect(nextSettlement(book, 'b', { ...NONE, stopped })).toEqual({
    next: 'hand_over',
    payment: of('a', 'pending'),
  });
  expect(nextSettlement(book, 'b', { stopped, handedOver: new Set(['a']) })).toEqual({ next: 'nothing' });
});

test('whatever the provider answers, settling comes to an end, and leaves nothing that can be paid without somebody who waits for it', () => {
  const state = fc.constantFrom<PaymentState>(
    'open',
    'pending',
    'authorized',
    'captured',
    'failed',
    'canceled',
  );
  const payments = fc.uniqueArray(fc.record({ paymentId: fc.constantFrom('a', 'b', 'c', 'd'), state }), {
    selector: ({ paymentId }) => paymentId,
  });
  fc.assert(
    fc.property(
      payments,
      fc.constantFrom(undefined, 'a'),
      fc.infiniteStream(state),
      (known, sale, answers) => {
        const book = bookOf(known);
        const stopped = new Set<string>();
        const handedOver = new Set<string>();
        for (let steps = 0; ; steps++) {
          expect(steps).toBeLessThan(100);
          const step = nextSettlement(book, sale, { stopped, handedOver });
          if (step.next === 'nothing') break;
          if (step.next === 'stop') {
            for (const payment of step.payments) {
              stopped.add(stopName(payment));
              settle(book, { ...payment, state: answers.next().value });
            }
          } else if (step.next === 'hand_over') handedOver.add(step.payment.paymentId);
          else settle(book, { ...step.payment, state: 'refunded' });
        }
        const loose = [...book.payments.values()].filter(
          ({ paymentId, state: now }) =>
            paymentId !== sale &&
            (now === 'captured' || (!handedOver.has(paymentId) && !FINAL.includes(now))),
        );
        expect(loose).toEqual([]);
        const before = known.find(({ paymentId }) => paymentId === sale);
        expect(book.payments.get(sale ?? '')).toEqual(before);
      },
    ),
  );
});

test('money that may still buy the seats is left alone, and gets somebody who sees to it before anything else', () => {
  const mayBuy = ({ paymentId }: Payment) => paymentId !== 'odd';
  const book = bookOf([of('odd', 'captured'), of('a', 'captured'), of('b', 'authorized'), of('c', 'open')]);
  const settled = { stopped: new Set<string>(), handedOver: new Set<string>() };
  const next = (sale?: string) => nextSettlement(book, sale, settled, mayBuy);

  expect(next()).toEqual({ next: 'hand_over', payment: of('a', 'captured') });
  settled.handedOver.add('a');
  expect(next()).toEqual({ next: 'hand_over', payment: of('b', 'authorized') });
  settled.handedOver.add('b');
  expect(next()).toEqual({ next: 'stop', payments: [of('c', 'open')] });
  settled.stopped.add(stopName(of('c', 'open')));
  expect(next()).toEqual({ next: 'refund', payment: of('odd', 'captured') });
  settle(book, of('odd', 'refunded'));
  expect(next()).toEqual({ next: 'hand_over', payment: of('c', 'open') });
  settled.handedOver.add('c');
  expect(next()).toEqual({ next: 'nothing' });
  expect(next('a'), 'once the seats are sold no other money may buy them').toEqual({
    next: 'stop',
    payments: [of('b', 'authorized')],
  });
});
