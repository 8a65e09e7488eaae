import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import type { Order } from '../../src/checkout/order.ts';
import { WEBHOOK_SECRETS } from './use-gateway.ts';

/** A webhook as it goes over the wire. */
export interface Delivery {
  path: string;
  body: string | Buffer;
  headers: Record<string, string>;
}

export interface Signing {
  /** One of the live secrets, or a wrong one. */
  secret?: string;
  /** Seconds from now; negative is the past. */
  at?: number;
}

let events = 0;
const newId = (prefix: string) => {
  events += 1;
  return `${prefix}_${process.pid}x${events}x${Date.now().toString(36)}`;
};

/** An event of Stripe over a payment of the order. */
export function stripeEvent(type: string, order: Order, paymentId: string, more: object = {}) {
  const { amount, currency } = order.total;
  const metadata = { order_id: order.orderId };
  const intent = {
    ...{ object: 'payment_intent', id: paymentId, amount, currency: currency.toLowerCase(), metadata },
    amount_received: type === 'payment_intent.succeeded' ? amount : 0,
    amount_capturable: type === 'payment_intent.amount_capturable_updated' ? amount : 0,
  };
  const charge = { object: 'charge', id: 'ch_1', payment_intent: paymentId, refunded: true, metadata };
  const refund = { object: 'refund', id: 're_1', payment_intent: paymentId, status: 'failed', metadata: {} };
  const [about = ''] = type.split('.');
  return {
    ...{ object: 'event', id: newId('evt'), type, livemode: false },
    request: { id: 'req_1', idempotency_key: null as string | null },
    data: { object: { charge, refund }[about] ?? intent },
    ...more,
  };
}

/** Signs an event as Stripe does. */
export function stripeDelivery(event: object | string, { secret, at = 0 }: Signing = {}): Delivery {
  const body = typeof event === 'string' ? event : JSON.stringify(event);
  const signature = Stripe.webhooks.generateTestHeaderString({
    payload: body,
    secret: secret ?? String(WEBHOOK_SECRETS.stripe[0]),
    timestamp: Math.floor(Date.now() / 1000) + at,
  });
  const headers = { 'content-type': 'application/json', 'stripe-signature': signature };
  return { path: '/webhooks/stripe', body, headers };
}

/** A report of a payment service. */
export function paymentReport(type: string, order: Order, paymentId: string, more: object = {}) {
  const data = { orderId: order.orderId, paymentId, money: order.total, ...more };
  return { type: `payment.${type}`, timestamp: new Date().toISOString(), data };
}

/** Signs a report by Standard Webhooks. */
export function paymentDelivery(report: object | string, { secret, at = 0 }: Signing = {}): Delivery {
  const body = typeof report === 'string' ? report : JSON.stringify(report);
  const id = newId('msg');
  const time = new Date(Date.now() + at * 1000);
  const signature = new Webhook(secret ?? String(WEBHOOK_SECRETS.payments[0])).sign(id, time, body);
  return {
    path: '/webhooks/payments',
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(time.getTime() / 1000)),
      'webhook-signature': signature,
    },
  };
}

/** A signature of Stripe's kind over any text and time. */
export function stripeSignature(secret: string, t: number | string, text: string): string {
  return createHmac('sha256', secret).update(`${t}.${text}`).digest('hex');
}

/** Sends it, and gives the status and the answer. */
export async function deliver(url: string, { path, body, headers }: Delivery) {
  const response = await fetch(`${url}${path}`, { method: 'POST', headers, body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
