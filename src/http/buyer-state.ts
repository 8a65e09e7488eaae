import type { CheckoutStatus } from '../checkout/outcome.ts';

/** Where an order is, in words for a buyer. They never go backwards within an attempt. */
export const BUYER_STATES = [
  'holding',
  'awaiting_payment',
  'processing',
  'completed',
  'expired',
  'payment_failed',
  'cancelled',
  'refunding',
  'refunded',
  'unavailable',
] as const;
export type BuyerState = (typeof BUYER_STATES)[number];

/**
 * A checkout that lets its seats go has not ended: the provider may yet say that it was paid. So the buyer is told
 * that it is being worked on, and never that it failed, before that is certain.
 */
export function buyerStateOf(status: CheckoutStatus): BuyerState {
  return status === 'releasing' ? 'processing' : status;
}

const UNDER_WAY: ReadonlySet<BuyerState> = new Set([
  'holding',
  'awaiting_payment',
  'processing',
  'refunding',
]);

export function hasEnded(state: BuyerState): boolean {
  return !UNDER_WAY.has(state);
}

/** Names what a buyer sees now. To callers it is opaque: they send it back to be told of the next change. */
export function versionOf({ attempt, state }: { attempt: number; state: BuyerState }): string {
  return `${attempt}-${state}`;
}
