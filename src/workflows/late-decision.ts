import type { AttemptAccount } from '../activities/attempts.ts';
import { sameMoney } from '../checkout/money.ts';
import type { Order } from '../checkout/order.ts';
import type { CheckoutResult, Outcome } from '../checkout/outcome.ts';
import type { Payment } from '../checkout/payment.ts';

/**
 * What happens next to money that came after the end of its attempt. `accounted_for`, `unpaid` and `attention`
 * are ends; `read_again`: the attempt is about to end, and says then; `wait`: the payment is not final yet.
 */
export type LateMove = 'accounted_for' | 'unpaid' | 'attention' | 'read_again' | 'rescue' | Unwanted;

/** What happens to money that buys nothing. */
export type Unwanted = 'refund' | 'stop' | 'wait';

/** Outcomes after which the buyer still wants the seats: who cancelled does not. */
const RESCUED = new Set<Outcome['outcome']>(['expired', 'payment_failed']);

function wantsSeatsStill({ outcome }: Outcome): boolean {
  return RESCUED.has(outcome);
}

/**
 * Whether money that comes while the checkout ends so may buy the seats as the next attempt. After a refused
 * capture only money that was taken: that authorisation has had its sale, and has to be let go.
 */
export function mayBuyAgain(outcome: Outcome, order: Order, payment: Payment): boolean {
  const wasRefused = outcome.outcome === 'payment_failed' && outcome.reason === 'capture_refused';
  if (wasRefused && payment.state !== 'captured') return false;
  return wantsSeatsStill(outcome) && mayRescue(order, payment);
}

/** Whether the attempt says by itself what the money is for, so that the provider need not be asked. */
export function isAccountedFor({ result }: AttemptAccount, paymentId: string): boolean {
  return result !== undefined && accountsFor(result, paymentId);
}

/**
 * Whether the provider has to name the order for the payment to be its: nothing but an unproven report says so.
 * What an attempt without a result knew cannot be said; its money is not to be let out of sight.
 */
export function hasToName({ result }: AttemptAccount, paymentId: string, moneyReported: boolean): boolean {
  if (moneyReported || !result) return false;
  return !result.payments.some((payment) => payment.paymentId === paymentId);
}

/**
 * @param account of the attempt that the payment was opened for, for ever: no other attempt may count it
 * @param payment as the provider has it now, whatever was reported
 * @param moneyReported whether a proven report said that there is money: of a payment that the provider does
 *   not know, that is a contradiction (perhaps the key of another account), and never the end of it
 */
export function decideLate(
  { result, open }: AttemptAccount,
  payment: Payment,
  moneyReported: boolean,
): LateMove {
  if (payment.state === 'refunded') return 'accounted_for';
  if (payment.state === 'canceled') return 'unpaid';
  if (payment.state === 'failed') return moneyReported ? 'attention' : 'unpaid';
  if (open) return 'read_again';
  // Without a result the money may belong to a sale: never a refund by itself.
  if (!result) return 'attention';
  const isMoney = payment.state === 'captured' || payment.state === 'authorized';
  return isMoney && wantsSeatsStill(result) ? 'rescue' : decideUnwanted(payment);
}

/** Whether late money may start the order's next attempt: it has to be the order's price, and be wanted so. */
export function mayRescue({ lateMoney, total }: Order, { money }: Payment): boolean {
  return lateMoney !== 'refund' && money !== undefined && sameMoney(money, total);
}

/** A payment that is being processed can neither be refunded nor stopped. */
export function decideUnwanted({ state }: Payment): Unwanted {
  if (state === 'captured') return 'refund';
  return state === 'authorized' || state === 'open' ? 'stop' : 'wait';
}

/** A valid sale is never refunded by a repeated report, nor is money that was given back already. */
function accountsFor(result: CheckoutResult, paymentId: string): boolean {
  if (result.outcome === 'completed' && result.paymentId === paymentId) return true;
  return result.payments.some((payment) => payment.paymentId === paymentId && payment.state === 'refunded');
}
