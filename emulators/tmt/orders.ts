import { z } from 'zod';
import type { Clock } from '../stand-in/clock.ts';
import type { Ledger } from '../stand-in/ledger.ts';
import type { Store } from '../stand-in/store.ts';
import { documentId, type Inventory } from './inventory.ts';
import type { TmtSettings } from './settings.ts';

const ticket = z.looseObject({
  ticket_id: z.string(),
  amount: z.number(),
  id: z.string(),
  status: z.boolean(),
  metadata: z.record(z.string(), z.unknown()),
});

const transaction = z.looseObject({
  amount: z.number(),
  amount_currency: z.string().optional(),
  payment_data: z.record(z.string(), z.unknown()).optional(),
});

/** The required fields of `order_created`. Only their presence and type are looked at. */
export const orderBody = z.looseObject({
  amount: z.number(),
  event_id: z.string(),
  event_name: z.string(),
  office_id: z.string(),
  office_name: z.string(),
  box_office_id: z.string(),
  box_office_name: z.string(),
  client_id: z.string(),
  client_name: z.string(),
  status: z.boolean(),
  exchange_rate: z.number(),
  tickets: z.array(ticket),
  transactions: z.array(transaction),
});
type OrderBody = z.output<typeof orderBody>;

/**
 * TMT's orders and buyers. Whatever comes is recorded, twice if it comes twice. The `order_process` steps
 * follow some time after the answer; what is still due is in the store, so a restart only delays it.
 */
export function createOrders(
  store: Store,
  ledger: Ledger,
  clock: Clock,
  inventory: Inventory,
  settings: () => TmtSettings,
) {
  store.exec(
    `CREATE TABLE IF NOT EXISTS orders (
       id INTEGER PRIMARY KEY AUTOINCREMENT, order_id TEXT NOT NULL UNIQUE, body TEXT NOT NULL,
       process_at INTEGER, runs_left INTEGER NOT NULL);
     CREATE TABLE IF NOT EXISTS users (email TEXT PRIMARY KEY, uid TEXT NOT NULL UNIQUE, name TEXT NOT NULL);
     CREATE TABLE IF NOT EXISTS user_orders (
       id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, order_id TEXT NOT NULL)`,
  );
  const insertOrder = store.prepare(
    'INSERT INTO orders (order_id, body, process_at, runs_left) VALUES (?, ?, ?, ?)',
  );
  const selectOrder = store.prepare('SELECT body, runs_left FROM orders WHERE order_id = ?');
  const selectDue = store.prepare('SELECT order_id, process_at FROM orders WHERE runs_left > 0 ORDER BY id');
  const endRun = store.prepare('UPDATE orders SET runs_left = runs_left - 1 WHERE order_id = ?');
  const selectOrders = store.prepare('SELECT order_id, body, process_at, runs_left FROM orders ORDER BY id');
  const insertUser = store.prepare('INSERT OR IGNORE INTO users (email, uid, name) VALUES (?, ?, ?)');
  const selectUser = store.prepare('SELECT uid, email, name FROM users WHERE email = ?');
  const attachOrder = store.prepare('INSERT INTO user_orders (uid, order_id) VALUES (?, ?)');
  const selectUserOrders = store.prepare(
    `SELECT orders.order_id, body FROM user_orders JOIN orders ON orders.order_id = user_orders.order_id
     WHERE uid = ? ORDER BY user_orders.id`,
  );
  const timers = new Map<string, NodeJS.Timeout>();

  const findUser = (email: string) => selectUser.get(email.toLowerCase());

  /** `order_process`: attendees, the buyer's account, then the tickets are sold, free or not. */
  function run(orderId: string): void {
    const row = selectOrder.get(orderId);
    if (row === undefined || Number(row.runs_left) === 0) return;
    const body = orderBody.parse(JSON.parse(String(row.body)));
    store.transaction(() => {
      endRun.run(orderId);
      if (!body.status) return;
      attachToBuyer(orderId, body);
      for (const { ticket_id: ticketId, status, metadata } of body.tickets) {
        const attendee = status ? {} : metadata;
        if (!inventory.write(ticketId, false, attendee, 'updated')) continue;
        ledger.append('ticket.sold', { ticketId, orderId, email: metadata.customer_email });
      }
    });
    if (Number(row.runs_left) > 1) run(orderId);
  }

  function attachToBuyer(orderId: string, body: OrderBody): void {
    const buyer = body.tickets[0]?.metadata;
    const email = buyer?.customer_email;
    if (typeof email !== 'string' || email === '') return;
    insertUser.run(
      email.toLowerCase(),
      documentId(),
      typeof buyer?.customer_name === 'string' ? buyer.customer_name : '',
    );
    attachOrder.run(String(findUser(email)?.uid), orderId);
  }

  function schedule(orderId: string, processAt: number): void {
    const timer = setTimeout(
      () => {
        timers.delete(orderId);
        run(orderId);
      },
      Math.max(0, processAt - clock.now()),
    );
    timers.set(orderId, timer);
  }

  return {
    create(body: OrderBody): string {
      const orderId = documentId();
      const { orderProcessDelayMs, orderProcessRuns } = settings();
      const runs = { once: 1, twice: 2, never: 0 }[orderProcessRuns];
      const processAt = clock.now() + orderProcessDelayMs;
      store.transaction(() => {
        insertOrder.run(orderId, JSON.stringify(body), processAt, runs);
        ledger.append('order.created', {
          orderId,
          eventId: body.event_id,
          ticketIds: body.tickets.map((each) => each.ticket_id),
          amount: body.amount,
          currency: body.transactions[0]?.amount_currency,
          paymentData: body.transactions[0]?.payment_data,
        });
      });
      if (runs > 0) schedule(orderId, processAt);
      return orderId;
    },

    findUser,

    ofUser(uid: string): Record<string, unknown>[] {
      const orders = selectUserOrders.all(uid).map(({ order_id, body }) => ({
        order_id,
        ...(JSON.parse(String(body)) as { status: boolean }),
      }));
      return orders.filter((order) => order.status);
    },

    /** Runs everything that is due now or later. Gives the ids of the orders. */
    processAll(): string[] {
      const due = selectDue.all().map((row) => String(row.order_id));
      for (const orderId of due) {
        clearTimeout(timers.get(orderId));
        timers.delete(orderId);
        run(orderId);
      }
      return due;
    },

    /** Takes up what was due when the stand-in was stopped. */
    resume(): void {
      for (const row of selectDue.all()) schedule(String(row.order_id), Number(row.process_at));
    },

    stop(): void {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },

    all: () =>
      selectOrders.all().map((row) => ({
        orderId: row.order_id,
        processed: Number(row.runs_left) === 0,
        body: JSON.parse(String(row.body)) as unknown,
      })),
  };
}

export type Orders = ReturnType<typeof createOrders>;
