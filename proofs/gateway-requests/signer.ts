import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import type { Dice } from '../simulation/dice.ts';
import type { KnownThings } from './known-things.ts';
import { pick } from './sample.ts';

/** A live secret of each webhook. */
export interface Secrets {
  stripe: string;
  payments: string;
}

const STRIPE_TYPES = ['succeeded', 'processing', 'payment_failed', 'canceled', 'created'];
const OWN_TYPES = ['captured', 'authorized', 'pending', 'declined', 'failed', 'noticed'];
let events = 0;

/** Webhooks as the payment services send them: they have no schema, but a signature. One in five has a wrong one. */
export function createSigner(secrets: Secrets) {
  return {
    sign: (path: string, known: KnownThings, dice: Dice) => {
      events += 1;
      const id = `evt_${process.pid}_${events}`;
      const { orderId, paymentId } = pick(dice, known.payments);
      const forged = dice.chance(0.2) ? 'AAAA' : '';
      return path.endsWith('stripe')
        ? signStripe(stripeEvent(id, orderId, paymentId, dice), secrets.stripe + forged)
        : signStandard(id, ownReport(orderId, paymentId, dice), secrets.payments + forged);
    },
  };
}

function stripeEvent(id: string, orderId: string, paymentId: string, dice: Dice): string {
  const type = pick(dice, STRIPE_TYPES);
  const amount = dice.int(1, 5_000);
  const object = {
    ...{ object: 'payment_intent', id: paymentId, currency: 'usd', metadata: { order_id: orderId } },
    ...{ amount, amount_received: amount, amount_capturable: 0 },
  };
  return JSON.stringify({ id, type: `payment_intent.${type}`, request: null, data: { object } });
}

function ownReport(orderId: string, paymentId: string, dice: Dice): string {
  const money = { amount: dice.int(1, 5_000), currency: 'USD' };
  return JSON.stringify({ type: `payment.${pick(dice, OWN_TYPES)}`, data: { orderId, paymentId, money } });
}

function signStripe(body: string, secret: string) {
  const header = Stripe.webhooks.generateTestHeaderString({ payload: body, secret });
  return { body, headers: { 'stripe-signature': header } };
}

function signStandard(id: string, body: string, secret: string) {
  const now = new Date();
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, now, body),
  };
  return { body, headers };
}
