import { z } from 'zod';
import type { Clock } from '../stand-in/clock.ts';
import type { Store } from '../stand-in/store.ts';
import { toWire } from './intent.ts';
import type { Intents } from './intents.ts';
import { newId, noSuch, StripeRefusal } from './stripe-refusal.ts';

const refund = z.object({
  id: z.string(),
  object: z.literal('refund'),
  amount: z.number(),
  charge: z.string(),
  created: z.number(),
  currency: z.string(),
  metadata: z.record(z.string(), z.string()),
  payment_intent: z.string(),
  reason: z.string().nullable(),
  status: z.enum(['succeeded', 'failed']),
});
export type Refund = z.output<typeof refund>;

/** Stripe's refunds: of what was taken and not yet given back, never more. */
export function createRefunds(store: Store, clock: Clock, intents: Intents) {
  store.exec(
    `CREATE TABLE IF NOT EXISTS refunds (
       seq INTEGER PRIMARY KEY, id TEXT UNIQUE, payment_intent TEXT NOT NULL, json TEXT NOT NULL)`,
  );
  const insert = store.prepare('INSERT INTO refunds (id, payment_intent, json) VALUES (?, ?, ?)');
  const update = store.prepare('UPDATE refunds SET json = ? WHERE id = ?');
  const selectOne = store.prepare('SELECT json FROM refunds WHERE id = ?');
  const selectOf = store.prepare('SELECT json FROM refunds WHERE payment_intent = ? ORDER BY seq DESC');
  const selectAll = store.prepare('SELECT json FROM refunds ORDER BY seq DESC');

  const read = (json: unknown): Refund => refund.parse(JSON.parse(String(json)));

  return {
    create(paymentId: string, asked: { amount?: number; reason?: string; metadata: Record<string, string> }) {
      const intent = intents.find(paymentId);
      const charge = intent.latest_charge;
      if (intent.status !== 'succeeded' || !charge) {
        throw refused(`This PaymentIntent (${paymentId}) does not have a successful charge to refund.`);
      }
      const left = charge.amount - charge.amount_refunded;
      if (left === 0) throw refused('The charge has already been refunded.', 'charge_already_refunded');
      const amount = asked.amount ?? left;
      if (amount > left) throw refused('Refund amount is greater than unrefunded amount on charge');

      const made: Refund = {
        id: newId('re'),
        object: 'refund',
        amount,
        charge: charge.id,
        created: Math.floor(clock.now() / 1000),
        currency: intent.currency,
        metadata: asked.metadata,
        payment_intent: paymentId,
        reason: asked.reason ?? null,
        status: 'succeeded',
      };
      const refunded = { amount_refunded: charge.amount_refunded + amount, refunded: amount === left };
      store.transaction(() => {
        insert.run(made.id, paymentId, JSON.stringify(made));
        intents.save({ ...intent, latest_charge: { ...charge, ...refunded } }, 'payment.refunded', amount);
      });
      return made;
    },

    /** The bank's late word on a refund: it could not be paid out, and the seller has the money again. */
    fail(id: string): Refund {
      const row = selectOne.get(id);
      if (row === undefined) throw noSuch(`refund: '${id}'`, 'refund');
      const made = read(row.json);
      const intent = intents.find(made.payment_intent);
      const charge = intent.latest_charge;
      if (made.status === 'failed' || !charge) throw refused('This refund has failed already.');
      const failed: Refund = { ...made, status: 'failed' };
      const refunded = { amount_refunded: charge.amount_refunded - made.amount, refunded: false };
      store.transaction(() => {
        update.run(JSON.stringify(failed), id);
        const next = { ...intent, latest_charge: { ...charge, ...refunded } };
        intents.save(next, 'payment.refund_failed', made.amount);
      });
      return failed;
    },

    /** Newest first; of one payment, or all. */
    list(paymentId?: string): Refund[] {
      const rows = paymentId === undefined ? selectAll.all() : selectOf.all(paymentId);
      return rows.map((row) => read(row.json));
    },

    toWire(made: Refund, expand: readonly string[]) {
      const inner = expand.filter((path) => path.startsWith('payment_intent'));
      if (inner.length === 0) return made;
      const paths = inner.map((path) => path.replace(/^payment_intent\.?/, ''));
      return { ...made, payment_intent: toWire(intents.find(made.payment_intent), paths) };
    },
  };
}

function refused(message: string, code?: string): StripeRefusal {
  return new StripeRefusal(400, { type: 'invalid_request_error', message, ...(code && { code }) });
}
