import { z } from 'zod';
import type { PaymentEvent } from '../../checkout/payment.ts';
import type { CheckoutClient } from '../../client.ts';
import * as input from '../../parse.ts';
import type { PaymentProvider } from '../../stripe/payment-provider.ts';
import type { App } from '../app.ts';
import { callerOf } from '../auth/access-control.ts';
import type { DurableReport } from '../durable-report.ts';
import { eventIds } from '../event-ids.ts';
import { refuseInvalidBodies } from '../invalid-body.ts';
import { noQuery } from '../no-query.ts';
import { HttpProblem, problemAnswers } from '../problem.ts';

export interface PaymentRoutesOptions {
  /** Of every owner. */
  checkouts: Pick<CheckoutClient, 'openPayment' | 'recordPayment'>;
  provider: Pick<PaymentProvider, 'lookUp'>;
  durably: DurableReport;
}

const LOOK_UP = { timeoutMs: 5_000 };

const { paymentId } = input;
const event = { eventId: input.line(255), attempt: input.attempt.optional(), paymentId };
const body = z.discriminatedUnion('type', [
  z
    .strictObject({ type: z.literal('opened'), paymentId })
    .meta({ description: 'Before the buyer sees the form of the payment' }),
  z
    .strictObject({ ...event, type: z.enum(['authorized', 'captured']), money: input.money })
    .meta({ description: 'Money; the provider is asked before any seat is booked' }),
  z
    .strictObject({
      ...event,
      type: z.enum(['pending', 'declined', 'failed']),
      money: input.money.optional(),
    })
    .meta({ description: 'No money yet, not by this try, or never' }),
]);

const opened = z.object({
  attempt: z.int().meta({ description: 'The attempt that the payment belongs to from now on' }),
  deadline: z.iso.datetime().meta({ description: 'When the payment session has to end' }),
});
const recorded = z.object({ recorded: z.literal(true) });

/** For the payment service: its payments, and what became of them. It has no signature, so money is not believed. */
export function addPaymentRoutes(app: App, { checkouts, provider, durably }: PaymentRoutesOptions): void {
  refuseInvalidBodies(app);
  app.post(
    '/checkouts/:orderId/payments',
    {
      config: { access: ['payments'] },
      schema: {
        summary: 'Tells of a payment, or of what became of it',
        params: z.object({ orderId: input.orderId }),
        querystring: noQuery,
        body,
        response: {
          200: opened.describe('The payment is registered'),
          202: recorded.describe('The report is safe; it need not be sent again'),
          ...problemAnswers(),
        },
      },
    },
    async (request, reply) => {
      const { orderId } = request.params;
      const told = request.body;
      if (told.type === 'opened') {
        await requirePaymentOf(orderId, told.paymentId);
        return reply.code(200).send(await checkouts.openPayment(orderId, told.paymentId));
      }
      const { attempt, money, ...report } = told;
      const eventId = eventIds.told(callerOf(request).name, told.eventId);
      const event: PaymentEvent = {
        ...{ ...report, eventId, orderId, unproven: true },
        ...(attempt !== undefined && { attempt }),
        ...(money !== undefined && { money }),
      };
      await durably(() => checkouts.recordPayment(event));
      return reply.code(202).send({ recorded: true });
    },
  );

  /** An opened payment is stopped when its order closes, so another order's must not be opened here. */
  async function requirePaymentOf(orderId: string, id: string): Promise<void> {
    const payment = await provider.lookUp(id, LOOK_UP);
    if (payment?.orderId === orderId) return;
    const problem = 'paymentId is of no payment whose metadata.order_id is this order';
    throw new HttpProblem('invalid', problem, { problems: [problem] });
  }
}
