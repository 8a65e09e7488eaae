import { expect, test } from 'vitest';
import type { Wanted } from '../../proofs/stage/orders.ts';
import { orderOf, useStack } from '../stack/use-stack.ts';

/** A book that was given up and arrives in the last moment before the hold's token ends. */
const stack = await useStack();
const checkouts = stack.checkouts();

/** Holds up the first book of the order, and the end of its token; what happens in between is built, not hoped for. */
async function holdUpBook(eventId: string, token: string) {
  const pause = { type: 'pause' } as const;
  const book = await stack.fault({ system: 'seatsio', call: 'book', match: eventId, action: pause });
  const end = await stack.fault({ system: 'seatsio', call: 'expireToken', match: token, action: pause });
  return {
    /** The book arrives when the token is about to end. */
    arriveLast: async () => {
      await end.hit();
      await book.release();
      await end.release();
    },
  };
}

const WANTED: { what: string; wants: Wanted }[] = [
  { what: 'seats', wants: ['A-1'] },
  { what: 'places', wants: [['Floor', 2]] },
  { what: 'seats and places', wants: ['A-1', ['Floor', 2]] },
];

test.concurrent.each(WANTED)(
  '$what that it books after its repeat was refused are sold once',
  async ({ what, wants }) => {
    const eventId = await stack.newEvent();
    const order = orderOf(eventId, what.replaceAll(' ', '-'), wants);
    const { token } = await held(order);
    const late = await holdUpBook(eventId, token);
    const refusal = {
      type: 'status',
      status: 400,
      when: 'before',
      body: { errors: [{ code: 'X', message: 'x' }] },
    };
    await stack.fault({ system: 'seatsio', call: 'book', match: eventId, nth: 2, action: refusal });
    const paymentId = stack.buy(checkouts, order);
    await late.arriveLast();

    expect(await checkouts.result(order.orderId)).toMatchObject({
      outcome: 'completed',
      paymentId: await paymentId,
    });
    await stack.expectLaw(eventId);
  },
);

async function held(order: Parameters<typeof checkouts.start>[0]) {
  const start = await checkouts.start(order);
  if (start.state !== 'held') throw new Error(`the order is ${start.state}`);
  return start;
}
