import Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAdmin } from '../emulators/stand-in/admin.ts';
import type { FaultScriptInput } from '../emulators/stand-in/fault-script.ts';
import { createStripeStandIn } from '../emulators/stripe/stand-in.ts';
import type { RemoteError } from '../src/remote-error.ts';
import { createPaymentProvider, type PaymentProvider } from '../src/stripe/payment-provider.ts';

const call = { timeoutMs: 5_000 };
const apiKey = 'sk_test_demo';

let standIn: ReturnType<typeof createStripeStandIn>;
let admin: ReturnType<typeof createAdmin>;
let url: string;
let adminUrl: string;
let provider: PaymentProvider;
let shop: Stripe;

beforeEach(async () => {
  standIn = createStripeStandIn();
  admin = createAdmin([standIn]);
  url = await standIn.listen(0);
  adminUrl = await admin.listen({ port: 0, host: '127.0.0.1' });
  provider = createPaymentProvider({ apiKey, baseUrl: url });
  const { hostname: host, port } = new URL(url);
  shop = new Stripe(apiKey, { host, port, protocol: 'http' });
});

afterEach(async () => {
  await Promise.all([standIn.close(), admin.close()]);
});

async function tell(path: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${adminUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(response.ok).toBe(true);
}

const fault = (name: string, action: FaultScriptInput['action']) =>
  tell('/faults', { system: 'stripe', call: name, action });

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('the call should have failed'),
    (error: RemoteError) => ({ name: error.name, text: error.message, ...error.facts }),
  );

const effects = (effect: string) => standIn.ledger.entries().filter((entry) => entry.effect === effect);

/** A payment of 40.50 dollars for order ord1, in the state that the method leads to. */
async function payment(method: string | undefined, manual = false): Promise<string> {
  const { id } = await shop.paymentIntents.create({
    amount: 4050,
    currency: 'usd',
    metadata: { order_id: 'ord1' },
    capture_method: manual ? 'manual' : 'automatic',
    ...(method && { confirm: true, payment_method: method }),
  });
  return id;
}
const authorized = () => payment('pm_card_visa', true);
const captured = () => payment('pm_card_visa');
const processing = () => payment('pm_card_Processing');

describe('looking up', () => {
  it.each([
    ['open', undefined, false, 0],
    ['pending', 'pm_card_Processing', false, 0],
    ['authorized', 'pm_card_visa', true, 0],
    ['captured', 'pm_card_visa', false, 4050],
  ] as const)('an %s payment gives its state, money and order', async (state, method, manual, taken) => {
    const paymentId = await payment(method, manual);
    expect(await provider.lookUp(paymentId, call)).toEqual({
      paymentId,
      state,
      money: { amount: 4050, currency: 'USD' },
      captured: taken,
      refunded: 0,
      orderId: 'ord1',
    });
  });

  it('an id that Stripe does not know gives undefined', async () => {
    expect(await provider.lookUp('pi_none', call)).toBeUndefined();
  });

  it('a 404 without the code of Stripe is an error: a proxy knows nothing of payments', async () => {
    const body = { error: { type: 'invalid_request_error', message: 'no route' } };
    await fault('retrieve', { type: 'status', status: 404, body });
    expect(await failure(provider.lookUp('pi_1', call))).toMatchObject({ kind: 'not_found', status: 404 });
  });

  it('a part that was authorised and not taken does not count as refunded', async () => {
    const id = await authorized();
    await shop.paymentIntents.capture(id, { amount_to_capture: 1000 });
    expect(await provider.lookUp(id, call)).toMatchObject({ captured: 1000, refunded: 0 });
  });
});

