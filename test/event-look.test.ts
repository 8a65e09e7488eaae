import type { Context } from '@temporalio/activity';
import { describe, expect, test } from 'vitest';
import { createEventLookActivities } from '../src/activities/event-look.ts';
import { createStepInterceptor } from '../src/activities/step.ts';
import type { ObjectState } from '../src/seatsio/object-state.ts';
import type { RecordedOrder } from '../src/tmt/order-record.ts';
import type { TmtTicket } from '../src/tmt/tmt-ticket.ts';

const EVENT = { eventId: 'Ev1' };
const number = (n: number) => String(n).padStart(5, '0');
const free = (label: string): ObjectState => ({
  label,
  status: 'free',
  categoryKey: '1',
  categoryLabel: 'Stalls',
});
const soldTo = (n: number, customerEmail?: string): TmtTicket => ({
  ticketId: `Ev1-${number(n)}`,
  zone: 'Stalls',
  zoneId: 'STALLS',
  seatId: `STALLS-${n}`,
  available: false,
  sold: true,
  ...(customerEmail !== undefined && { customerEmail }),
});

interface Remotes {
  states?: ObjectState[];
  tokens?: string[];
  tickets?: TmtTicket[];
  orders?: Record<string, RecordedOrder[]>;
}

/** The activities over remotes that have just this; `most` is how many calls were under way at once. */
function lookAt({ states = [], tokens = [], tickets = [], orders = {} }: Remotes) {
  const calls = { now: 0, most: 0 };
  const answer = async <T>(value: T): Promise<T> => {
    calls.now += 1;
    calls.most = Math.max(calls.most, calls.now);
    await new Promise(setImmediate);
    calls.now -= 1;
    return value;
  };
  const activities = createEventLookActivities({
    seats: {
      readAll: () => answer(states),
      retrieveToken: (token) =>
        answer(tokens.includes(token) ? { expiresInSeconds: 60, workspaceKey: 'w' } : undefined),
    },
    tmt: { listTickets: () => answer(tickets), ordersOf: (email) => answer(orders[email] ?? []) },
  });
  return { ...activities, calls };
}

/** As in a worker: with the time that a try of an activity has. */
function inActivity<T>(activity: () => Promise<T>): Promise<T> {
  const cancellationSignal = new AbortController().signal;
  const info = { startToCloseTimeoutMs: 60_000 };
  const { inbound } = createStepInterceptor({ info, cancellationSignal } as Context);
  return inbound.execute?.({ args: [], headers: {} }, activity) as Promise<T>;
}

async function pagesOf<T extends { next?: string }>(
  read: (after: { after?: string }) => Promise<T>,
): Promise<T[]> {
  const pages: T[] = [];
  for (let after = {}; ; ) {
    const page = await inActivity(() => read(after));
    pages.push(page);
    if (page.next === undefined) return pages;
    after = { after: page.next };
  }
}

describe('the seats of an event', () => {
  test('are booked ones, held ones with the life of their token, and areas', async () => {
    const remotes = lookAt({
      tokens: ['alive'],
      states: [
        free('A-1'),
        { ...free('A-2'), status: 'booked', orderId: 'o1-1' },
        { ...free('A-3'), status: 'reservedByToken', holdToken: 'alive', orderId: 'o2-1' },
        { ...free('A-4'), status: 'reservedByToken', holdToken: 'dead' },
        {
          ...free('Floor'),
          area: {
            free: 90,
            booked: 4,
            held: 6,
            heldByToken: new Map([
              ['alive', 1],
              ['dead', 5],
            ]),
          },
        },
      ],
    });
    expect(await inActivity(() => remotes.readSeats(EVENT))).toEqual({
      known: true,
      booked: [['A-2', 'o1-1', '1']],
      held: [
        ['A-3', 'o2-1', true],
        ['A-4', null, false],
      ],
      areas: [{ label: 'Floor', categoryKey: '1', categoryLabel: 'Stalls', booked: 4, heldByDead: 5 }],
    });
  });

  test('of a large event come in pages that miss none and repeat none, and are small enough', async () => {
    const labels = Array.from({ length: 12_000 }, (_, n) => `Section 12-Row ${number(n)}`);
    const states = labels.map((label) => ({
      ...free(label),
      status: 'booked',
      orderId: `order-${label.length}-1`,
    }));
    const remotes = lookAt({ states: states.toReversed() });
    const pages = await pagesOf((after) => remotes.readSeats({ ...EVENT, ...after }));

    expect(pages).toHaveLength(3);
    expect(pages.flatMap(({ booked }) => booked.map(([label]) => label))).toEqual(labels);
    for (const page of pages) expect(JSON.stringify(page).length).toBeLessThan(1_000_000);
  });
});

describe('the sales of an event', () => {
  test('are its sold tickets, with the orders of their holders that are for this event', async () => {
    const { sold: _sold, ...notSold } = soldTo(4);
    const ours = {
      orderId: 'r1',
      attemptId: 'o1-1',
      paymentId: 'pi_1',
      ticketIds: ['Ev1-00001', 'Ev1-00002'],
    };
    const remotes = lookAt({
      tickets: [
        soldTo(2, 'ana@example.org'),
        soldTo(1, ' Ana@example.org'),
        soldTo(3),
        { ...notSold, available: true },
      ],
      orders: { 'ana@example.org': [ours, { orderId: 'r2', ticketIds: ['Ev2-1'] }] },
    });
    expect(await inActivity(() => remotes.readSales(EVENT))).toEqual({
      soldTickets: [1, 2, 3].map((n) => [`Ev1-${number(n)}`, 'Stalls', 'STALLS']),
      orders: [{ recordId: 'r1', attemptId: 'o1-1', paymentId: 'pi_1', ticketIds: ours.ticketIds }],
    });
  });

  test('of a large event come in pages, two calls at a time, and no page tells who bought', async () => {
    const buyers = Array.from({ length: 1_200 }, (_, n) => `buyer${n}@example.org`);
    const tickets = buyers.map((email, n) => soldTo(n, email));
    const orders = Object.fromEntries(
      buyers.map((email, n) => [email, [{ orderId: `r${n}`, ticketIds: [`Ev1-${number(n)}`] }]]),
    );
    const remotes = lookAt({ tickets: tickets.toReversed(), orders });
    const pages = await pagesOf((after) => remotes.readSales({ ...EVENT, ...after }));

    expect(pages).toHaveLength(3);
    expect(pages.flatMap((page) => page.soldTickets.map(([ticketId]) => ticketId))).toEqual(
      tickets.map(({ ticketId }) => ticketId),
    );
    expect(pages.flatMap((page) => page.orders.map(({ recordId }) => recordId))).toEqual(
      buyers.map((_, n) => `r${n}`),
    );
    expect(remotes.calls.most).toBe(2);
    expect(JSON.stringify(pages)).not.toContain('@');
  });
});
