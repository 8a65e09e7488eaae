import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { decodeForm } from './form.ts';
import type { Answer, createIdempotency } from './idempotency.ts';
import { type Intent, toWire } from './intent.ts';
import type { Intents } from './intents.ts';
import {
  cancelParams,
  captureParams,
  confirmParams,
  createParams,
  listRefundsParams,
  readParams,
  refundParams,
  retrieveParams,
} from './params.ts';
import { askBank } from './payment-methods.ts';
import type { createRefunds } from './refunds.ts';
import { noSuch, StripeRefusal } from './stripe-refusal.ts';

interface RouteParts {
  intents: Intents;
  refunds: ReturnType<typeof createRefunds>;
  idempotency: ReturnType<typeof createIdempotency>;
  /** Whether this call is to break inside Stripe: nothing done, a 500 that is kept under its key. */
  breaksInside(call: string): boolean;
}

const idParam = z.object({ id: z.string() });
const actions = ['confirm', 'capture', 'cancel'] as const;

/** Stripe's calls on payment intents and refunds, as far as a checkout makes them. */
export function addRoutes(app: FastifyInstance, parts: RouteParts): void {
  const { intents, refunds } = parts;
  const write = (call: string, request: FastifyRequest, reply: FastifyReply, work: () => unknown) =>
    answerKeyed(parts, request, reply, () => {
      if (parts.breaksInside(call)) throw internalError();
      return work();
    });

  app.post('/v1/payment_intents', { config: { call: 'create' } }, (request, reply) => {
    const params = readParams(createParams, request.body);
    const { amount, currency, metadata, payment_method: paymentMethod } = params;
    if (paymentMethod !== undefined && !askBank(paymentMethod)) {
      throw noSuch(`PaymentMethod: '${paymentMethod}'`, 'payment_method');
    }
    return write('create', request, reply, () => {
      const manualCapture = params.capture_method === 'manual';
      const created = intents.create({ amount, currency, manualCapture, metadata, paymentMethod });
      const confirmed = params.confirm === 'true' ? intents.confirm(created.id, paymentMethod) : created;
      return toWire(confirmed, params.expand);
    });
  });

  app.get('/v1/payment_intents/:id', { config: { call: 'retrieve' } }, (request) => {
    const { expand } = readParams(retrieveParams, queryOf(request));
    return toWire(intents.find(idParam.parse(request.params).id), expand);
  });

  const act = {
    confirm: (id: string, body: unknown) => {
      const { payment_method, expand } = readParams(confirmParams, body);
      return { expand, run: (): Intent => intents.confirm(id, payment_method) };
    },
    capture: (id: string, body: unknown) => {
      const { amount_to_capture, expand } = readParams(captureParams, body);
      return { expand, run: (): Intent => intents.capture(id, amount_to_capture) };
    },
    cancel: (id: string, body: unknown) => {
      const { cancellation_reason, expand } = readParams(cancelParams, body);
      return { expand, run: (): Intent => intents.cancel(id, cancellation_reason) };
    },
  };
  for (const call of actions) {
    app.post(`/v1/payment_intents/:id/${call}`, { config: { call } }, (request, reply) => {
      const { expand, run } = act[call](idParam.parse(request.params).id, request.body);
      return write(call, request, reply, () => toWire(run(), expand));
    });
  }

  app.post('/v1/refunds', { config: { call: 'refund' } }, (request, reply) => {
    const { payment_intent, amount, reason, metadata, expand } = readParams(refundParams, request.body);
    const asked = { metadata, ...(amount && { amount }), ...(reason && { reason }) };
    return write('refund', request, reply, () =>
      refunds.toWire(refunds.create(payment_intent, asked), expand),
    );
  });

  app.get('/v1/refunds', { config: { call: 'listRefunds' } }, (request) => {
    const params = readParams(listRefundsParams, queryOf(request));
    const all = refunds.list(params.payment_intent);
    const after = all.findIndex((refund) => refund.id === params.starting_after);
    const rest = all.slice(after + 1);
    return {
      object: 'list',
      url: '/v1/refunds',
      has_more: rest.length > params.limit,
      data: rest.slice(0, params.limit),
    };
  });
}

/** A write under its idempotency key, if it has one. */
function answerKeyed(
  { idempotency }: RouteParts,
  request: FastifyRequest,
  reply: FastifyReply,
  work: () => unknown,
): FastifyReply {
  const { 'idempotency-key': header } = request.headers;
  const key = typeof header === 'string' && header !== '' ? header : undefined;
  const toldInstead = scriptedFailure(request);
  const answer = idempotency.run(
    {
      key,
      fingerprint: `${request.url} ${JSON.stringify(request.body ?? {})}`,
      ...(toldInstead && { toldInstead }),
    },
    work,
  );
  if (key !== undefined) reply.header('idempotency-key', key);
  if (answer.replayed) reply.header('idempotent-replayed', 'true');
  return reply.code(answer.status).send(answer.body);
}

/** A 5xx scripted for after the act is what Stripe would keep, so that a repeat of the key gets it as well. */
function scriptedFailure({ faultHits }: FastifyRequest): Answer | undefined {
  for (const { action } of faultHits) {
    if (action.type === 'status' && action.when === 'after' && action.status >= 500) {
      return { status: action.status, body: action.body ?? internalError().body };
    }
  }
  return undefined;
}

function internalError(): StripeRefusal {
  return new StripeRefusal(500, { type: 'api_error', message: 'An unknown error occurred' });
}

/** Stripe's brackets stand in the query as in a body. */
function queryOf({ url }: FastifyRequest): unknown {
  return decodeForm(url.split('?')[1] ?? '');
}
