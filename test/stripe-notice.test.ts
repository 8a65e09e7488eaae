import { expect, test } from 'vitest';
import { readStripeNotice } from '../src/http/webhooks/stripe-notice.ts';

const eventOf = (type: string, amounts: object) => ({
  ...{ id: 'evt_1', type: `payment_intent.${type}` },
  data: {
    object: {
      object: 'payment_intent',
      id: 'pi_1',
      currency: 'usd',
      metadata: { order_id: 'o1' },
      ...amounts,
    },
  },
});

test.each([
  ['succeeded', { amount_received: 0 }],
  ['succeeded', {}],
  ['amount_capturable_updated', { amount_capturable: 0 }],
])('a %s without money is ignored, with the reason, so that it is not sent for ever', (type, amounts) => {
  expect(readStripeNotice(eventOf(type, amounts))).toEqual({
    kind: 'ignored',
    because: `payment_intent.${type} without money`,
  });
});

test('one cent is money', () => {
  expect(readStripeNotice(eventOf('succeeded', { amount_received: 1 }))).toMatchObject({
    kind: 'payment',
    event: { type: 'captured', money: { amount: 1, currency: 'USD' } },
  });
});
