import { Client, Connection } from '@temporalio/client';
import { CreateEventParams, Region, SeatsioClient } from 'seatsio';
import Stripe from 'stripe';
import type { FaultScriptInput } from '../../emulators/stand-in/fault-script.ts';
import type { Order } from '../../src/checkout/order.ts';
import { createLedgers } from '../law/ledgers.ts';

/** Where a running stack is, and how a worker is told. */
export interface StageSetting {
  env: NodeJS.ProcessEnv;
  admin: string;
}

/** Places of a new event at TMT. Each gets a ticket, so few of them make quick events. */
export interface Places {
  stalls: number;
  floor: number;
}

export type Stage = Awaited<ReturnType<typeof openStage>>;
export type ScriptedFault = Awaited<ReturnType<Stage['fault']>>;

let events = 0;

/** A running stack as tests and proofs see it: the remote systems, what the buyer does there, scripted faults. */
export async function openStage({ env, admin }: StageSetting) {
  const connection = await Connection.connect({ address: String(env.TEMPORAL_ADDRESS) });
  const temporal = new Client({ connection, namespace: String(env.TEMPORAL_NAMESPACE) });
  const seatsio = new SeatsioClient(new Region(String(env.SEATSIO_BASE_URL)), String(env.SEATSIO_SECRET_KEY));
  const stripeUrl = new URL(String(env.STRIPE_BASE_URL));
  const stripe = new Stripe(String(env.STRIPE_API_KEY), {
    protocol: 'http',
    host: stripeUrl.hostname,
    port: stripeUrl.port,
    maxNetworkRetries: 0,
    telemetry: false,
  });

  return {
    env,
    temporal,
    ledgers: createLedgers(admin),
    seatsio,
    stripe,
    close: () => connection.close(),

    /** A new event in the club: rows A–D of ten seats in Stalls, the Floor with 100 places in Standing. */
    async newEvent({ stalls, floor }: Places = { stalls: 40, floor: 100 }): Promise<string> {
      events += 1;
      const eventId = `Ev${process.pid}x${events}x${Date.now().toString(36)}`;
      await seatsio.events.create('club', new CreateEventParams().withKey(eventId));
      await post(`${admin}/tmt/events`, {
        eventId,
        name: 'A night at the club',
        zones: [
          { id: 'STALLS', name: 'Stalls', color: '#7d5ba6', seats: stalls },
          { id: 'FLOOR', name: 'Standing', color: '#2f8f9d', seats: floor },
        ],
      });
      return eventId;
    },

    /** Switches of the TMT stand-in. They hold for all tests: only such as the others do not see. */
    setUpTmt: (settings: object) => post(`${admin}/tmt/settings`, settings),

    /** Calls a TMT function as somebody else would. */
    callTmt: (name: string, data: object) => post(`${env.TMT_BASE_URL}/${name}`, { data }),

    /** The bank's late word on a payment in processing. */
    settlePayment: (paymentId: string, state: 'succeeded' | 'canceled') =>
      post(`${admin}/stripe/payment_intents/${paymentId}/settle`, { state }),

    /** The bank's late word on the newest refund of a payment: it was not taken. */
    async failRefund(paymentId: string): Promise<void> {
      const { data } = await stripe.refunds.list({ payment_intent: paymentId, limit: 1 });
      await post(`${admin}/stripe/refunds/${data[0]?.id}/fail`, {});
    },

    /** What the buyer does at the payment provider: pays, or is declined. */
    async pay(order: Order, how: { card?: string; capture?: 'manual' | 'automatic'; amount?: number } = {}) {
      const intent = await stripe.paymentIntents.create({
        amount: how.amount ?? order.total.amount,
        currency: order.total.currency.toLowerCase(),
        capture_method: how.capture ?? 'automatic',
        metadata: { order_id: order.orderId },
      });
      const confirm = () =>
        stripe.paymentIntents.confirm(intent.id, { payment_method: how.card ?? 'pm_card_visa' });
      return { paymentId: intent.id, confirm };
    },

    /** Scripts a fault at a stand-in's wire; it meets the calls that carry `match`. */
    async fault(script: Omit<FaultScriptInput, 'action'> & { action: object }) {
      const { id } = (await post(`${admin}/faults`, script)) as { id: string };
      const hits = async (waitMs = 0) => {
        const response = await fetch(`${admin}/faults/${id}/hit?wait=${waitMs}`);
        return ((await response.json()) as { hits: number }).hits;
      };
      return {
        /** How many calls it has met so far. */
        hits: () => hits(),
        /** Resolves when the call is at the stand-in. */
        hit: async () => {
          if ((await hits(60_000)) === 0) throw new Error(`no ${script.call} call came within a minute`);
        },
        release: () => post(`${admin}/faults/${id}/release`, {}),
        /** Calls are healthy from now on. */
        lift: async () => {
          await fetch(`${admin}/faults/${id}`, { method: 'DELETE' });
        },
      };
    },
  };
}

async function post(url: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok)
    throw new Error(`POST ${new URL(url).pathname} was answered with ${response.status}: ${text}`);
  return text ? JSON.parse(text) : undefined;
}
