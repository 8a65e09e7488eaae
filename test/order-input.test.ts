import { expect, test } from 'vitest';
import type { Order } from '../src/checkout/order.ts';
import {
  InvalidInputError,
  parseOrder,
  parseOrderId,
  parsePaymentEvent,
  parsePaymentId,
} from '../src/parse.ts';

const order: Order = {
  orderId: 'o-1',
  eventId: 'EvT123',
  eventName: 'Gala',
  seats: [{ label: 'A-1' }, { area: 'Floor', quantity: 2 }],
  total: { amount: 7_500, currency: 'USD' },
  buyer: { email: 'ana@example.org', name: 'Ana' },
};

function problemsOf(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    if (error instanceof InvalidInputError) return error.message;
    throw error;
  }
  throw new Error('nothing was wrong with it');
}

test('a sound order passes as it is', () => {
  expect(parseOrder(order)).toEqual(order);
});

test.each<[string, unknown, RegExp]>([
  ['no seats', { seats: [] }, /seats must have at least one seat/],
  [
    'a repeated seat',
    { seats: [{ label: 'A-1' }, { label: 'A-1' }] },
    /seats must name each seat and each area once/,
  ],
  [
    'a repeated area',
    {
      seats: [
        { area: 'F', quantity: 1 },
        { area: 'F', quantity: 2 },
      ],
    },
    /each area once/,
  ],
  ['a quantity of 0', { seats: [{ area: 'F', quantity: 0 }] }, /seats.0.quantity must be at least 1/],
  [
    'a quantity that is not whole',
    { seats: [{ area: 'F', quantity: 1.5 }] },
    /seats.0 must be .*whole quantity/,
  ],
  ['a seat that is neither', { seats: ['A-1'] }, /seats.0 must be \{label\}/],
  ['a label with a control character', { seats: [{ label: 'A\n1' }] }, /seats.0/],
  [
    'an amount that is not in whole minor units',
    { total: { amount: 75.5, currency: 'USD' } },
    /total.amount must be in whole minor/,
  ],
  ['an amount of 0', { total: { amount: 0, currency: 'USD' } }, /total.amount must be more than 0/],
  [
    'an unknown currency',
    { total: { amount: 1, currency: 'XYQ' } },
    /total.currency must be an ISO 4217 code/,
  ],
  ['an empty order id', { orderId: '' }, /orderId must not be empty/],
  ['an over-long order id', { orderId: 'x'.repeat(101) }, /orderId must have at most 100/],
  ['an order id that leaves its path', { orderId: '../o' }, /orderId may have letters, digits/],
  ['an event id with a dash', { eventId: 'Ev-1' }, /eventId must have no dash: TMT/],
  ['no buyer', { buyer: undefined }, /buyer/],
  ['a key that nobody knows', { price: 1 }, /keys that are not known: price/],
])('an order with %s is refused, and the error says what is wrong', (_what, change, expected) => {
  expect(problemsOf(() => parseOrder({ ...order, ...(change as object) }))).toMatch(expected);
});

test('everything that is wrong is said at once, and no value is repeated in the error', () => {
  const text = problemsOf(() =>
    parseOrder({
      ...order,
      seats: [],
      eventId: '',
      buyer: { email: 'secret-address', name: 'Secret Name', nationalId: '' },
    }),
  );

  for (const field of ['seats', 'eventId', 'buyer.email', 'buyer.nationalId']) expect(text).toContain(field);
  expect(text).not.toMatch(/secret/i);
});

test.each(['', '../events/x', '%2e%2e', 'a b', 'x'.repeat(129)])('the payment id %j is refused', (id) => {
  expect(() => parsePaymentId(id)).toThrow(InvalidInputError);
  expect(() => parseOrderId(id)).toThrow(InvalidInputError);
});

test('a payment event with money in it has to say how much', () => {
  const event = { eventId: 'evt_1', orderId: 'o-1', paymentId: 'pi_1', type: 'captured' };

  expect(problemsOf(() => parsePaymentEvent(event))).toMatch(
    /money must be given for authorized and captured/,
  );
  expect(problemsOf(() => parsePaymentEvent({ ...event, type: 'paid' }))).toMatch(/type/);
  expect(parsePaymentEvent({ ...event, money: order.total })).toMatchObject({ type: 'captured' });
});
