import { orderOf } from '../stage/orders.ts';
import type { Stage } from '../stage/stage.ts';
import type { KnownThings } from './known-things.ts';

/** Events with places left, and payments of orders: what generated requests are about. */
export async function makeKnownThings(stage: Stage, events: number, payments: number): Promise<KnownThings> {
  const eventIds: string[] = [];
  for (let n = 0; n < events; n++) eventIds.push(await stage.newEvent());
  const orders = Array.from({ length: payments }, (_, n) =>
    orderOf(String(eventIds[n % events]), `asked${n}`, [['Floor', 1]]),
  );
  const paid = await Promise.all(
    orders.map(async (order) => ({
      orderId: order.orderId,
      paymentId: (await stage.pay(order)).paymentId,
    })),
  );
  return { eventIds, payments: paid, orders: [], holds: [] };
}
