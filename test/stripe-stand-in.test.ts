import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAdmin } from '../emulators/stand-in/admin.ts';
import { decodeForm } from '../emulators/stripe/form.ts';
import { createStripeStandIn } from '../emulators/stripe/stand-in.ts';

let dataDir: string;
let running: (() => Promise<void>)[] = [];

/** The stand-in, its admin app, and the official client pointed at it. */
async function start(apiKey = 'sk_test_demo') {
  const standIn = createStripeStandIn({ dataDir });
  const admin = createAdmin([standIn]);
  const url = new URL(await standIn.listen(0));
  const adminUrl = await admin.listen({ port: 0, host: '127.0.0.1' });
  const stop = async () => {
    await Promise.all([standIn.close(), admin.close()]);
  };
  running.push(stop);
  const { hostname: host, port } = url;
  const stripe = new Stripe(apiKey, { host, port, protocol: 'http', maxNetworkRetries: 0, telemetry: false });
  return {
    stripe,
    stop,
    url: url.origin,
    effects: () => standIn.ledger.entries().map(({ effect, amount }) => [effect, amount]),
    ledger: standIn.ledger,
    admin: (path: string, body: unknown) =>
      fetch(`${adminUrl}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
  };
}

const order: Stripe.PaymentIntentCreateParams = {
  amount: 4050,
  currency: 'usd',
  metadata: { order_id: 'ord1' },
};

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'stripe-stand-in-'));
  running = [];
});

afterEach(async () => {
  await Promise.all(running.map((stop) => stop()));
  await rm(dataDir, { recursive: true });
});

describe('a payment', () => {
  it('is created open, and captured when confirmed with a good card', async () => {
    const { stripe, ledger } = await start();
    const created = await stripe.paymentIntents.create(order);
    expect(created).toMatchObject({
      status: 'requires_payment_method',
      amount_received: 0,
      latest_charge: null,
    });
    expect(created.lastResponse.requestId).toMatch(/^req_/);
    const paid = await stripe.paymentIntents.confirm(created.id, { payment_method: 'pm_card_visa' });
    expect(paid).toMatchObject({
      status: 'succeeded',
      amount_received: 4050,
      metadata: { order_id: 'ord1' },
    });
    const read = await stripe.paymentIntents.retrieve(created.id, { expand: ['latest_charge'] });
    expect(read.latest_charge).toMatchObject({ object: 'charge', amount_captured: 4050 });
    expect(ledger.entries()).toMatchObject([
      { effect: 'payment.created', paymentId: created.id, amount: 4050, currency: 'usd', orderId: 'ord1' },
      { effect: 'payment.captured', paymentId: created.id, amount: 4050, currency: 'usd', orderId: 'ord1' },
    ]);
  });

  it('with manual capture is authorised first, and captured by its own call', async () => {
    const { stripe, effects } = await start();
    const manual = {
      ...order,
      capture_method: 'manual',
      confirm: true,
      payment_method: 'pm_card_visa',
    } as const;
    const authorized = await stripe.paymentIntents.create(manual);
    expect(authorized).toMatchObject({ status: 'requires_capture', amount_capturable: 4050 });
    expect(await stripe.paymentIntents.capture(authorized.id)).toMatchObject({ amount_received: 4050 });
    expect(effects()).toEqual([
      ['payment.created', 4050],
      ['payment.authorized', 4050],
      ['payment.captured', 4050],
    ]);
  });

  it('is open again after a decline, whose error carries the intent', async () => {
    const { stripe, effects } = await start();
    const { id } = await stripe.paymentIntents.create(order);
    const declined = stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_chargeDeclined' });
    await expect(declined).rejects.toMatchObject({
      type: 'StripeCardError',
      statusCode: 402,
      code: 'card_declined',
      payment_intent: { id, status: 'requires_payment_method' },
    });
    await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
    expect(effects().map(([effect]) => effect)).toEqual([
      'payment.created',
      'payment.declined',
      'payment.captured',
    ]);
  });

  it('in processing can be neither confirmed nor cancelled until the bank has spoken', async () => {
    const { stripe, admin } = await start();
    const { id } = await stripe.paymentIntents.create({
      ...order,
      confirm: true,
      payment_method: 'pm_Processing',
    });
    await expect(stripe.paymentIntents.cancel(id)).rejects.toMatchObject({
      statusCode: 400,
      code: 'payment_intent_unexpected_state',
      payment_intent: { status: 'processing' },
    });
    const settle = (state: string) => admin(`/stripe/payment_intents/${id}/settle`, { state });
    expect((await settle('succeeded')).status).toBe(200);
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ status: 'succeeded' });
    expect((await settle('canceled')).status).toBe(400);
  });

  it('that is cancelled ends, its authorised money released', async () => {
    const { stripe, effects } = await start();
    const manual = {
      ...order,
      capture_method: 'manual',
      confirm: true,
      payment_method: 'pm_card_visa',
    } as const;
    const { id } = await stripe.paymentIntents.create(manual);
    expect(await stripe.paymentIntents.cancel(id)).toMatchObject({ status: 'canceled', amount_received: 0 });
    await expect(stripe.paymentIntents.capture(id)).rejects.toMatchObject({ statusCode: 400 });
    expect(effects().at(-1)).toEqual(['payment.canceled', 4050]);
  });

  it('survives a restart', async () => {
    const before = await start();
    const { id } = await before.stripe.paymentIntents.create(order, { idempotencyKey: 'k1' });
    await before.stop();
    const after = await start();
    expect(await after.stripe.paymentIntents.retrieve(id)).toMatchObject({ id, amount: 4050 });
    expect((await after.stripe.paymentIntents.create(order, { idempotencyKey: 'k1' })).id).toBe(id);
  });
});

describe('a refund', () => {
  it('gives back what is left, never more than was taken', async () => {
    const { stripe, effects } = await start();
    const { id } = await stripe.paymentIntents.create({
      ...order,
      confirm: true,
      payment_method: 'pm_card_visa',
    });
    await stripe.refunds.create({ payment_intent: id, amount: 1000 });
    const rest = await stripe.refunds.create({
      payment_intent: id,
      expand: ['payment_intent.latest_charge'],
    });
    expect(rest).toMatchObject({
      amount: 3050,
      status: 'succeeded',
      payment_intent: { id, latest_charge: { amount_refunded: 4050, refunded: true } },
    });
    await expect(stripe.refunds.create({ payment_intent: id })).rejects.toMatchObject({
      code: 'charge_already_refunded',
    });
    const listed = await stripe.refunds.list({ payment_intent: id }).autoPagingToArray({ limit: 10 });
    expect(listed.map((refund) => refund.amount)).toEqual([3050, 1000]);
    expect(effects().slice(2)).toEqual([
      ['payment.refunded', 1000],
      ['payment.refunded', 3050],
    ]);
  });

  it('of a payment without money is refused', async () => {
    const { stripe } = await start();
    const { id } = await stripe.paymentIntents.create(order);
    await expect(stripe.refunds.create({ payment_intent: id })).rejects.toMatchObject({ statusCode: 400 });
  });
});

describe('an idempotency key', () => {
  it('gives the first answer again, and acts once', async () => {
    const { stripe, effects } = await start();
    const first = await stripe.paymentIntents.create(order, { idempotencyKey: 'k1' });
    const second = await stripe.paymentIntents.create(order, { idempotencyKey: 'k1' });
    expect(second.id).toBe(first.id);
    expect(effects()).toHaveLength(1);
  });

  it('with other parameters is an error', async () => {
    const { stripe } = await start();
    await stripe.paymentIntents.create(order, { idempotencyKey: 'k1' });
    const other = stripe.paymentIntents.create({ ...order, amount: 1 }, { idempotencyKey: 'k1' });
    await expect(other).rejects.toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
  });

  it('repeats a 500 that did nothing, and one that hid a success', async () => {
    const { stripe, admin, effects } = await start();
    await admin('/stripe/internal_errors', { call: 'create' });
    for (const replayed of [undefined, 'true']) {
      const failed = await stripe.paymentIntents
        .create(order, { idempotencyKey: 'k1' })
        .catch((e: unknown) => e);
      expect(failed).toMatchObject({ type: 'StripeAPIError', statusCode: 500 });
      expect((failed as Stripe.errors.StripeError).headers?.['idempotent-replayed']).toBe(replayed);
    }
    expect(effects()).toEqual([]);
    await admin('/faults', {
      system: 'stripe',
      call: 'create',
      action: { type: 'status', when: 'after', status: 500 },
    });
    for (const _ of ['first', 'repeat']) {
      await expect(stripe.paymentIntents.create(order, { idempotencyKey: 'k2' })).rejects.toThrow();
    }
    expect(effects()).toEqual([['payment.created', 4050]]);
  });
});

describe('what is wrong', () => {
  it('a wrong key is a 401; Basic is as good as Bearer', async () => {
    const { url } = await start();
    const wrong = await start('sk_test_other');
    await expect(wrong.stripe.paymentIntents.retrieve('pi_1')).rejects.toMatchObject({
      type: 'StripeAuthenticationError',
      statusCode: 401,
    });
    const basic = `Basic ${Buffer.from('sk_test_demo:').toString('base64')}`;
    const response = await fetch(`${url}/v1/payment_intents/pi_1`, { headers: { authorization: basic } });
    expect(response.status).toBe(404);
  });

  it('an unknown payment, amount or method is refused in the shape that the client knows', async () => {
    const { stripe } = await start();
    const { paymentIntents } = stripe;
    await expect(paymentIntents.retrieve('pi_none')).rejects.toMatchObject({ code: 'resource_missing' });
    const free = paymentIntents.create({ ...order, amount: 0 });
    await expect(free).rejects.toMatchObject({ type: 'StripeInvalidRequestError', param: 'amount' });
    const { id } = await paymentIntents.create(order);
    const odd = paymentIntents.confirm(id, { payment_method: 'card' });
    await expect(odd).rejects.toMatchObject({ statusCode: 404, param: 'payment_method' });
  });
});

describe('a form', () => {
  it('with brackets becomes lists and objects', () => {
    const form = decodeForm('a=1&metadata[order_id]=x%26y&expand[]=p&expand[]=q&list[0]=r&deep[b][c]=2');
    expect(JSON.parse(JSON.stringify(form))).toEqual({
      a: '1',
      metadata: { order_id: 'x&y' },
      expand: ['p', 'q'],
      list: ['r'],
      deep: { b: { c: '2' } },
    });
  });

  it('that names a value as an object is refused, and cannot reach a prototype', () => {
    expect(() => decodeForm('a=1&a[b]=2')).toThrow(TypeError);
    decodeForm('__proto__[polluted]=yes');
    expect(Object.prototype).not.toHaveProperty('polluted');
  });
});
