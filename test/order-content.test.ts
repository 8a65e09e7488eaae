import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sameMoney, splitAmount } from '../src/checkout/money.ts';
import {
  canonicalOrder,
  isArea,
  type Order,
  objectLabel,
  placeCount,
  type Seat,
} from '../src/checkout/order.ts';
import { isUnsold } from '../src/checkout/outcome.ts';

const buyer = { email: 'ana@example.org', name: 'Ana', nationalId: '12', phone: '34' };
const ORDER: Order = {
  orderId: 'o',
  eventId: 'e',
  eventName: 'E',
  seats: [{ label: 'A-2' }, { label: 'A-1' }, { area: 'Floor', quantity: 2 }],
  total: { amount: 5_000, currency: 'USD' },
  buyer,
  lateMoney: 'refund',
};

test('the same content is the same order, however seats and keys are ordered', () => {
  const turned = Object.fromEntries(Object.entries(ORDER).reverse()) as unknown as Order;
  fc.assert(
    fc.property(fc.shuffledSubarray(ORDER.seats, { minLength: 3 }), (seats) => {
      expect(canonicalOrder({ ...turned, seats })).toBe(canonicalOrder(ORDER));
    }),
  );
});

test('what the order leaves out is what it means by default', () => {
  const { lateMoney: _late, ...plain } = ORDER;
  expect(canonicalOrder(plain)).toBe(canonicalOrder({ ...ORDER, lateMoney: 'rescue' }));
  expect(canonicalOrder({ ...ORDER, buyer: { email: 'a@example.org', name: 'A' } })).toContain('null,null');
});

test.each<[string, Partial<Order>]>([
  ['order id', { orderId: 'o2' }],
  ['event', { eventId: 'e2' }],
  ['name of the event', { eventName: 'E2' }],
  ['seat', { seats: [{ label: 'A-3' }, { label: 'A-1' }, { area: 'Floor', quantity: 2 }] }],
  ['number of places', { seats: [{ label: 'A-2' }, { label: 'A-1' }, { area: 'Floor', quantity: 3 }] }],
  ['area', { seats: [{ label: 'A-2' }, { label: 'A-1' }, { area: 'Hall', quantity: 2 }] }],
  ['kind of seat', { seats: [{ label: 'A-2' }, { label: 'A-1' }, { label: 'Floor' }] }],
  ['amount', { total: { amount: 5_001, currency: 'USD' } }],
  ['currency', { total: { amount: 5_000, currency: 'EUR' } }],
  ['e-mail', { buyer: { ...buyer, email: 'bo@example.org' } }],
  ['name', { buyer: { ...buyer, name: 'Bo' } }],
  ['national id', { buyer: { ...buyer, nationalId: '13' } }],
  ['phone', { buyer: { ...buyer, phone: '35' } }],
  ['wish for late money', { lateMoney: 'rescue' }],
])('another %s is another order', (_what, change) => {
  expect(canonicalOrder({ ...ORDER, ...change })).not.toBe(canonicalOrder(ORDER));
});

test('seats and areas are told apart, named, and counted by the people that they let in', () => {
  expect(ORDER.seats.map(isArea)).toEqual([false, false, true]);
  expect(ORDER.seats.map(objectLabel)).toEqual(['A-2', 'A-1', 'Floor']);
  expect(placeCount(ORDER.seats)).toBe(4);
  expect(placeCount([] satisfies Seat[])).toBe(0);
});

test('money is the same only in amount and currency', () => {
  const { total } = ORDER;
  expect(sameMoney(total, { ...total })).toBe(true);
  expect(sameMoney(total, { ...total, amount: 1 })).toBe(false);
  expect(sameMoney(total, { ...total, currency: 'EUR' })).toBe(false);
});

test('an amount is split into whole units that add up and differ by one at most, the first ones more', () => {
  expect(splitAmount(10, 3)).toEqual([4, 3, 3]);
  expect(splitAmount(9, 3)).toEqual([3, 3, 3]);
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.integer({ min: 1, max: 50 }), (amount, parts) => {
      const split = splitAmount(amount, parts);
      expect(split).toHaveLength(parts);
      expect(split.every(Number.isInteger)).toBe(true);
      expect(split.reduce((sum, part) => sum + part, 0)).toBe(amount);
      expect(split).toEqual(split.toSorted((a, b) => b - a));
      expect(Math.max(...split) - Math.min(...split)).toBeLessThanOrEqual(1);
    }),
  );
});

test('every outcome but a sale permits a next attempt', () => {
  expect(isUnsold({ outcome: 'completed', paymentId: 'pi_1', tickets: [] })).toBe(false);
  expect(isUnsold({ outcome: 'expired' })).toBe(true);
});

test('the content is written as it always was: running orders know it by its hash', () => {
  expect(canonicalOrder(ORDER)).toBe(
    '["o","e","E",[["A-1"],["A-2"],["Floor",2]],[5000,"USD"],["ana@example.org","Ana","12","34"],"refund"]',
  );
});
