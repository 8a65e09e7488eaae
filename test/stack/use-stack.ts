import { Client, Connection } from '@temporalio/client';
import { CreateEventParams, Region, SeatsioClient } from 'seatsio';
import Stripe from 'stripe';
import { afterAll, inject } from 'vitest';
import type { Order, Seat } from '../../src/checkout/order.ts';
import type { PaymentEvent } from '../../src/checkout/payment.ts';
import { CheckoutClient } from '../../src/client.ts';
import { toTerms } from '../../src/config.ts';
import { createLedgers, expectLaw } from './ledgers.ts';

const PRICE = 2_500;
let events = 0;
let payments = 0;

/** The shared stack, as a test file sees it. Closes its own connections. */
export async function useStack() {
  const { env, admin } = inject('stack');
  const connection = await Connection.connect({ address: String(env.TEMPORAL_ADDRESS) });
  const temporal = new Client({ connection, namespace: String(env.TEMPORAL_NAMESPACE) });
  const ledgers = createLedgers(admin);
  const seatsio = new SeatsioClient(new Region(String(env.SEATSIO_BASE_URL)), String(env.SEATSIO_SECRET_KEY));
  const stripeUrl = new URL(String(env.STRIPE_BASE_URL));
  const stripe = new Stripe(String(env.STRIPE_API_KEY), {
    protocol: 'http',
    host: stripeUrl.hostname,
    port: stripeUrl.port,
    maxNetworkRetries: 0,
    telemetry: false,
  });
  afterAll(() => connection.close());

  /** What the buyer does at the payment provider: pays, or is declined. */
  const pay = async (
    order: Order,
    how: { card?: string; capture?: 'manual' | 'automatic'; amount?: number } = {},
  ) => {
    const intent = await stripe.paymentIntents.create({
      amount: how.amount ?? order.total.amount,
      currency: order.total.currency.toLowerCase(),
      capture_method: how.capture ?? 'automatic',
      metadata: { order_id: order.orderId },
    });
    const confirm = () =>
      stripe.paymentIntents.confirm(intent.id, { payment_method: how.card ?? 'pm_card_visa' });
    return { paymentId: intent.id, confirm };
  };

  return {
    env,
    temporal,
    ledgers,
    seatsio,
    stripe,
    expectLaw: (eventId: string) => expectLaw(ledgers, eventId),

    /** A client whose checkouts hold for so many minutes, on the shared worker's queue unless told otherwise. */
    checkouts: (holdMinutes = 10, taskQueue = 'checkout') =>
      new CheckoutClient({ client: temporal, taskQueue, terms: toTerms(holdMinutes, 1) }),

    /** A new event in the club: rows A–D of ten seats in Stalls, the Floor with 100 places in Standing. */
    async newEvent(): Promise<string> {
      events += 1;
      const eventId = `Ev${process.pid}x${events}x${Date.now().toString(36)}`;
      await seatsio.events.create('club', new CreateEventParams().withKey(eventId));
      await post(`${admin}/tmt/events`, {
        eventId,
        name: 'A night at the club',
        zones: [
          { id: 'STALLS', name: 'Stalls', color: '#7d5ba6', seats: 40 },
          { id: 'FLOOR', name: 'Standing', color: '#2f8f9d', seats: 100 },
        ],
      });
      return eventId;
    },

    /** Switches of the TMT stand-in. They hold for all tests: only such as the others do not see. */
    setUpTmt: (settings: object) => post(`${admin}/tmt/settings`, settings),

    /** Calls a TMT function as somebody else would. */
    callTmt: (name: string, data: object) => post(`${env.TMT_BASE_URL}/${name}`, { data }),

    pay,

    /** The buyer pays, and the payment service reports it. */
    async buy(checkouts: CheckoutClient, order: Order): Promise<string> {
      const { paymentId, confirm } = await pay(order);
      await confirm();
      await checkouts.recordPayment(report(order, paymentId, 'captured'));
      return paymentId;
    },

    /** Scripts a fault at a stand-in's wire; it meets the calls that carry `match`. */
    async fault(script: {
      system: string;
      call: string;
      match: string;
      action: object;
      nth?: number;
      times?: number;
    }) {
      const { id } = (await post(`${admin}/faults`, script)) as { id: string };
      return {
        /** Resolves when the call is at the stand-in. */
        hit: async () => {
          const { hits } = (await (await fetch(`${admin}/faults/${id}/hit?wait=60000`)).json()) as {
            hits: number;
          };
          if (hits === 0) throw new Error(`no ${script.call} call came within a minute`);
        },
        release: () => post(`${admin}/faults/${id}/release`, {}),
      };
    },
  };
}

export type TestStack = Awaited<ReturnType<typeof useStack>>;

/** An order of the event; its id is the event's with a name behind it, so that ledgers can be told apart. */
export function orderOf(
  eventId: string,
  name: string,
  seats: (string | [area: string, quantity: number])[],
): Order {
  const wanted = seats.map(
    (seat): Seat => (typeof seat === 'string' ? { label: seat } : { area: seat[0], quantity: seat[1] }),
  );
  const places = wanted.reduce((sum, seat) => sum + ('area' in seat ? seat.quantity : 1), 0);
  return {
    orderId: `${eventId}-${name}`,
    eventId,
    eventName: 'A night at the club',
    seats: wanted,
    total: { amount: places * PRICE, currency: 'USD' },
    buyer: { email: `${name}.${eventId}@example.org`.toLowerCase(), name: 'Ana Buyer' },
  };
}

export function report(
  order: Order,
  paymentId: string,
  type: PaymentEvent['type'],
  more: Partial<PaymentEvent> = {},
): PaymentEvent {
  payments += 1;
  return {
    eventId: `evt_${process.pid}_${payments}`,
    orderId: order.orderId,
    paymentId,
    type,
    money: order.total,
    ...more,
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
