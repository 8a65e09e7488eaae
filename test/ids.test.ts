import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  attemptId,
  cancelKey,
  captureKey,
  checkoutWorkflowId,
  latePaymentWorkflowId,
  parseAttemptId,
  parseCheckoutWorkflowId,
  reconcileWorkflowId,
  refundKey,
  refundReportWorkflowId,
  ticketDeskWorkflowId,
} from '../src/checkout/ids.ts';

test('ids are as callers, operators and remote systems know them: a change would break running orders', () => {
  expect(checkoutWorkflowId('o-7', 1)).toBe('checkout/o-7');
  expect(checkoutWorkflowId('o-7', 2)).toBe('checkout/o-7/2');
  expect(attemptId('o-7', 2)).toBe('o-7-2');
  expect(reconcileWorkflowId('ev')).toBe('reconcile/ev');
  expect(ticketDeskWorkflowId('ev')).toBe('tickets/ev');
  expect(latePaymentWorkflowId('pi_1')).toBe('late/pi_1');
  expect(refundReportWorkflowId('pi_1', 'evt_1')).toBe('refund-report/pi_1/evt_1');
  expect(captureKey('o-7-2', 'pi_1')).toBe('o-7-2/capture/pi_1');
  expect(cancelKey('o-7-2', 'pi_1')).toBe('o-7-2/cancel/pi_1');
  expect(refundKey('pi_1')).toBe('refund/pi_1');
});

test('an attempt is read back from its name and from its workflow id', () => {
  const orderIds = fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/);
  fc.assert(
    fc.property(orderIds, fc.integer({ min: 1, max: 9_999 }), (orderId, attempt) => {
      expect(parseAttemptId(attemptId(orderId, attempt))).toEqual({ orderId, attempt });
      expect(parseCheckoutWorkflowId(checkoutWorkflowId(orderId, attempt))).toEqual({ orderId, attempt });
    }),
  );
});

test.each(['', 'o', 'o-', 'o-0', 'o-01', 'o-12345', '-1', 'o-1 ', ' o-1', 'o!-1', 'o-1x', 'o-x'])(
  '“%s” is no attempt’s name',
  (id) => {
    expect(parseAttemptId(id)).toBeUndefined();
  },
);

test.each([
  '',
  'checkout/',
  'late/o',
  'xcheckout/o',
  'checkout/o/0',
  'checkout/o/2/3',
  'checkout/o/12345',
  'checkout/o/x',
])('“%s” is no checkout’s workflow id', (id) => {
  expect(parseCheckoutWorkflowId(id)).toBeUndefined();
});

test('a first attempt has no number in its workflow id', () => {
  expect(parseCheckoutWorkflowId('checkout/o-7')).toEqual({ orderId: 'o-7', attempt: 1 });
});
