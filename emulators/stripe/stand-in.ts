import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { createApp } from '../stand-in/app.ts';
import { systemClock } from '../stand-in/clock.ts';
import { createFaults } from '../stand-in/faults.ts';
import { createLedger } from '../stand-in/ledger.ts';
import { newFaultId, type StandIn, type StandInOptions } from '../stand-in/stand-in.ts';
import { openStore } from '../stand-in/store.ts';
import { decodeForm } from './form.ts';
import { createIdempotency } from './idempotency.ts';
import { createIntents } from './intents.ts';
import { createRefunds } from './refunds.ts';
import { addRoutes } from './routes.ts';
import { newId, StripeRefusal } from './stripe-refusal.ts';

const settleBody = z.strictObject({ state: z.enum(['succeeded', 'requires_payment_method', 'canceled']) });
const breakBody = z.strictObject({ call: z.enum(['create', 'confirm', 'capture', 'cancel', 'refund']) });
const idParam = z.object({ id: z.string() });

/**
 * Stripe's payment intents and refunds, for the official client with `host`, `port` and `protocol` set.
 *
 * Fault calls: `create`, `retrieve`, `confirm`, `capture`, `cancel`, `refund`, `listRefunds`. Admin routes:
 * `POST /stripe/payment_intents/:id/settle` ends a processing one, `POST /stripe/refunds/:id/fail` lets a
 * refund fail at the bank after all, `POST /stripe/internal_errors` `{call}` lets the next such call do nothing
 * and answer 500, which is kept under its idempotency key.
 * Effects: `payment.created`, `.authorized`, `.captured`, `.declined`, `.canceled`, `.refunded`,
 * `.refund_failed`, each with `paymentId`, `amount` (minor units), `currency` (small letters) and `orderId` from
 * the metadata.
 */
export function createStripeStandIn(options: StandInOptions & { apiKey?: string } = {}): StandIn {
  const { apiKey = 'sk_test_demo', clock = systemClock } = options;
  const store = openStore('stripe', options);
  const faults = createFaults(newFaultId);
  const ledger = createLedger(store, clock);
  const intents = createIntents(store, ledger, clock);
  const refunds = createRefunds(store, clock, intents);
  const idempotency = createIdempotency(store);
  const broken = new Map<string, number>();

  const app = createApp({ faults, parseBody: decodeForm });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('request-id', newId('req'));
    if (!isKey(request.headers.authorization, apiKey)) {
      throw new StripeRefusal(401, { type: 'invalid_request_error', message: 'Invalid API Key provided' });
    }
  });
  app.setErrorHandler((error: FastifyError | StripeRefusal, _request, reply) => {
    if (error instanceof StripeRefusal) return reply.code(error.status).send(error.body);
    const status = error.statusCode ?? 500;
    const type = status < 500 ? 'invalid_request_error' : 'api_error';
    return reply.code(status).send({ error: { type, message: error.message } });
  });
  app.setNotFoundHandler(({ method, url }, reply) => {
    const message = `Unrecognized request URL (${method}: ${url}).`;
    return reply.code(404).send({ error: { type: 'invalid_request_error', message } });
  });
  const breaksInside = (call: string): boolean => {
    const left = broken.get(call) ?? 0;
    broken.set(call, Math.max(0, left - 1));
    return left > 0;
  };
  addRoutes(app, { intents, refunds, idempotency, breaksInside });

  function adminRoutes(admin: FastifyInstance): void {
    const orRefuse = (reply: FastifyReply, work: () => unknown) => {
      try {
        return work();
      } catch (error) {
        if (error instanceof StripeRefusal) return reply.code(error.status).send({ error: error.message });
        throw error;
      }
    };
    admin.post('/payment_intents/:id/settle', ({ params, body }, reply) =>
      orRefuse(reply, () => intents.settle(idParam.parse(params).id, settleBody.parse(body).state)),
    );
    admin.post('/refunds/:id/fail', ({ params }, reply) =>
      orRefuse(reply, () => refunds.fail(idParam.parse(params).id)),
    );
    admin.post('/internal_errors', ({ body }, reply) => {
      const { call } = breakBody.parse(body);
      broken.set(call, (broken.get(call) ?? 0) + 1);
      return reply.code(201).send({ call });
    });
  }

  return {
    system: 'stripe',
    faults,
    ledger,
    adminRoutes,
    state: () => ({ paymentIntents: intents.all(), refunds: refunds.list() }),
    listen: (port) => app.listen({ port, host: '127.0.0.1' }),
    close: async () => {
      await app.close();
      store.close();
    },
  };
}

/** `Bearer <key>`, or Basic with the key as user name. */
function isKey(header: string | undefined, apiKey: string): boolean {
  const [scheme = '', value = ''] = (header ?? '').split(' ');
  const basic = scheme.toLowerCase() === 'basic';
  const given = basic ? Buffer.from(value, 'base64').toString().replace(/:.*$/s, '') : value;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(apiKey));
}
