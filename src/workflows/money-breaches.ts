import { attemptId } from '../checkout/ids.ts';
import { aboutAttempt, type BreachFacts } from './breach.ts';
import type { AttemptFacts, PaymentFacts } from './event-picture.ts';
import type { SortedPicture } from './sorted-picture.ts';

/** Money that was kept for nothing or not kept for a sale, and checkouts that may have some in them. */
export function findMoneyBreaches(picture: SortedPicture): BreachFacts[] {
  const isAccounted = accountOf(picture);
  const late = picture.latePayments.flatMap(({ orderId, attempt, state, payment }): BreachFacts[] => {
    const { paymentId } = payment;
    if (isAccounted(paymentId) || (payment.kept === 0 && !isPayable(payment))) return [];
    const about = { orderId, attempt, paymentId };
    if (state !== 'attention') return findUnspent(payment, about);
    return [{ kind: 'late_payment_at_attention', ...about }];
  });
  const lateIds = new Set(picture.latePayments.map(({ payment }) => payment.paymentId));
  const attempts = picture.attempts.flatMap((attempt): BreachFacts[] => {
    const unspent = (attempt.payments ?? [])
      .filter(({ paymentId }) => !lateIds.has(paymentId) && !isAccounted(paymentId))
      .flatMap((payment) => findUnspent(payment, { ...aboutAttempt(attempt), paymentId: payment.paymentId }));
    return [
      ...unspent,
      ...findSaleMoney(picture, attempt),
      ...findBroken(picture, attempt, (payment) => isAccounted(payment.paymentId)),
    ];
  });
  return [...late, ...attempts];
}

/** Which payments something stands for: a sale, an order at TMT, or somebody who is dealing with them now. */
function accountOf({
  attempts,
  orders,
  latePayments,
  attemptBy,
}: SortedPicture): (paymentId: string) => boolean {
  const accounted = new Set([
    ...attempts.flatMap(({ sale }) => sale?.paymentId ?? []),
    ...attempts.flatMap(({ state, rescues }) => (state === 'open' && rescues ? [rescues] : [])),
    ...orders.flatMap((order) =>
      order.paymentId && attemptBy(order.attemptId)?.state !== 'unsold' ? [order.paymentId] : [],
    ),
    ...latePayments.flatMap(({ state, payment }) => (state === 'open' ? [payment.paymentId] : [])),
  ]);
  return (paymentId) => accounted.has(paymentId);
}

function findUnspent(
  { state, kept }: PaymentFacts,
  about: Pick<BreachFacts, 'orderId' | 'attempt' | 'paymentId'>,
): BreachFacts[] {
  if (state === 'authorized') return [{ kind: 'authorisation_left_open', ...about }];
  return kept > 0 ? [{ kind: 'paid_without_ticket', ...about }] : [];
}

/** A sale must have kept its money, and have an order at TMT for it. */
function findSaleMoney({ ordersBy }: SortedPicture, attempt: AttemptFacts): BreachFacts[] {
  const { sale, payments = [], orderId } = attempt;
  const payment = payments.find(({ paymentId }) => paymentId === sale?.paymentId);
  if (!sale || !payment) return [];
  const about = { ...aboutAttempt(attempt), paymentId: payment.paymentId };
  if (payment.kept === 0) return [{ kind: 'ticket_without_money', ...about }];
  const isRecorded = ordersBy(attemptId(orderId, attempt.attempt)).length > 0;
  return isRecorded ? [] : [{ kind: 'paid_without_ticket', ...about }];
}

/** A checkout without a result, unless it is plain that nothing is left in it. */
function findBroken(
  { bookedBy, ordersBy }: SortedPicture,
  attempt: AttemptFacts,
  isAccounted: (payment: PaymentFacts) => boolean,
): BreachFacts[] {
  if (attempt.state !== 'broken') return [];
  const { payments, ending } = attempt;
  const name = attemptId(attempt.orderId, attempt.attempt);
  const isMoneyLeft =
    payments === undefined ||
    payments.some((payment) => !isAccounted(payment) && (payment.kept > 0 || isPayable(payment)));
  const areSeatsLeft = bookedBy(name).length > 0 && ordersBy(name).length === 0;
  if (!isMoneyLeft && !areSeatsLeft) return [];
  return [{ kind: 'broken_checkout', ...aboutAttempt(attempt), ...(ending !== undefined && { ending }) }];
}

/** Whether money may still come of it. */
function isPayable({ state }: PaymentFacts): boolean {
  return state === 'open' || state === 'pending' || state === 'authorized';
}
