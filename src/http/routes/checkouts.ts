import { z } from 'zod';
import { type Order, placeCount } from '../../checkout/order.ts';
import type { CheckoutClient, StartAnswer, StartOptions } from '../../client.ts';
import * as input from '../../parse.ts';
import type { App } from '../app.ts';
import { callerOf } from '../auth/access-control.ts';
import type { Caller } from '../auth/api-keys.ts';
import type { OrderTokens } from '../auth/order-tokens.ts';
import { hasEnded, versionOf } from '../buyer-state.ts';
import { refuseInvalidBodies } from '../invalid-body.ts';
import { takeJson } from '../json-body.ts';
import { noQuery } from '../no-query.ts';
import { createOpenOrders } from '../open-orders.ts';
import type { OrderReader } from '../order-reader.ts';
import { type OrderView, orderView, viewOfResult } from '../order-view.ts';
import { HttpProblem, problemAnswers } from '../problem.ts';
import { problemOfEnd } from '../unsold-problem.ts';

export interface CheckoutRoutesOptions {
  /** The checkouts of one owner. */
  checkoutsOf: (owner: string) => CheckoutClient;
  reader: OrderReader;
  orderTokens: OrderTokens;
  limits: { seatsPerOrder: number; openPerBuyer: number };
}

const params = z.object({ orderId: input.orderId });
const WAIT_S = 20;

const startBody = input.startOptions.extend({ order: input.order });

const started = orderView.extend({
  holdToken: z
    .string()
    .optional()
    .meta({ description: 'For the seat chart: a bearer right to the seats, until they are sold or free' }),
  orderToken: z
    .object({ token: z.string(), expiresAt: z.iso.datetime() })
    .optional()
    .meta({ description: 'For the buyer: with it the order can be read and cancelled, and nothing else' }),
});

/** The checkout API for shops and their buyers: errors are problem documents, unknown keys are refused. */
export function addCheckoutRoutes(app: App, options: CheckoutRoutesOptions): void {
  const { checkoutsOf, reader, orderTokens, limits } = options;
  const openOrders = createOpenOrders({ most: limits.openPerBuyer, isOpen: reader.isOpen });
  refuseInvalidBodies(app);
  takeJson(app, { mayBeEmpty: true });

  app.post(
    '/checkouts',
    {
      config: { access: ['checkout'] },
      schema: {
        summary: 'Sells an order: holds its seats, and answers with the hold',
        querystring: noQuery,
        body: startBody,
        response: {
          200: started.describe('It was open already, or is sold: this is where it is'),
          201: started.describe('The seats are held for the buyer'),
          ...problemAnswers(),
        },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { order, ...start } = request.body as { order: Order } & StartOptions;
      requireFewSeats(order);
      const counted = { owner: caller.name, orderId: order.orderId, email: order.buyer.email };
      const admitted = await openOrders.admit(counted);
      let isOpen = true;
      try {
        const { answer, seen } = await startOrJoin(order, start, caller);
        isOpen = answer.state !== 'ended';
        return reply.code(answer.created ? 201 : 200).send(await toStarted(answer, caller, seen));
      } finally {
        admitted.settle(isOpen);
      }
    },
  );

  app.get(
    '/checkouts/:orderId',
    {
      config: { access: ['checkout', 'buyer'] },
      schema: {
        summary: 'Where an order is, at once or when it has changed',
        params,
        querystring: z.strictObject({
          after: z
            .string()
            .max(64)
            .optional()
            .meta({ description: 'The version that you know: answers when there is another one' }),
          wait: z.coerce
            .number()
            .int()
            .min(0)
            .max(30)
            .default(WAIT_S)
            .meta({ description: 'With after: for so many seconds at most' }),
        }),
        response: { 200: orderView, ...problemAnswers() },
      },
    },
    async (request) => {
      const { after, wait } = request.query;
      const { orderId } = request.params;
      const caller = callerOf(request);
      if (after === undefined) return reader.read(orderId, caller);
      const gone = new AbortController();
      request.raw.once('close', () => gone.abort());
      return reader.readChanged(orderId, caller, { after, waitMs: wait * 1000, signal: gone.signal });
    },
  );

  app.post(
    '/checkouts/:orderId/cancel',
    {
      config: { access: ['checkout', 'buyer'] },
      schema: {
        summary: 'Cancels an order that is not paid, and frees its seats',
        params,
        querystring: noQuery,
        body: z.strictObject({}).nullish(),
        response: { 200: orderView, ...problemAnswers() },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const result = await checkoutsOf(caller.name).cancel(request.params.orderId);
      return viewOfResult(result, caller);
    },
  );

  async function startOrJoin(
    order: Order,
    options: StartOptions,
    caller: Caller,
  ): Promise<{ answer: StartAnswer; seen?: OrderView }> {
    const start = () => checkoutsOf(caller.name).start(order, options);
    const answer = await start();
    if (answer.state === 'ended' || answer.created) return { answer };
    // A hold is answered as it was made, however far the order has come since.
    const seen = await reader.read(order.orderId, caller);
    return hasEnded(seen.state) ? { answer: await start() } : { answer, seen };
  }

  async function toStarted(
    answer: StartAnswer,
    caller: Caller,
    seen?: OrderView,
  ): Promise<z.output<typeof started>> {
    if (answer.state === 'ended') {
      if (answer.result.outcome === 'completed') return viewOfResult(answer.result, caller);
      throw problemOfEnd(answer.result);
    }
    const { orderId, attempt, deadline, token } = answer;
    const state = 'awaiting_payment';
    const orderToken = await orderTokens.issue({ orderId, owner: caller.name, deadline });
    return {
      ...(seen ?? { orderId, attempt, state, version: versionOf({ attempt, state }) }),
      ...{ deadline, holdToken: token },
      ...(orderToken && { orderToken }),
    };
  }

  function requireFewSeats({ seats }: Order): void {
    const places = placeCount(seats);
    if (places <= limits.seatsPerOrder) return;
    const problem = `order.seats must be for at most ${limits.seatsPerOrder} places`;
    throw new HttpProblem('invalid', problem, { problems: [problem] });
  }
}