describe('capturing', () => {
  it('takes the money once, whatever the key of the second try', async () => {
    const id = await authorized();
    for (const key of ['cap-1', 'cap-1', 'cap-other']) {
      expect(await provider.capture(id, key, call)).toMatchObject({ state: 'captured', captured: 4050 });
    }
    expect(effects('payment.captured')).toHaveLength(1);
  });

  it('a payment without authorised money is refused', async () => {
    const id = await payment(undefined);
    expect(await failure(provider.capture(id, 'cap-1', call))).toMatchObject({
      kind: 'refused',
      status: 400,
      code: 'payment_intent_unexpected_state',
    });
    expect(await failure(provider.capture('pi_none', 'cap-1', call))).toMatchObject({ kind: 'not_found' });
  });

  it('a repeated answer is followed by a read: a refund made since is seen', async () => {
    const id = await authorized();
    await provider.capture(id, 'cap-1', call);
    await provider.refund(id, 'ref-1', call);
    expect(await provider.capture(id, 'cap-1', call)).toMatchObject({ captured: 4050, refunded: 4050 });
  });

  it('a failed read after a repeated answer is unknown, never "not done"', async () => {
    const id = await authorized();
    await provider.capture(id, 'cap-1', call);
    await fault('retrieve', { type: 'status', status: 429 });
    expect(await failure(provider.capture(id, 'cap-1', call))).toMatchObject({ kind: 'unknown' });
  });

  it('a 500 is unknown; its repeat is stepped over, and nothing is taken twice', async () => {
    const idle = await authorized();
    await tell('/stripe/internal_errors', { call: 'capture' });
    expect(await failure(provider.capture(idle, 'cap-1', call))).toMatchObject({
      kind: 'unknown',
      status: 500,
    });
    expect(effects('payment.captured')).toHaveLength(0);
    expect(await provider.capture(idle, 'cap-1', call)).toMatchObject({ state: 'captured' });

    const hidden = await authorized();
    await fault('capture', { type: 'status', when: 'after', status: 500 });
    await failure(provider.capture(hidden, 'cap-2', call));
    expect(await provider.capture(hidden, 'cap-2', call)).toMatchObject({ state: 'captured' });
    expect(effects('payment.captured')).toHaveLength(2);
  });

  it('a refusal that was kept under the key does not outlive its reason', async () => {
    const id = await payment(undefined, true);
    await failure(provider.capture(id, 'cap-1', call));
    await shop.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
    expect(await provider.capture(id, 'cap-1', call)).toMatchObject({ state: 'captured' });
  });
});

describe('cancelling', () => {
  it('ends an open or authorised payment, and says so again', async () => {
    for (const id of [await payment(undefined), await authorized()]) {
      for (const key of ['can-1', 'can-1', 'can-2']) {
        const keyOfPayment = `${key}-${id}`;
        expect(await provider.cancel(id, keyOfPayment, call)).toMatchObject({
          state: 'canceled',
          captured: 0,
        });
      }
    }
    expect(effects('payment.canceled')).toHaveLength(2);
  });

  it('answers with the payment where it is captured or processing', async () => {
    expect(await provider.cancel(await captured(), 'can-1', call)).toMatchObject({
      state: 'captured',
      captured: 4050,
    });
    expect(await provider.cancel(await processing(), 'can-2', call)).toMatchObject({ state: 'pending' });
  });
});

describe('refunding', () => {
  it('gives back the whole once', async () => {
    const id = await captured();
    for (const key of ['ref-1', 'ref-1', 'ref-2']) {
      expect(await provider.refund(id, key, call)).toMatchObject({ state: 'captured', refunded: 4050 });
    }
    expect(effects('payment.refunded')).toMatchObject([{ amount: 4050 }]);
  });

  it('gives back the rest of one that was refunded in part', async () => {
    const id = await captured();
    await shop.refunds.create({ payment_intent: id, amount: 50 });
    expect(await provider.refund(id, 'ref-1', call)).toMatchObject({ captured: 4050, refunded: 4050 });
  });

  it('of a payment without money is refused', async () => {
    expect(await failure(provider.refund(await authorized(), 'ref-1', call))).toMatchObject({
      kind: 'refused',
    });
  });

  it('whose answer is lost is unknown, was sent once, and succeeds under the same key', async () => {
    const id = await captured();
    await fault('refund', { type: 'drop', when: 'after' });
    expect(await failure(provider.refund(id, 'ref-1', call))).toMatchObject({ kind: 'unknown' });
    expect(effects('payment.refunded')).toHaveLength(1);
    expect(await provider.refund(id, 'ref-1', call)).toMatchObject({ refunded: 4050 });
    expect(effects('payment.refunded')).toHaveLength(1);
  });
});

