/** What the bank says to one of Stripe's test payment methods; undefined: no such method. */
export type BankAnswer = { paid: true } | { processing: true } | { declineCode: string };

/**
 * Read off the name, as Stripe's test methods have it: `pm_card_chargeDeclined…` and its relatives are
 * declined, a name with `Processing` in it stays in processing until the admin route settles it, every
 * other `pm_…` is paid.
 */
export function askBank(paymentMethod: string): BankAnswer | undefined {
  if (!/^pm_[A-Za-z0-9_]+$/.test(paymentMethod)) return undefined;
  if (/processing/i.test(paymentMethod)) return { processing: true };
  if (!/declined/i.test(paymentMethod)) return { paid: true };
  return { declineCode: /InsufficientFunds/i.test(paymentMethod) ? 'insufficient_funds' : 'generic_decline' };
}
