import { expect, test } from 'vitest';
import { createReconcileActivities } from '../../src/activities/reconcile.ts';
import type { Order } from '../../src/checkout/order.ts';
import { checkoutStartOptions } from '../../src/checkout-start-options.ts';
import { toTerms } from '../../src/config.ts';
import type { ReconcileReport, reconcile } from '../../src/workflows/reconcile.ts';
import { orderOf, useStack } from '../stack/use-stack.ts';

const stack = await useStack();
const checkouts = stack.checkouts();
const quick = stack.checkouts(0.3 / 60);

async function start(eventId: string) {
  return stack.temporal.workflow.start<typeof reconcile>('reconcile', {
    workflowId: `reconcile/${eventId}`,
    taskQueue: 'checkout',
    args: [{ eventId, pauseMs: 1 }],
  });
}

/** What reconcile says, once Temporal's list shows so many checkouts of the event. */
async function compare(eventId: string, checkoutCount: number): Promise<ReconcileReport> {
  const query = `WorkflowType = 'checkout' AND EventId = '${eventId}'`;
  await expect.poll(async () => (await stack.temporal.workflow.count(query)).count).toBe(checkoutCount);
  return (await start(eventId)).result();
}

/** The breaches without the advice. */
async function breachesOf(eventId: string, checkoutCount: number) {
  const { breaches } = await compare(eventId, checkoutCount);
  return breaches.map((breach) => {
    const { next, ...about } = breach;
    expect(next).toMatch(/\.$/);
    return about;
  });
}

async function sell(eventId: string, name: string, seats: Parameters<typeof orderOf>[2]) {
  const order = orderOf(eventId, name, seats);
  await checkouts.start(order);
  const paymentId = await stack.buy(checkouts, order);
  const result = await checkouts.result(order.orderId);
  if (result.outcome !== 'completed') throw new Error(`the order was not sold: ${result.outcome}`);
  return { order, paymentId, ticketIds: result.tickets.map(({ ticketId }) => ticketId) };
}

async function expire(order: Order): Promise<void> {
  await quick.start(order);
  expect(await quick.result(order.orderId)).toMatchObject({ outcome: 'expired' });
}

const terminate = (order: Order) =>
  stack.temporal.workflow.getHandle(`checkout/${order.orderId}`).terminate('a test');

/** Somebody else makes an order at TMT, and TMT has sold its tickets. */
async function orderElsewhere(eventId: string, ticketIds: string[]): Promise<string> {
  const email = `box.office@${eventId.toLowerCase()}.example.org`;
  const { data } = (await stack.callTmt('order_created', {
    amount: 25,
    event_id: eventId,
    event_name: 'A night at the club',
    office_id: 'o',
    office_name: 'Box office',
    box_office_id: 'b',
    box_office_name: 'Box office',
    client_id: 'c',
    client_name: 'Organiser',
    status: true,
    exchange_rate: 1,
    tickets: ticketIds.map((ticketId) => ({
      ticket_id: ticketId,
      amount: 25,
      id: 'STALLS',
      status: false,
      metadata: { customer_email: email, customer_name: 'Box office' },
    })),
    transactions: [{ amount: 25, amount_currency: 'USD', payment_data: { reference: 'cash' } }],
  })) as { data: { order_id: string } };
  const holders = async () => {
    const { tmt } = await stack.ledgers.ofEvent(eventId);
    return tmt.filter((entry) => entry.effect === 'ticket.sold' && entry.email === email).length;
  };
  await expect.poll(holders).toBe(ticketIds.length);
  return data.order_id;
}

const unsoldTicket = async (eventId: string): Promise<string> => {
  const { data } = (await stack.callTmt('tickets_list_event', { event_id: eventId })) as {
    data: { response: { ticket_id: string; status: boolean }[] };
  };
  const free = data.response.findLast(({ status }) => status);
  if (!free) throw new Error('no ticket is left');
  return free.ticket_id;
};

