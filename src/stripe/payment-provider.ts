import Stripe from 'stripe';
import { z } from 'zod';
import { type CallLimit, requirePlainId } from '../remote-call.ts';
import { RemoteError } from '../remote-error.ts';
import { EXPAND_CHARGE, type ProviderPayment, readIntent } from './provider-payment.ts';
import { REPLAYED, STORED_FAILURE, stripeFailure } from './stripe-failure.ts';

/**
 * The payment provider. Every failure is a `RemoteError`; nothing is retried, and `timeoutMs` is for all
 * requests of one call together. `key` is the write's idempotency key, the same for every try of one step.
 */
export interface PaymentProvider {
  /** The payment, or undefined when the provider does not know the id. */
  lookUp(paymentId: string, call: CallLimit): Promise<ProviderPayment | undefined>;
  /** Takes the whole authorised amount. A payment that is already captured is a success. */
  capture(paymentId: string, key: string, call: CallLimit): Promise<ProviderPayment>;
  /**
   * Ends a payment, or says why it cannot end: one that is captured or processing is no error, but the
   * payment as it is now.
   */
  cancel(paymentId: string, key: string, call: CallLimit): Promise<ProviderPayment>;
  /** Gives back all that was captured and not yet refunded. A payment with nothing left is a success. */
  refund(paymentId: string, key: string, call: CallLimit): Promise<ProviderPayment>;
}

interface Write {
  name: string;
  paymentId: string;
  key: string;
  call: CallLimit;
}

interface Answer {
  payment: ProviderPayment;
  /** The answer to the first request with this key, and so perhaps an old one. */
  replayed: boolean;
}

interface RequestLimits {
  idempotencyKey?: string;
  timeout: number;
}

// A payment that fails this often needs a person.
const MAX_KEYS = 10;

/** `baseUrl` is for a stand-in or a proxy: scheme, host and port, without a path. */
export function createPaymentProvider(options: { apiKey: string; baseUrl?: string }): PaymentProvider {
  const stripe = createClient(options);
  const expand = [EXPAND_CHARGE];

  async function retrieve(paymentId: string, name: string, left: () => number): Promise<ProviderPayment> {
    return attempt(name, async () =>
      readIntent(await stripe.paymentIntents.retrieve(paymentId, { expand }, { timeout: left() })),
    );
  }

  /**
   * One write. If it was refused, a read tells whether an earlier try had done it; if its answer is a repeat
   * of the first one, a read tells how things are now.
   */
  async function write(
    { name, paymentId, key, call }: Write,
    send: (limits: RequestLimits) => Promise<Answer>,
    isDone: (payment: ProviderPayment) => boolean,
  ): Promise<ProviderPayment> {
    requirePlainId(paymentId, 'stripe', name);
    requireKey(key, name);
    const left = deadline(call, name);
    const sent = (idempotencyKey: string) => attempt(name, () => send({ idempotencyKey, timeout: left() }));
    try {
      const { payment, replayed } = await withFreshKey(key, sent);
      if (!replayed) return payment;
    } catch (error) {
      if (!(error instanceof RemoteError) || error.kind !== 'refused') throw error;
      const payment = await retrieve(paymentId, name, left);
      if (isDone(payment)) return payment;
      throw error;
    }
    // The write has taken effect, so whatever this read fails with, "it did not" would be a lie.
    return retrieve(paymentId, name, left).catch((error: unknown) => {
      throw new RemoteError({ ...stripeFailure(error, name).facts, kind: 'unknown' });
    });
  }

  return {
    async lookUp(paymentId, call) {
      requirePlainId(paymentId, 'stripe', 'retrieve');
      try {
        return await retrieve(paymentId, 'retrieve', deadline(call, 'retrieve'));
      } catch (error) {
        // A bare 404 may come from a proxy; only Stripe's own code says that there is no such payment.
        if (error instanceof RemoteError && error.facts.code === 'resource_missing') return undefined;
        throw error;
      }
    },

    capture: (paymentId, key, call) =>
      write(
        { name: 'capture', paymentId, key, call },
        async (limits) => answerOf(await stripe.paymentIntents.capture(paymentId, { expand }, limits)),
        (payment) => payment.state === 'captured',
      ),

    cancel: (paymentId, key, call) =>
      write(
        { name: 'cancel', paymentId, key, call },
        async (limits) => answerOf(await stripe.paymentIntents.cancel(paymentId, { expand }, limits)),
        ({ state }) => state === 'canceled' || state === 'captured' || state === 'pending',
      ),

    refund: (paymentId, key, call) =>
      write(
        { name: 'refund', paymentId, key, call },
        async (limits) => {
          // No amount: Stripe refunds what is left, and never more than was taken.
          const params = { payment_intent: paymentId, expand: [`payment_intent.${EXPAND_CHARGE}`] };
          return answerOf(await stripe.refunds.create(params, limits), readRefund);
        },
        (payment) => payment.captured > 0 && payment.refunded >= payment.captured,
      ),
  };
}

