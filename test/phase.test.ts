import { expect, test } from 'vitest';
import type { CheckoutResult } from '../src/checkout/outcome.ts';
import {
  type Phase,
  RECORDED,
  resultOf,
  statusOf,
  whyNotCancel,
  whyNotOpenPayment,
  whyNotRefund,
} from '../src/workflows/phase.ts';

const hold = { held: true, attempt: 1, token: 't', deadline: '2026-01-01T00:00:00.000Z' } as const;
const result: CheckoutResult = { outcome: 'expired', orderId: 'o', attempt: 1, payments: [] };
const holding: Phase = { status: 'holding' };
const awaiting: Phase = { status: 'awaiting_payment', hold };
const processing: Phase = { status: 'processing', hold };
const releasing: Phase = { status: 'releasing', hold };
const refunding: Phase = { status: 'refunding', hold };
const ended: Phase = { status: 'ended', result };

test('a phase is told by its name, an end by its outcome', () => {
  const phases = [holding, awaiting, processing, releasing, refunding, ended];
  expect(phases.map(statusOf)).toEqual([
    'holding',
    'awaiting_payment',
    'processing',
    'releasing',
    'refunding',
    'expired',
  ]);
});

test('only a checkout that has ended has a result', () => {
  expect(resultOf(ended)).toBe(result);
  expect(() => resultOf(refunding)).toThrow(new TypeError('a checkout that is refunding has no result'));
});

test('a payment may be opened until the closing begins', () => {
  expect([holding, awaiting].map(whyNotOpenPayment)).toEqual([undefined, undefined]);
  expect([processing, releasing, refunding, ended].map(whyNotOpenPayment)).toEqual([
    'the checkout takes no new payment, it is processing',
    'the checkout takes no new payment, it is releasing',
    'the checkout takes no new payment, it is refunding',
    'the checkout takes no new payment, it is expired',
  ]);
});

test('a cancel is too late once money was accepted, and never afterwards: the result is its answer', () => {
  expect([holding, awaiting, releasing, ended].map(whyNotCancel)).toEqual(Array(4).fill(undefined));
  expect([processing, refunding].map(whyNotCancel)).toEqual(
    Array(2).fill('the payment was accepted, the order is being completed'),
  );
});

test('an operator may refund instead between the booking and the order record, once and again', () => {
  expect(whyNotRefund(processing, 'possible')).toBeUndefined();
  expect(whyNotRefund(processing, 'asked')).toBeUndefined();
  expect(whyNotRefund(refunding, 'asked')).toBeUndefined();
  expect(whyNotRefund(processing, 'not_yet')).toMatch(/not booked and paid yet/);
  expect(whyNotRefund(processing, 'too_late')).toBe(RECORDED);
  expect(RECORDED).toMatch(/order record is at TMT/);
  expect(
    [holding, awaiting, releasing, refunding, ended].map((phase) => whyNotRefund(phase, 'possible')),
  ).toEqual(
    ['holding', 'awaiting_payment', 'releasing', 'refunding', 'expired'].map(
      (status) => `no sale is under way, the checkout is ${status}`,
    ),
  );
});
