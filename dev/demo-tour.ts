import { setTimeout as sleep } from 'node:timers/promises';
import Stripe from 'stripe';
import type { Order, Seat } from '../src/checkout/order.ts';
import type { CheckoutResult } from '../src/checkout/outcome.ts';
import type { CheckoutClient } from '../src/client.ts';
import type { DemoEvent } from './demo-event.ts';
import { readEffects } from './demo-ledger.ts';
import { DEMO_KEYS } from './stand-ins.ts';
import type { OrderStory, TimelineEntry } from './timeline.ts';

export interface TourOptions {
  checkouts: CheckoutClient;
  /** Base URLs of the payment stand-in and of the ledgers. */
  stripe: string;
  admin: string;
  event: DemoEvent;
  /** Makes the order ids unique. */
  suffix: string;
  linkTo: (workflowId: string) => Promise<string | undefined>;
}

/** What the buyer does once the seats are held. */
type Buyer = (payment: Payment) => Promise<void>;

interface Tale {
  title: string;
  name: string;
  seats: Seat[];
  amount: number;
  expected: CheckoutResult['outcome'];
  buyer: Buyer;
}

const CURRENCY = 'USD';
/** For the eye only: a person takes a moment to pay. */
const THINKING_MS = 300;

const TALES: readonly Tale[] = [
  {
    title: 'Sold',
    name: 'sold',
    seats: [{ label: 'A-1' }, { label: 'A-2' }, { area: 'Floor', quantity: 2 }],
    amount: 18_000,
    expected: 'completed',
    buyer: (payment) => payment.pay('pm_card_visa'),
  },
  {
    title: 'Declined, and given up',
    name: 'declined',
    seats: [{ label: 'B-5' }],
    amount: 4_500,
    expected: 'payment_failed',
    async buyer(payment) {
      await payment.pay('pm_card_chargeDeclined');
      await sleep(THINKING_MS);
      await payment.giveUp();
    },
  },
  {
    title: 'Never paid',
    name: 'expired',
    seats: [{ label: 'C-3' }, { label: 'C-4' }],
    amount: 9_000,
    expected: 'expired',
    buyer: async () => {},
  },
];

/**
 * Sells three orders at the same time: one is sold, one declined, one expires. Each story is handed over as
 * soon as its checkout has ended.
 */
export async function runTour(
  options: TourOptions,
  onStory: (story: OrderStory) => void,
): Promise<OrderStory[]> {
  const stripe = connectStripe(options.stripe);
  return Promise.all(
    TALES.map(async (tale) => {
      const story = await live(tale, options, stripe);
      onStory(story);
      return story;
    }),
  );
}

async function live(tale: Tale, options: TourOptions, stripe: Stripe): Promise<OrderStory> {
  const { checkouts, event, suffix, admin, linkTo } = options;
  const entries: TimelineEntry[] = [];
  const say = (who: TimelineEntry['who'], what: string) => entries.push({ at: new Date(), who, what });
  const order: Order = {
    orderId: `demo-${suffix}-${tale.name}`,
    eventId: event.id,
    eventName: event.name,
    seats: tale.seats,
    total: { amount: tale.amount, currency: CURRENCY },
    buyer: {
      email: 'ada@example.com',
      name: 'Ada Byron',
      nationalId: '1815-12-10',
      phone: '+44 20 7946 0000',
    },
  };

  say('buyer', `wants ${seatList(tale.seats)} for ${(tale.amount / 100).toFixed(2)} ${CURRENCY}`);
  const start = await checkouts.start(order);
  if (start.state === 'held') {
    const until = new Date(start.deadline).toTimeString().slice(0, 8);
    say('checkout', `awaiting payment until ${until}`);
    await tale.buyer(await openPayment(order, checkouts, stripe, say));
  }
  const result = await checkouts.result(order.orderId);
  say('checkout', outcomeText(result));
  const token = start.state === 'held' ? start.token : undefined;
  entries.push(...(await readEffects(admin, { orderId: order.orderId, token }, result)));

  return {
    title: tale.title,
    orderId: order.orderId,
    workflowId: start.workflowId,
    outcome: result.outcome,
    asExpected: result.outcome === tale.expected,
    entries,
    link: await linkTo(start.workflowId),
  };
}

interface Payment {
  pay(card: string): Promise<void>;
  giveUp(): Promise<void>;
}

/** The payment service's part: an intent at the provider, told to the checkout before the buyer sees a form. */
async function openPayment(
  order: Order,
  checkouts: CheckoutClient,
  stripe: Stripe,
  say: (who: TimelineEntry['who'], what: string) => void,
): Promise<Payment> {
  const { orderId, total } = order;
  const intent = await stripe.paymentIntents.create({
    amount: total.amount,
    currency: total.currency.toLowerCase(),
    metadata: { order_id: orderId },
  });
  await checkouts.openPayment(orderId, intent.id);
  say('buyer', `sees the payment form (${intent.id})`);
  const event = { orderId, paymentId: intent.id };

  return {
    async pay(card) {
      await sleep(THINKING_MS);
      try {
        const { status } = await stripe.paymentIntents.confirm(intent.id, { payment_method: card });
        if (status !== 'succeeded') throw new Error(`the payment is ${status}, not succeeded`);
        await checkouts.recordPayment({
          ...event,
          eventId: `${intent.id}-1`,
          type: 'captured',
          money: total,
        });
      } catch (error) {
        if (!(error instanceof Stripe.errors.StripeCardError)) throw error;
        say('buyer', `is told: ${error.code ?? 'card_error'}; may try again until the deadline`);
        await checkouts.recordPayment({ ...event, eventId: `${intent.id}-1`, type: 'declined' });
      }
    },
    async giveUp() {
      say('buyer', 'gives up: the payment has failed for good');
      await checkouts.recordPayment({ ...event, eventId: `${intent.id}-2`, type: 'failed' });
    },
  };
}

function connectStripe(baseUrl: string): Stripe {
  const { hostname, port } = new URL(baseUrl);
  return new Stripe(DEMO_KEYS.stripe, {
    host: hostname,
    port,
    protocol: 'http',
    telemetry: false,
    maxNetworkRetries: 0,
  });
}

function seatList(seats: readonly Seat[]): string {
  return seats.map((seat) => ('area' in seat ? `${seat.area} × ${seat.quantity}` : seat.label)).join(', ');
}

function outcomeText(result: CheckoutResult): string {
  switch (result.outcome) {
    case 'completed':
      return `completed, tickets: ${result.tickets.map(({ object, ticketId }) => `${object} …${ticketId.slice(-6)}`).join(', ')}`;
    case 'unavailable':
      return `unavailable: ${result.seats.join(', ')}`;
    case 'payment_failed':
      return 'payment failed: the seats are free again';
    case 'expired':
      return 'expired: the seats are free again';
    default:
      return result.outcome;
  }
}