/**
 * The `fetch` transport, for two reasons: its time-out covers the answer's body, and it does not send a
 * request again after a closed connection, which the client's other transport does even with retries off.
 */
function createClient({ apiKey, baseUrl }: { apiKey: string; baseUrl?: string }): Stripe {
  const url = new URL(baseUrl ?? 'https://api.stripe.com');
  if (url.pathname !== '/') throw new RangeError('The payment provider base URL must have no path');
  const https = url.protocol === 'https:';
  return new Stripe(apiKey, {
    protocol: https ? 'https' : 'http',
    host: url.hostname,
    port: url.port || (https ? 443 : 80),
    httpClient: Stripe.createFetchHttpClient((input: string | URL | Request, init?: RequestInit) =>
      fetch(input, { ...init, redirect: 'manual' }),
    ),
    maxNetworkRetries: 0,
    telemetry: false,
  });
}

/**
 * Stripe keeps the answer to a key, a refusal or a 500 as well, and repeats it for at least a day without
 * doing anything. A failure that is such a repeat is known by its header; the write then goes out under the
 * next key of a fixed row (`key`, `key.2`, `key.3`), so that all tries of a step walk the same row. It cannot
 * act twice, whatever the 500 had left behind: an intent is captured or cancelled once, and a refund ends at
 * the amount that was taken. A 500 that is no repeat stays `unknown`, and the caller looks first.
 */
async function withFreshKey<T>(key: string, send: (key: string) => Promise<T>): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      return await send(n === 1 ? key : `${key}.${n}`);
    } catch (error) {
      const stored = error instanceof RemoteError && error.facts.code === STORED_FAILURE;
      if (!stored || n === MAX_KEYS) throw error;
    }
  }
}

async function attempt<T>(call: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw stripeFailure(error, call);
  }
}

/** With the `fetch` transport the client's `lastResponse` is the response itself, whatever its type says. */
function answerOf(answer: { lastResponse: unknown }, read = readIntent): Answer {
  const response = answer.lastResponse;
  const replayed = response instanceof Response && response.headers.get(REPLAYED) === 'true';
  return { payment: read(answer), replayed };
}

const refundAnswer = z.object({ status: z.string().nullish(), payment_intent: z.unknown() });

/** The payment inside a refund. A refund that failed at the bank has given nothing back. */
function readRefund(answer: unknown): ProviderPayment {
  const refund = refundAnswer.parse(answer);
  if (refund.status === 'failed' || refund.status === 'canceled') {
    throw new RemoteError({ remote: 'stripe', call: 'refund', kind: 'refused', code: 'refund_failed' });
  }
  return readIntent(refund.payment_intent);
}

/** What is left of the call's time, for each of its requests. Whole milliseconds: the client ignores others. */
function deadline(call: CallLimit, name: string): () => number {
  const end = performance.now() + call.timeoutMs;
  return () => {
    const left = Math.ceil(end - performance.now());
    if (left > 0) return left;
    throw new RemoteError({ remote: 'stripe', call: name, kind: 'unknown', code: 'out_of_time' });
  };
}

function requireKey(key: string, call: string): void {
  if (!/^[\x21-\x7e]{1,240}$/.test(key)) {
    throw new RemoteError({ remote: 'stripe', call, kind: 'refused', code: 'bad_key' });
  }
}