test('an event with a sale, an expiry, late money that went back, an open and a half-done checkout has no breach', async () => {
  const eventId = await stack.newEvent();
  await sell(eventId, 'sold', ['A-1', ['Floor', 2]]);
  const late = { ...orderOf(eventId, 'late', ['A-2', ['Floor', 1]]), lateMoney: 'refund' as const };
  await expire(late);
  const lateId = await stack.buy(checkouts, late);
  await stack.temporal.workflow.getHandle(`late/${lateId}`).result();
  await checkouts.start(orderOf(eventId, 'open', ['A-3', ['Floor', 1]]));
  const half = orderOf(eventId, 'half', ['A-4', ['Floor', 4]]);
  await checkouts.start(half);
  const record = await stack.fault({
    system: 'tmt',
    call: 'order_created',
    match: `${half.orderId}-1`,
    action: { type: 'pause' },
  });
  await stack.buy(checkouts, half);
  await record.hit();

  const healthy = await compare(eventId, 4);
  await record.release();
  await checkouts.result(half.orderId);

  expect(healthy).toEqual({
    eventId,
    knownAtSeatsio: true,
    looks: 1,
    compared: {
      checkouts: 4,
      openCheckouts: 2,
      bookedSeats: 2,
      bookedPlaces: 6,
      heldSeats: 1,
      soldTickets: 3,
      orders: 1,
      payments: 1,
      latePayments: 1,
    },
    breaches: [],
    furtherBreaches: 0,
  });
});

test('seats and places that a back office booked are named', async () => {
  const eventId = await stack.newEvent();
  await sell(eventId, 'sold', [['Floor', 2]]);
  await stack.seatsio.events.book(eventId, [{ objectId: 'A-9' }, { objectId: 'Floor', quantity: 3 }]);

  expect(await breachesOf(eventId, 1)).toEqual([
    { kind: 'booked_without_order', seat: 'A-9' },
    { kind: 'booked_without_order', seat: 'Floor', places: 3 },
  ]);
});

test('seats that are booked or held under the name of an expired attempt are named', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'expired', ['A-1', 'A-2']);
  await expire(order);
  const about = { orderId: order.orderId, attempt: 1 };
  const { holdToken } = await stack.seatsio.holdTokens.create();
  await stack.seatsio.events.book(eventId, ['A-1'], null, `${order.orderId}-1`);
  await stack.seatsio.events.hold(eventId, ['A-2'], holdToken, `${order.orderId}-1`);

  expect(await breachesOf(eventId, 1)).toEqual([
    { kind: 'booked_by_unsold_attempt', ...about, seat: 'A-1' },
    { kind: 'held_by_nobody', ...about, seat: 'A-2' },
  ]);
});

test('an order that somebody else made at TMT is named, and so is one for a ticket that is sold', async () => {
  const eventId = await stack.newEvent();
  const { order, ticketIds } = await sell(eventId, 'sold', ['A-1']);
  const free = await unsoldTicket(eventId);
  const foreign = await orderElsewhere(eventId, [free, ...ticketIds]);

  expect(await breachesOf(eventId, 1)).toEqual([
    {
      kind: 'ticket_in_two_orders',
      orderId: order.orderId,
      attempt: 1,
      ticketIds,
      recordIds: expect.arrayContaining([foreign, expect.any(String)]),
    },
    { kind: 'ticket_without_booking', recordIds: [foreign], ticketIds: [free] },
  ]);
});

test('a sold seat that was released, a ticket put back on sale and a payment refunded elsewhere are named', async () => {
  const eventId = await stack.newEvent();
  const { order, paymentId, ticketIds } = await sell(eventId, 'undone', ['A-1', ['Floor', 2]]);
  const about = { orderId: order.orderId, attempt: 1 };
  const [seatTicket = '', placeTicket = ''] = ticketIds;
  await stack.seatsio.events.release(eventId, [{ objectId: 'A-1' }, { objectId: 'Floor', quantity: 1 }]);
  await stack.callTmt('tickets_update_individual', { ticket_id: placeTicket, status: true });
  await stack.stripe.refunds.create({ payment_intent: paymentId });

  expect(await breachesOf(eventId, 1)).toEqual([
    { kind: 'ticket_without_booking', seat: 'Floor', places: 1 },
    { kind: 'ticket_without_booking', ...about, seat: 'A-1', ticketIds: [seatTicket] },
    { kind: 'paid_without_ticket', ...about, seat: 'Floor', ticketIds: [placeTicket] },
    { kind: 'ticket_without_money', ...about, paymentId },
  ]);
});

