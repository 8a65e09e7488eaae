import { continueAsNew, proxyActivities, setCurrentDetails, sleep } from '@temporalio/workflow';
import type { createReconcileActivities } from '../activities/reconcile.ts';
import { attemptId } from '../checkout/ids.ts';
import { type Breach, confirm } from './breach.ts';
import { findBreaches } from './breaches.ts';
import type { AttemptFacts, EventPicture, OrderFacts, Page } from './event-picture.ts';

export interface ReconcileInput {
  eventId: string;
  /** Between the two looks: longer than a sale that goes well takes behind its booking. */
  pauseMs?: number;
  /** What the first look found; present in the run that takes the second. */
  before?: Breach[];
}

export interface ReconcileReport {
  eventId: string;
  /** False: Seats.io does not know the event, so it counts no seat of it. */
  knownAtSeatsio: boolean;
  /** One when the first look found nothing to confirm. */
  looks: 1 | 2;
  /** How many of each were compared, at the last look. */
  compared: {
    checkouts: number;
    /** Of the checkouts; what they have under way is no breach. */
    openCheckouts: number;
    bookedSeats: number;
    bookedPlaces: number;
    heldSeats: number;
    soldTickets: number;
    orders: number;
    payments: number;
    latePayments: number;
  };
  /** The first thousand. */
  breaches: Breach[];
  /** How many more the last look showed. */
  furtherBreaches: number;
}

const PAUSE_MS = 30_000;
/** What fits into the argument of the next run, and into a report that a person reads. */
const MOST_BREACHES = 1_000;
/** Attempts that are read by id in one activity. */
const NAMES = 100;

/** One page: two calls at a time, each over in seconds. What fails is read again, for as long as it takes. */
const { readSeats, readSales, readCheckouts, readAttempts, readLatePayments, readOrdersOf } = proxyActivities<
  ReturnType<typeof createReconcileActivities>
>({
  startToCloseTimeout: '5 minutes',
  retry: { maximumInterval: '1 minute' },
  // A sale goes first, where the server knows priorities.
  priority: { priorityKey: 5 },
});

/**
 * Compares what Seats.io, TMT, the payment provider and the checkouts have of one event, and reports every
 * breach of the law of seats and money. It changes nothing. What a first look finds may be a sale under way, so
 * it counts only if a second look, after a pause, finds the same. Each look is a run of its own, for the pages
 * of a large event fill a history.
 */
export async function reconcile({
  eventId,
  pauseMs = PAUSE_MS,
  before,
}: ReconcileInput): Promise<ReconcileReport> {
  const { knownAtSeatsio, ...picture } = await look(eventId, before ? 'Second look' : 'First look');
  const found = findBreaches(picture);
  if (!before && found.length > 0) {
    setCurrentDetails(
      `The first look found ${found.length} breaches; a second one will tell which of them last.`,
    );
    await sleep(pauseMs, { summary: 'Whatever is under way may end' });
    return continueAsNew<typeof reconcile>({ eventId, pauseMs, before: found.slice(0, MOST_BREACHES) });
  }
  const breaches = confirm(before ?? [], found).slice(0, MOST_BREACHES);
  setCurrentDetails(
    breaches.length === 0 ? 'No breach.' : `**${breaches.length} breaches**, see the result.`,
  );
  const isFull = before?.length === MOST_BREACHES;
  return {
    eventId,
    knownAtSeatsio,
    looks: before ? 2 : 1,
    compared: count(picture),
    breaches,
    furtherBreaches: isFull ? Math.max(0, found.length - breaches.length) : 0,
  };
}

async function look(eventId: string, name: string): Promise<EventPicture & { knownAtSeatsio: boolean }> {
  const show = (part: string) => setCurrentDetails(`${name}: ${part}.`);
  show('seats at Seats.io');
  const seats = await readPages((after) => readSeats({ eventId, ...after }));
  show('tickets and orders at TMT');
  const sales = await readPages((after) => readSales({ eventId, ...after }));
  show('checkouts, and their payments at the provider');
  const checkouts = await readPages((after) => readCheckouts({ eventId, ...after }));
  const late = await readPages((after) => readLatePayments({ eventId, ...after }));

  const latePayments = late.flatMap(({ payments }) => payments);
  const booked = seats.flatMap((page) => page.booked);
  const held = seats.flatMap((page) => page.held);
  const orders = sales.flatMap((page) => page.orders);
  const named = [
    ...booked.map(([, attempt]) => attempt),
    ...held.map(([, attempt]) => attempt),
    ...orders.map((order) => order.attemptId),
    ...latePayments.map(({ orderId, attempt }) => attemptId(orderId, attempt)),
  ];
  const attempts = await addNamed(
    checkouts.flatMap((page) => page.attempts),
    named,
  );
  return {
    knownAtSeatsio: seats.every(({ known }) => known),
    attempts,
    latePayments,
    seats: { booked, held, areas: seats.flatMap((page) => page.areas) },
    soldTickets: sales.flatMap((page) => page.soldTickets),
    orders: await addOrders(orders, attempts),
  };
}

/** Temporal's list may lag some seconds: an attempt that is named elsewhere, and not in it, is read by its id. */
async function addNamed(
  listed: readonly AttemptFacts[],
  named: readonly (string | null | undefined)[],
): Promise<AttemptFacts[]> {
  const attempts = new Map(listed.map((one) => [attemptId(one.orderId, one.attempt), one]));
  const missing = new Set(named.flatMap((name) => (name && !attempts.has(name) ? [name] : [])));
  const found: AttemptFacts[] = [];
  for (const names of chunks([...missing])) found.push(...(await readAttempts({ names })));
  return [...attempts.values(), ...found];
}

/** An order whose tickets are not sold yet, or transferred, is found by its buyer alone. */
async function addOrders(
  orders: readonly OrderFacts[],
  attempts: readonly AttemptFacts[],
): Promise<OrderFacts[]> {
  const known = new Set(orders.map((order) => order.attemptId));
  const missing = attempts.filter(
    ({ state, orderId, attempt }) =>
      (state === 'sold' || state === 'broken') && !known.has(attemptId(orderId, attempt)),
  );
  const found: OrderFacts[] = [];
  for (const some of chunks(missing)) {
    const wanted = some.map(({ orderId, attempt, state }) => ({ orderId, attempt, state }));
    found.push(...(await readOrdersOf({ attempts: wanted })));
  }
  return [...orders, ...found];
}

async function readPages<T>(read: (after: { after?: string }) => Promise<Page<T>>): Promise<Page<T>[]> {
  const pages: Page<T>[] = [];
  for (let after: string | undefined, isLast = false; !isLast; isLast = after === undefined) {
    const page = await read(after === undefined ? {} : { after });
    pages.push(page);
    after = page.next;
  }
  return pages;
}

function chunks<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / NAMES);
  return Array.from({ length: count }, (_, n) => items.slice(n * NAMES, (n + 1) * NAMES));
}

function count({
  attempts,
  latePayments,
  seats,
  soldTickets,
  orders,
}: EventPicture): ReconcileReport['compared'] {
  return {
    checkouts: attempts.length,
    openCheckouts: attempts.filter(({ state }) => state === 'open').length,
    bookedSeats: seats.booked.length,
    bookedPlaces: seats.areas.reduce((sum, { booked }) => sum + booked, 0),
    heldSeats: seats.held.length,
    soldTickets: soldTickets.length,
    orders: orders.length,
    payments: attempts.reduce((sum, { payments }) => sum + (payments?.length ?? 0), 0),
    latePayments: latePayments.length,
  };
}