describe('what a failure means', () => {
  const stripeError = (code: string) => ({ error: { type: 'invalid_request_error', code, message: '' } });

  it.each([
    ['a socket closed before the act', { type: 'drop', when: 'before' }, 'unknown'],
    ['a socket closed after the act', { type: 'drop', when: 'after' }, 'unknown'],
    ['half an answer', { type: 'truncate' }, 'unknown'],
    ['broken JSON', { type: 'garbage' }, 'unknown'],
    ['a 502 of a proxy', { type: 'status', status: 502, body: '<html>' }, 'unknown'],
    ['a 200 that is no intent', { type: 'status', status: 200, body: { ok: true } }, 'unknown'],
    ['a 200 that is null', { type: 'status', status: 200, body: null }, 'unknown'],
    ['a redirect', { type: 'status', status: 307, headers: { location: '/' } }, 'unknown'],
    [
      'the key in use by a request under way',
      { type: 'status', status: 409, body: stripeError('idempotency_key_in_use') },
      'unknown',
    ],
    ['a key without the permission', { type: 'status', status: 403, body: stripeError('x') }, 'unauthorised'],
  ] as const satisfies [string, FaultScriptInput['action'], string][])('%s', async (_, action, kind) => {
    const id = await authorized();
    await fault('capture', action);
    const facts = await failure(provider.capture(id, 'cap-1', call));
    expect(facts).toMatchObject({ name: 'RemoteError', remote: 'stripe', call: 'capture', kind });
  });

  it('a closed connection is not tried again behind our back', async () => {
    const id = await authorized();
    await fault('capture', { type: 'drop', when: 'before' });
    await failure(provider.capture(id, 'cap-1', call));
    expect(effects('payment.captured')).toEqual([]);
  });

  it('too many calls: throttled, with the wait that Stripe asks for', async () => {
    const headers = { 'retry-after': '2' };
    await fault('retrieve', { type: 'status', status: 429, headers, body: stripeError('rate_limit') });
    expect(await failure(provider.lookUp('pi_1', call))).toMatchObject({
      kind: 'throttled',
      retryAfterMs: 2000,
      code: 'rate_limit',
    });
  });

  it('an answer that never comes is unknown at the deadline', async () => {
    const id = await authorized();
    await fault('capture', { type: 'hang', when: 'after' });
    const facts = await failure(provider.capture(id, 'cap-1', { timeoutMs: 50.5 }));
    expect(facts.kind).toBe('unknown');
  });

  it('nobody listening is not_sent', async () => {
    await standIn.close();
    expect(await failure(provider.capture('pi_1', 'cap-1', call))).toMatchObject({ kind: 'not_sent' });
  });

  it('a wrong key is unauthorised, and no part of it is in the error', async () => {
    const wrong = createPaymentProvider({ apiKey: 'sk_test_secret', baseUrl: url });
    const facts = await failure(wrong.lookUp('pi_1', call));
    expect(facts).toMatchObject({ kind: 'unauthorised', status: 401 });
    expect(JSON.stringify(facts)).not.toContain('sk_test');
  });

  it('an id or key that cannot be sent is refused before it is sent', async () => {
    expect(await failure(provider.lookUp('../refunds', call))).toMatchObject({ code: 'bad_id' });
    expect(await failure(provider.refund('pi_1', 'a key', call))).toMatchObject({ code: 'bad_key' });
  });
});
