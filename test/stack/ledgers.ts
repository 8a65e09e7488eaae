import { expect } from 'vitest';
import { balanceOf } from '../../proofs/law/balance.ts';
import type { Ledgers } from '../../proofs/law/ledgers.ts';

/** Expects the law of DESIGN.md to hold for an event whose checkouts have all ended. */
export async function expectLaw(ledgers: Ledgers, eventId: string): Promise<void> {
  const { actual, lawful } = balanceOf(await ledgers.ofEvent(eventId));
  expect(actual).toEqual(lawful);
}
