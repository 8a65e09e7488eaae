import { expect, test } from 'vitest';
import type { Wanted } from '../../proofs/stage/orders.ts';
import { orderOf, report, useStack } from '../stack/use-stack.ts';

/** How a booking is taken back when the capture was refused. */
const stack = await useStack();
const checkouts = stack.checkouts();

/** Booked, and then the provider refuses the capture. */
async function authoriseInVain(eventId: string, name: string, wants: Wanted) {
  const order = orderOf(eventId, name, wants);
  await checkouts.start(order);
  const { paymentId, confirm } = await stack.pay(order, { capture: 'manual' });
  await confirm();
  const body = { error: { type: 'card_error', code: 'card_declined', message: 'declined' } };
  const refusal = { type: 'status', status: 402, when: 'before', body };
  await stack.fault({ system: 'stripe', call: 'capture', match: paymentId, action: refusal });
  await checkouts.recordPayment(report(order, paymentId, 'authorized'));
  return order;
}

test.concurrent('a capture that is refused after the booking frees seats and places, and lets the money go', async () => {
  const eventId = await stack.newEvent();
  const order = await authoriseInVain(eventId, 'refused', ['A-1', ['Floor', 2]]);

  expect(await checkouts.result(order.orderId)).toMatchObject({
    outcome: 'payment_failed',
    reason: 'capture_refused',
    payments: [{ state: 'canceled' }],
  });
  const { seats } = await stack.ledgers.ofEvent(eventId);
  expect(seats.filter(({ effect }) => effect === 'booked')).toHaveLength(2);
  await stack.expectLaw(eventId);
});

const BOOKINGS: { what: string; wants: Wanted }[] = [
  { what: 'seats', wants: ['A-1'] },
  { what: 'places', wants: [['Floor', 98]] },
  { what: 'seats and places', wants: ['A-1', ['Floor', 98]] },
];

test.concurrent.each(BOOKINGS)(
  'a call that takes $what back and arrives when they were sold anew frees nothing',
  async ({ what, wants }) => {
    const eventId = await stack.newEvent();
    const name = what.replaceAll(' ', '-');
    const late = await stack.fault({
      system: 'seatsio',
      call: 'batch',
      match: eventId,
      action: { type: 'pause' },
    });
    const order = await authoriseInVain(eventId, `late-${name}`, wants);
    expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'payment_failed' });
    expect((await checkouts.status(order.orderId)).attention).toEqual([]);

    const next = orderOf(eventId, `next-${name}`, wants);
    await checkouts.start(next);
    await stack.buy(checkouts, next);
    expect(await checkouts.result(next.orderId)).toMatchObject({ outcome: 'completed' });
    await late.release();
    await late.hit();

    await stack.expectLaw(eventId);
  },
);

test.concurrent('places whose taking back had no answer are given back once, and nobody has to look', async () => {
  const eventId = await stack.newEvent();
  await stack.fault({
    system: 'seatsio',
    call: 'batch',
    match: eventId,
    action: { type: 'drop', when: 'after' },
  });
  const order = await authoriseInVain(eventId, 'once', [['Floor', 2]]);

  expect(await checkouts.result(order.orderId)).toMatchObject({ outcome: 'payment_failed' });
  expect((await checkouts.status(order.orderId)).attention).toEqual([]);
  const { seats } = await stack.ledgers.ofEvent(eventId);
  expect(seats.filter(({ from }) => from === 'booked')).toMatchObject([{ label: 'Floor', quantity: 2 }]);
  await stack.expectLaw(eventId);
});
