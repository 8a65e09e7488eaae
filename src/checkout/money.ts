/** An amount in whole minor units (cents, for USD) of an ISO 4217 currency, written in capitals. */
export interface Money {
  amount: number;
  currency: string;
}

export function sameMoney(a: Money, b: Money): boolean {
  return a.amount === b.amount && a.currency === b.currency;
}

/**
 * Splits an amount over `parts` tickets so that the parts are whole minor units and add up to the amount:
 * the first ones carry the remainder.
 */
export function splitAmount(amount: number, parts: number): number[] {
  const base = Math.floor(amount / parts);
  const remainder = amount - base * parts;
  return Array.from({ length: parts }, (_, index) => base + (index < remainder ? 1 : 0));
}
