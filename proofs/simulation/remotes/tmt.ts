import type { OrderRecord, RecordedOrder } from '../../../src/tmt/order-record.ts';
import type { TmtApi } from '../../../src/tmt/tmt-api.ts';
import type { TmtTicket } from '../../../src/tmt/tmt-ticket.ts';
import type { Clock } from '../clock.ts';
import type { Dice } from '../dice.ts';
import type { EffectLog } from './ledger.ts';
import type { CallRemote } from './remote.ts';

export type TmtModel = ReturnType<typeof createTmtModel>;

/**
 * TMT in memory. It makes all tickets of the event again when it is asked again, a second order of a second
 * `order_created`, and sells the tickets, and lists the order, some time after its answer.
 */
export function createTmtModel(
  clock: Clock,
  dice: Dice,
  ledger: EffectLog,
  call: CallRemote,
  event: { eventId: string; zones: { zone: string; zoneId: string; seats: number }[] },
) {
  const tickets = new Map<string, TmtTicket>();
  const listed = new Map<string, RecordedOrder[]>();
  let generations = 0;
  let orders = 0;

  function generate(): void {
    generations += 1;
    const made = event.zones.flatMap(({ zone, zoneId, seats }) =>
      Array.from({ length: seats }, (_, n): TmtTicket => {
        const ticketId = `${event.eventId}-${zoneId}${generations}x${n + 1}`;
        return { ticketId, zone, zoneId, seatId: `${zoneId}-${n + 1}`, available: true };
      }),
    );
    for (const ticket of made) tickets.set(ticket.ticketId, ticket);
    const ticketIds = made.map(({ ticketId }) => ticketId);
    ledger.append('tickets.generated', { eventId: event.eventId, count: made.length, ticketIds });
  }

  function record({ attemptId, order, tickets: lines, paymentId }: OrderRecord): { orderId: string } {
    orders += 1;
    const orderId = `tmt-${orders}`;
    const ticketIds = lines.map(({ ticketId }) => ticketId);
    ledger.append('order.created', {
      orderId,
      eventId: event.eventId,
      ticketIds,
      attemptId,
      paymentId,
      amount: order.total.amount / 100,
      currency: order.total.currency,
    });
    const { email } = order.buyer;
    // The settle time of the product is 5 s: TMT has listed what it took by then.
    clock.after(dice.int(50, 4_000), () => {
      listed.set(email, [...(listed.get(email) ?? []), { orderId, attemptId, ticketIds }]);
      for (const ticketId of ticketIds) {
        const ticket = tickets.get(ticketId);
        if (!ticket) continue;
        ticket.available = false;
        ticket.customerEmail = email;
        ledger.append('ticket.sold', { ticketId, orderId });
      }
    });
    return { orderId };
  }

  const api = {
    listTickets: (_eventId, limit) =>
      call('listTickets', limit, () => [...tickets.values()].map((ticket) => ({ ...ticket }))),
    generateTickets: (_input, limit) => call('generateTickets', limit, generate),
    getTicket: (ticketId, limit) =>
      call('getTicket', limit, () => {
        const ticket = tickets.get(ticketId);
        return ticket && { ...ticket };
      }),
    createOrder: (order, limit) => call('createOrder', limit, () => record(order)),
    ordersOf: (email, limit) => call('ordersOf', limit, () => listed.get(email) ?? []),
  } satisfies Partial<TmtApi>;

  return { api, generate, hasTickets: () => tickets.size > 0 };
}
