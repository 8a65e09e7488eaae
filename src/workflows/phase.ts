import type { CheckoutResult, CheckoutStatus, Unavailable } from '../checkout/outcome.ts';
import type { SeatsHeld } from './messages.ts';
import type { RefundInstead } from './refund-instead.ts';

/** Where a checkout is. Messages are judged by it; only the story in `checkout.ts` moves it on. */
export type Phase =
  | { status: 'holding' }
  | { status: 'awaiting_payment' | 'processing' | 'releasing' | 'refunding'; hold: SeatsHeld }
  /** Not held, which is the answer; what a lost call may have taken is let go. */
  | { status: 'releasing'; unavailable: Unavailable }
  | { status: 'ended'; result: CheckoutResult };

/** What callers are told of a phase: a checkout that has ended tells how. */
export function statusOf(phase: Phase): CheckoutStatus {
  return phase.status === 'ended' ? phase.result.outcome : phase.status;
}

/** @throws TypeError, a bug: whoever waits for the result waits for the end */
export function resultOf(phase: Phase): CheckoutResult {
  if (phase.status !== 'ended') throw new TypeError(`a checkout that is ${phase.status} has no result`);
  return phase.result;
}

/** Why no payment may be opened now, or undefined: once closing has begun, nobody would stop it any more. */
export function whyNotOpenPayment(phase: Phase): string | undefined {
  if (phase.status === 'holding' || phase.status === 'awaiting_payment') return undefined;
  return `the checkout takes no new payment, it is ${statusOf(phase)}`;
}

/** Why a cancel comes too late, or undefined. One that comes after an unsold end is answered with the result. */
export function whyNotCancel(phase: Phase): string | undefined {
  if (phase.status !== 'processing' && phase.status !== 'refunding') return undefined;
  return 'the payment was accepted, the order is being completed';
}

/** Why an operator cannot refund instead, or undefined. Asked for twice, it is one refund. */
export function whyNotRefund(phase: Phase, refund: RefundInstead['state']): string | undefined {
  if (refund === 'asked') return undefined;
  if (phase.status !== 'processing') return `no sale is under way, the checkout is ${statusOf(phase)}`;
  if (refund === 'possible') return undefined;
  return refund === 'too_late'
    ? RECORDED
    : 'the seats are not booked and paid yet; if they never are, the money goes back by itself';
}

/** Why a refund that was asked for in time did not come about after all. */
export const RECORDED = 'the order record is at TMT; refund the order there';
