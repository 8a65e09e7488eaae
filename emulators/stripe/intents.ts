import type { Clock } from '../stand-in/clock.ts';
import type { Ledger } from '../stand-in/ledger.ts';
import type { Store } from '../stand-in/store.ts';
import { type Intent, intent, newCharge, toWire } from './intent.ts';
import { askBank } from './payment-methods.ts';
import { badParam, newId, noSuch, StripeRefusal, unexpectedState } from './stripe-refusal.ts';

export interface NewIntent {
  amount: number;
  currency: string;
  manualCapture: boolean;
  metadata: Record<string, string>;
  paymentMethod: string | undefined;
}

/** Stripe's payment intents: the states, and which call is allowed in which of them. */
export function createIntents(store: Store, ledger: Ledger, clock: Clock) {
  store.exec(
    'CREATE TABLE IF NOT EXISTS payment_intents (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, json TEXT NOT NULL)',
  );
  const insert = store.prepare('INSERT INTO payment_intents (id, json) VALUES (?, ?)');
  const select = store.prepare('SELECT json FROM payment_intents WHERE id = ?');
  const selectAll = store.prepare('SELECT json FROM payment_intents ORDER BY seq');
  const update = store.prepare('UPDATE payment_intents SET json = ? WHERE id = ?');

  const read = (json: unknown): Intent => intent.parse(JSON.parse(String(json)));

  function find(id: string): Intent {
    const row = select.get(id);
    if (row === undefined) throw noSuch(`payment_intent: '${id}'`, 'intent');
    return read(row.json);
  }

  /** Writes the new state and its effect together. */
  function save(next: Intent, effect?: string, amount = next.amount): Intent {
    store.transaction(() => {
      update.run(JSON.stringify(next), next.id);
      const { id: paymentId, currency, metadata } = next;
      if (effect) ledger.append(effect, { paymentId, amount, currency, orderId: metadata.order_id });
    });
    return next;
  }

  function succeed(of: Intent): Intent {
    const latest_charge = newCharge(of, of.amount, 'succeeded');
    const taken = { amount_received: of.amount, amount_capturable: 0, latest_charge };
    return save({ ...of, ...taken, status: 'succeeded' }, 'payment.captured');
  }

  function authorize(of: Intent): Intent {
    const latest_charge = newCharge(of, 0, 'succeeded');
    const reserved = { amount_capturable: of.amount, latest_charge };
    return save({ ...of, ...reserved, status: 'requires_capture' }, 'payment.authorized');
  }

  /** Back to the start: the buyer may try another method. */
  function decline(of: Intent, code: string): Intent {
    const error = { type: 'card_error', code: 'card_declined', decline_code: code };
    return save(
      {
        ...of,
        status: 'requires_payment_method',
        payment_method: null,
        last_payment_error: error,
        latest_charge: newCharge(of, 0, 'failed'),
      },
      'payment.declined',
    );
  }

  return {
    find,
    save,
    all: () => selectAll.all().map((row) => read(row.json)),

    create({ amount, currency, manualCapture, metadata, paymentMethod }: NewIntent): Intent {
      const id = newId('pi');
      const created: Intent = {
        id,
        object: 'payment_intent',
        amount,
        amount_capturable: 0,
        amount_received: 0,
        capture_method: manualCapture ? 'manual' : 'automatic',
        canceled_at: null,
        cancellation_reason: null,
        client_secret: newId(`${id}_secret`),
        created: Math.floor(clock.now() / 1000),
        currency,
        last_payment_error: null,
        latest_charge: null,
        livemode: false,
        metadata,
        payment_method: paymentMethod ?? null,
        payment_method_types: ['card'],
        status: paymentMethod ? 'requires_confirmation' : 'requires_payment_method',
      };
      return store.transaction(() => {
        insert.run(id, JSON.stringify(created));
        return save(created, 'payment.created');
      });
    },

    /** Throws the refusal of a decline only after the declined state was saved. */
    confirm(id: string, paymentMethod: string | undefined): Intent {
      const old = find(id);
      if (old.status !== 'requires_payment_method' && old.status !== 'requires_confirmation') {
        throw unexpectedState(toWire(old), 'confirm');
      }
      const method = paymentMethod ?? old.payment_method;
      if (method === null) throw unexpectedState(toWire(old), 'confirm without a payment method');
      const bank = askBank(method);
      if (bank === undefined) throw noSuch(`PaymentMethod: '${method}'`, 'payment_method');
      const asked = { ...old, payment_method: method, last_payment_error: null };
      if ('processing' in bank) return save({ ...asked, status: 'processing' });
      if ('paid' in bank) return old.capture_method === 'manual' ? authorize(asked) : succeed(asked);
      const declined = decline(asked, bank.declineCode);
      throw new StripeRefusal(402, {
        type: 'card_error',
        code: 'card_declined',
        decline_code: bank.declineCode,
        message: 'Your card was declined.',
        payment_intent: toWire(declined),
      });
    },

    /** What of the authorised amount is not taken is given free, and counts as refunded on the charge. */
    capture(id: string, amountToCapture?: number): Intent {
      const old = find(id);
      const { latest_charge } = old;
      if (old.status !== 'requires_capture' || !latest_charge) throw unexpectedState(toWire(old), 'capture');
      const amount = amountToCapture ?? old.amount;
      if (amount > old.amount) throw badParam('amount_to_capture', 'More than was authorized');
      const taken = { amount_captured: amount, amount_refunded: old.amount - amount, captured: true };
      return save(
        {
          ...old,
          status: 'succeeded',
          amount_received: amount,
          amount_capturable: 0,
          latest_charge: { ...latest_charge, ...taken },
        },
        'payment.captured',
        amount,
      );
    },

    cancel(id: string, reason?: string): Intent {
      const old = find(id);
      if (old.status === 'processing' || old.status === 'succeeded' || old.status === 'canceled') {
        throw unexpectedState(toWire(old), 'cancel');
      }
      return save(canceled(old, clock.now(), reason), 'payment.canceled');
    },

    /** The bank's late word on a payment in processing. */
    settle(id: string, state: 'succeeded' | 'requires_payment_method' | 'canceled'): Intent {
      const old = find(id);
      if (old.status !== 'processing') throw unexpectedState(toWire(old), 'settle');
      if (state === 'succeeded') return old.capture_method === 'manual' ? authorize(old) : succeed(old);
      if (state === 'canceled') return save(canceled(old, clock.now()), 'payment.canceled');
      return decline(old, 'generic_decline');
    },
  };
}

export type Intents = ReturnType<typeof createIntents>;

function canceled(old: Intent, at: number, reason?: string): Intent {
  const { latest_charge } = old;
  const given = latest_charge?.paid && {
    latest_charge: { ...latest_charge, amount_refunded: latest_charge.amount, refunded: true },
  };
  return {
    ...old,
    ...given,
    status: 'canceled',
    amount_capturable: 0,
    canceled_at: Math.floor(at / 1000),
    cancellation_reason: reason ?? null,
  };
}
