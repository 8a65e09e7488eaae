import type { Money } from '../checkout/money.ts';

/**
 * The amount as TMT writes it: a decimal number of whole dollars, yen or dinars. How many decimals a
 * currency has (USD 2, JPY 0, KWD 3) is taken from ISO 4217 as `Intl` carries it.
 */
export function toMajorUnits(money: Money): number {
  return money.amount / 10 ** fractionDigits(money.currency);
}

/** Decimals of an ISO 4217 currency. A RangeError for something that is no currency code. */
export function fractionDigits(currency: string): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}
