import Stripe from 'stripe';
import { z } from 'zod';
import type { CheckoutClient } from '../../client.ts';
import { isPlainId } from '../../remote-call.ts';
import type { PaymentProvider } from '../../stripe/payment-provider.ts';
import type { App } from '../app.ts';
import type { DurableReport } from '../durable-report.ts';
import { eventIds } from '../event-ids.ts';
import { HttpProblem, problemAnswers } from '../problem.ts';
import { accepted } from './accepted.ts';
import { exactText, header, readJson, takeRawBodies } from './raw-body.ts';
import { readStripeNotice, type StripeNotice, USED_TYPES } from './stripe-notice.ts';

export interface StripeWebhookOptions {
  /** Of every owner. */
  checkouts: Pick<CheckoutClient, 'recordPayment' | 'recordRefund'>;
  provider: Pick<PaymentProvider, 'lookUp'>;
  /** One, or two while they are exchanged. */
  secrets: readonly string[];
  durably: DurableReport;
}

const TOLERANCE_S = 300;
const signatureHeaders = z.looseObject({
  'stripe-signature': header(
    /^t=[1-9]\d{0,11}(,v\d=[0-9a-f]{64})+$/,
    'The time in seconds, and signatures over it and the bytes of the body: `t=…,v1=…`',
  ),
});
const LOOK_UP = { timeoutMs: 5_000 };

/** Stripe's reports of payments. Each is answered with 2xx once Temporal has it, and not before. */
export function addStripeWebhook(app: App, options: StripeWebhookOptions): void {
  const { checkouts, provider, secrets, durably } = options;
  takeRawBodies(app);
  app.post(
    '/webhooks/stripe',
    {
      config: { access: 'anybody' },
      schema: {
        summary: "Stripe's reports of payments, signed by Stripe",
        headers: signatureHeaders,
        body: z
          .unknown()
          .meta({ description: `An event of Stripe, as it was signed: ${USED_TYPES.join(', ')}` }),
        response: { 200: accepted, ...problemAnswers() },
      },
    },
    async ({ body, headers, log }) => {
      const text = exactText(body);
      requireSignature(text, headers['stripe-signature'], secrets);
      const notice = readNotice(text);
      if (notice.kind === 'ignored' && notice.because)
        log.info({ because: notice.because }, 'webhook ignored');
      await durably(() => hand(notice));
      return { accepted: true as const };
    },
  );

  async function hand(notice: StripeNotice): Promise<void> {
    if (notice.kind === 'payment') {
      const { event } = notice;
      return checkouts.recordPayment({ ...event, eventId: eventIds.stripe(event.eventId) });
    }
    if (notice.kind === 'ignored') return;
    const { kind: _, ...refund } = notice;
    const orderId = refund.orderId ?? (await provider.lookUp(refund.paymentId, LOOK_UP))?.orderId;
    if (orderId !== undefined && isPlainId(orderId)) await checkouts.recordRefund({ ...refund, orderId });
  }
}

function readNotice(text: string): StripeNotice {
  try {
    return readStripeNotice(readJson(text));
  } catch (cause) {
    if (!(cause instanceof z.ZodError)) throw cause;
    throw new HttpProblem('invalid', "The event is not of Stripe's form.", {}, { cause });
  }
}

/** @throws HttpProblem unless one of the secrets signed it, within the tolerance before or after now */
function requireSignature(text: string, header: string, secrets: readonly string[]): void {
  const ageS = Date.now() / 1000 - Number(/^t=(\d+)/.exec(header)?.[1]);
  // The library looks at the past only.
  const isSigned = ageS >= -TOLERANCE_S && secrets.some((secret) => isSignedWith(secret, text, header));
  if (!isSigned) throw new HttpProblem('bad_signature', 'The signature is not right, or too old.');
}

function isSignedWith(secret: string, text: string, header: string): boolean {
  const { signature } = Stripe.webhooks;
  if (!signature) throw new TypeError('the stripe library has no check of signatures');
  try {
    return signature.verifyHeader(text, header, secret, TOLERANCE_S);
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false;
    throw error;
  }
}
