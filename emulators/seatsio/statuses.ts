export const FREE = 'free';
/** The wire's name for held. */
export const HELD = 'reservedByToken';
export const BOOKED = 'booked';
export const RESALE = 'resale';

export function isCustom(status: string): boolean {
  return ![FREE, HELD, BOOKED, RESALE].includes(status);
}
