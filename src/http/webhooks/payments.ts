import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { z } from 'zod';
import type { CheckoutClient } from '../../client.ts';
import * as input from '../../parse.ts';
import type { App } from '../app.ts';
import type { DurableReport } from '../durable-report.ts';
import { eventIds } from '../event-ids.ts';
import { HttpProblem, problemAnswers } from '../problem.ts';
import { accepted } from './accepted.ts';
import { exactText, header, readJson, takeRawBodies } from './raw-body.ts';

export interface PaymentWebhookOptions {
  /** Of every owner. */
  checkouts: Pick<CheckoutClient, 'recordPayment'>;
  /** One, or two while they are exchanged; base64, with or without `whsec_`. */
  secrets: readonly string[];
  durably: DurableReport;
}

const signatureHeaders = z.looseObject({
  'webhook-id': header(/^[\x21-\x7e]{1,255}$/, 'The same for each try of one report'),
  'webhook-timestamp': header(/^[1-9]\d{0,11}$/, 'When it was sent, in seconds'),
  'webhook-signature': header(
    /^[\x20-\x7e]{1,1024}$/,
    'Signatures over id, time and the bytes of the body: `v1,…`, separated by blanks',
  ),
});

const about = { orderId: input.orderId, attempt: input.attempt.optional(), paymentId: input.paymentId };
const report = z.discriminatedUnion('type', [
  z.object({
    type: z.enum(['payment.authorized', 'payment.captured']),
    data: z.strictObject({ ...about, money: input.money }),
  }),
  z.object({
    type: z.enum(['payment.pending', 'payment.declined', 'payment.failed']),
    data: z.strictObject({ ...about, money: input.money.optional() }),
  }),
]);
const envelope = z.object({ type: z.string() });
const TYPES: ReadonlySet<string> = new Set(report.options.flatMap(({ shape }) => shape.type.options));

/**
 * Reports of a payment service that signs by Standard Webhooks. Each is answered with 2xx once Temporal has it.
 * A type that is not known here is accepted and does nothing, as the standard wants.
 */
export function addPaymentWebhook(app: App, options: PaymentWebhookOptions): void {
  const { checkouts, secrets, durably } = options;
  takeRawBodies(app);
  const verifiers = secrets.map((secret) => new Webhook(secret));
  app.post(
    '/webhooks/payments',
    {
      config: { access: 'anybody' },
      schema: {
        summary: 'Reports of payments, signed by Standard Webhooks',
        headers: signatureHeaders,
        body: z.unknown().meta({
          description:
            '`{type: "payment.captured", data: {orderId, paymentId, money}}`, and payment.authorized, ' +
            'payment.pending, payment.declined, payment.failed; as it was signed',
        }),
        response: { 200: accepted, ...problemAnswers() },
      },
    },
    async ({ body, headers }) => {
      const text = exactText(body);
      const signed = {
        'webhook-id': headers['webhook-id'],
        'webhook-timestamp': headers['webhook-timestamp'],
        'webhook-signature': headers['webhook-signature'],
      };
      if (!verifiers.some((verifier) => isSigned(verifier, text, signed))) {
        throw new HttpProblem('bad_signature', 'The signature is not right, or too old.');
      }
      const event = readReport(text);
      if (event) {
        const eventId = eventIds.signed(signed['webhook-id']);
        await durably(() => checkouts.recordPayment({ ...event, eventId }));
      }
      return { accepted: true as const };
    },
  );
}

function isSigned(verifier: Webhook, text: string, headers: Record<string, string>): boolean {
  try {
    verifier.verify(text, headers, { jsonParse: false });
    return true;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return false;
    throw error;
  }
}

function readReport(text: string) {
  const json = readJson(text);
  const known = TYPES.has(envelope.safeParse(json).data?.type ?? '');
  if (!known) return undefined;
  const read = report.safeParse(json);
  if (!read.success) {
    const problems = read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    throw new HttpProblem('invalid', problems.join('; '), { problems });
  }
  const { type, data } = read.data;
  const { attempt, money, ...rest } = data;
  return {
    ...rest,
    type: EVENT_TYPE[type],
    ...(attempt !== undefined && { attempt }),
    ...(money !== undefined && { money }),
  };
}

const EVENT_TYPE = {
  'payment.authorized': 'authorized',
  'payment.captured': 'captured',
  'payment.pending': 'pending',
  'payment.declined': 'declined',
  'payment.failed': 'failed',
} as const;