test('a checkout terminated behind its booking: the seats, the money and the run are named', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'cutoff', ['A-1', ['Floor', 2]]);
  const about = { orderId: order.orderId, attempt: 1 };
  await checkouts.start(order);
  const record = await stack.fault({
    system: 'tmt',
    call: 'order_created',
    match: `${order.orderId}-1`,
    action: { type: 'drop', when: 'before' },
  });
  const paymentId = await stack.buy(checkouts, order);
  await record.hit();
  await terminate(order);

  expect(await breachesOf(eventId, 1)).toEqual([
    { kind: 'booked_without_order', ...about, seat: 'A-1' },
    { kind: 'booked_without_order', seat: 'Floor', places: 2 },
    { kind: 'paid_without_ticket', ...about, paymentId },
    { kind: 'broken_checkout', ...about, ending: 'TERMINATED' },
  ]);
});

test('payments captured and authorised outside, of checkouts that were terminated before they knew, are named', async () => {
  const eventId = await stack.newEvent();
  const open = async (name: string, seat: string, capture: 'manual' | 'automatic') => {
    const order = orderOf(eventId, name, [seat]);
    await checkouts.start(order);
    const { paymentId, confirm } = await stack.pay(order, { capture });
    await checkouts.openPayment(order.orderId, paymentId);
    await terminate(order);
    await confirm();
    return { about: { orderId: order.orderId, attempt: 1 }, paymentId };
  };
  const captured = await open('captured', 'A-1', 'automatic');
  const authorised = await open('authorised', 'A-2', 'manual');

  const breaches = await breachesOf(eventId, 2);
  expect(breaches).toHaveLength(4);
  expect(breaches).toEqual(
    expect.arrayContaining([
      { kind: 'paid_without_ticket', ...captured.about, paymentId: captured.paymentId },
      { kind: 'broken_checkout', ...captured.about, ending: 'TERMINATED' },
      { kind: 'authorisation_left_open', ...authorised.about, paymentId: authorised.paymentId },
      { kind: 'broken_checkout', ...authorised.about, ending: 'TERMINATED' },
    ]),
  );
});

test('late money whose refund failed at the bank is named until it went back', async () => {
  const eventId = await stack.newEvent();
  const order = { ...orderOf(eventId, 'bank', ['A-1']), lateMoney: 'refund' as const };
  await expire(order);
  const paymentId = await stack.buy(checkouts, order);
  await stack.temporal.workflow.getHandle(`late/${paymentId}`).result();
  await stack.failRefund(paymentId);

  const about = { orderId: order.orderId, attempt: 1, paymentId };
  expect(await breachesOf(eventId, 1)).toEqual([{ kind: 'paid_without_ticket', ...about }]);
  await stack.stripe.refunds.create({ payment_intent: paymentId });
  expect(await breachesOf(eventId, 1)).toEqual([]);
});

test('late money that waits for a person is named until it went back', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'attention', ['A-1']);
  await checkouts.start(order);
  await terminate(order);
  const paymentId = await stack.buy(checkouts, order);
  expect(await stack.temporal.workflow.getHandle(`late/${paymentId}`).result()).toEqual({
    became: 'attention',
  });

  const about = { orderId: order.orderId, attempt: 1 };
  expect(await breachesOf(eventId, 1)).toEqual([{ kind: 'late_payment_at_attention', ...about, paymentId }]);

  await stack.stripe.refunds.create({ payment_intent: paymentId });
  expect(await breachesOf(eventId, 1)).toEqual([]);
});

