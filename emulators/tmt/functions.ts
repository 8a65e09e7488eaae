import { z } from 'zod';
import { answer, badParameter, TmtFailure } from './envelope.ts';
import type { Inventory } from './inventory.ts';
import type { createLocks } from './locks.ts';
import { type Orders, orderBody } from './orders.ts';
import type { TmtSettings } from './settings.ts';

/** One function of TMT: takes the `data` of the request, gives the whole body of the answer. */
export type TmtFunction = (data: unknown) => Record<string, unknown>;

const eventId = z.object({ event_id: z.string() });
const ticketId = z.object({ ticket_id: z.string() });
const generate = z.object({
  idevent: z.string(),
  order_id: z.string().optional(),
  seats: z
    .array(z.union([z.string(), z.object({ objectId: z.string(), quantity: z.number().int().min(1) })]))
    .optional(),
});
const reserved = z.object({ ticketd_reserved: z.array(z.string()) });

/** The functions by their names at TMT. There is none that reads one order: TMT has none. */
export function createFunctions(
  inventory: Inventory,
  locks: ReturnType<typeof createLocks>,
  orders: Orders,
  settings: () => TmtSettings,
): Record<string, TmtFunction> {
  return {
    tickets_generate: (data) => {
      const { idevent, order_id: orderId, seats } = read(generate, data);
      inventory.generate(idevent, orderId !== undefined && seats ? { orderId, seats } : undefined);
      return answer('Tickets Generados', { valido: true });
    },
    tickets_list_event: (data) => {
      const response = inventory.list(read(eventId, data).event_id);
      if (response.length === 0) throw new TmtFailure('Evento no Encontrado');
      return answer('Evento Encontrado', { valido: true, response });
    },
    tickets_individual: (data) => {
      const found = inventory.find(read(ticketId, data).ticket_id);
      if (found === undefined) throw new TmtFailure('Ticket no Encontrado');
      return answer('Ticket Encontrado', { valido: true, response: [found] });
    },
    tickets_update_individual: (data) => {
      const { ticket_id: id, status } = read(ticketId.extend({ status: z.boolean() }), data);
      if (!inventory.update(id, status)) throw new TmtFailure('Ticket no Encontrado');
      return answer('Ticket Actualizado', { valido: true });
    },
    tickets_lock: (data) => {
      const lock = read(reserved.extend({ reserved_time: z.number() }), data);
      locks.lock(lock.ticketd_reserved, lock.reserved_time);
      return answer('Tickets Reservados', { valido: true });
    },
    tickets_unlock: () => {
      locks.unlockExpired();
      return answer('Tickets Liberados', { valido: true });
    },
    tickets_unlock_param: (data) => {
      locks.unlock(read(reserved, data).ticketd_reserved);
      return answer('Tickets Liberados', { valido: true });
    },
    order_created: (data) => {
      const orderId = orders.create(read(orderBody, data));
      return answer('Orden Creada', {
        valido: true,
        ...(settings().answerOrderId && { order_id: orderId }),
      });
    },
    validate_user_platform: (data) => {
      const user = orders.findUser(read(z.object({ email: z.string() }), data).email);
      if (user === undefined) throw new TmtFailure('Usuario no Encontrado');
      return answer('Usuario Encontrado', { valido: true, response: [user] });
    },
    app_list_orders: (data) => {
      const response = orders.ofUser(read(z.object({ userd_id: z.string() }), data).userd_id);
      if (response.length === 0) throw new TmtFailure('Ordenes no Encontradas');
      return answer('Ordenes Encontradas', { valido: true, response });
    },
  };
}

function read<T>(schema: z.ZodType<T>, data: unknown): T {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw badParameter(parsed.error.issues[0]?.path.join('.') || 'data');
}