test('what is gone at the second look, or has just come, is not reported', async () => {
  const eventId = await stack.newEvent();
  await stack.seatsio.events.book(eventId, ['A-9']);
  const second = await stack.fault({
    system: 'seatsio',
    call: 'reports',
    match: eventId,
    nth: 2,
    action: { type: 'pause' },
  });
  const handle = await start(eventId);
  await second.hit();
  await stack.seatsio.events.release(eventId, ['A-9']);
  await stack.seatsio.events.book(eventId, ['A-8']);
  await second.release();

  expect(await handle.result()).toMatchObject({ looks: 2, breaches: [] });
});

test('a checkout that the list does not show yet is read by its id, so what it has under way is no breach', async () => {
  const eventId = await stack.newEvent();
  const order = orderOf(eventId, 'unlisted', ['A-1', ['Floor', 2]]);
  const input = { order, attempt: 1, terms: toTerms(10, 1) };
  const options = checkoutStartOptions(input, 'checkout');
  // The list is asked by this attribute: with none, the checkout is as good as not there yet.
  await stack.temporal.workflow.start('checkout', { ...options, typedSearchAttributes: [] });
  await checkouts.start(order);
  const record = await stack.fault({
    system: 'tmt',
    call: 'order_created',
    match: `${order.orderId}-1`,
    action: { type: 'pause' },
  });
  await stack.buy(checkouts, order);
  await record.hit();
  const report = await compare(eventId, 0);
  await record.release();
  await checkouts.result(order.orderId);

  expect(report).toMatchObject({ looks: 1, breaches: [], compared: { checkouts: 1, openCheckouts: 1 } });
});

test('more checkouts than one page of the list has are all read, each once', async () => {
  const eventId = await stack.newEvent();
  const orders = ['A-1', 'A-2', 'A-3', 'A-4', 'A-5'].map((seat) => orderOf(eventId, seat, [seat]));
  for (const order of orders) {
    await checkouts.start(order);
    await checkouts.cancel(order.orderId);
  }
  await compare(eventId, orders.length);

  const notAsked = () => Promise.reject(new Error('not asked in this test'));
  const activities = createReconcileActivities({
    client: stack.temporal,
    seats: { readAll: notAsked, retrieveToken: notAsked },
    tmt: { listTickets: notAsked, ordersOf: notAsked },
    provider: { lookUp: notAsked },
    pageSize: 2,
  });
  const found: string[] = [];
  let pages = 0;
  for (let after: string | undefined, isLast = false; !isLast; isLast = after === undefined) {
    const page = await activities.readCheckouts({ eventId, ...(after !== undefined && { after }) });
    found.push(...page.attempts.map(({ orderId, ending }) => `${orderId} ${ending}`));
    after = page.next;
    pages += 1;
  }
  expect(pages).toBeGreaterThan(2);
  expect(found.toSorted()).toEqual(orders.map(({ orderId }) => `${orderId} cancelled`));
});

test('an event that Seats.io does not know is said to be unknown', async () => {
  const unknown = await start('NoSuchEvent');
  expect(await unknown.result()).toMatchObject({ knownAtSeatsio: false, looks: 1, breaches: [] });
});

test('neither e-mail nor token gets into the history of a comparison', async () => {
  const eventId = await stack.newEvent();
  await sell(eventId, 'private', ['A-1']);
  const open = await checkouts.start(orderOf(eventId, 'held', ['A-2', ['Floor', 1]]));
  if (open.state !== 'held') throw new Error('the seats were not held');
  await compare(eventId, 2);

  const { events } = await stack.temporal.workflow.getHandle(`reconcile/${eventId}`).fetchHistory();
  const payloads = (events ?? []).flatMap(
    (event) => event.activityTaskCompletedEventAttributes?.result?.payloads ?? [],
  );
  const texts = payloads.map(({ data }) => Buffer.from(data ?? []).toString());
  expect(texts.join()).toContain('A-1');
  expect(texts.join()).not.toMatch(/example\.org|@/);
  expect(texts.join()).not.toContain(open.token);
});
