import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../stand-in/clock.ts';
import type { Ledger } from '../stand-in/ledger.ts';
import type { Row, Store } from '../stand-in/store.ts';
import { TmtFailure } from './envelope.ts';
import type { TmtSettings } from './settings.ts';

const zone = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  color: z.string().default('#888888'),
  seats: z.number().int().min(0),
});
type Zone = z.output<typeof zone>;

/** An event as a test sets it up: the event and its zones document in one. */
export const eventSetup = z.strictObject({
  eventId: z.string().regex(/^[A-Za-z0-9_]{1,128}$/, 'TMT cannot carry this event id'),
  name: z.string().min(1),
  zones: z.array(zone).min(1),
  /** The gate of the zones document; `tickets_generate` refuses while it is false. */
  status: z.boolean().default(true),
  /** The sum of `seats`, if absent. Another number shows what TMT does with a wrong one. */
  seatsAllocated: z.number().int().min(0).optional(),
});

/** A seat of an order, as `tickets_generate` gets it in the per-sale mode. */
export type SaleSeat = string | { objectId: string; quantity: number };

interface NewTicket {
  zone: Zone;
  seatId: string;
  orderId?: string;
}

/** TMT's events and tickets. A ticket names no Seats.io label, and nothing stops a second generation. */
export function createInventory(store: Store, ledger: Ledger, clock: Clock, settings: () => TmtSettings) {
  store.exec(
    `CREATE TABLE IF NOT EXISTS events (event_id TEXT PRIMARY KEY, name TEXT NOT NULL, setup TEXT NOT NULL);
     CREATE TABLE IF NOT EXISTS tickets (
       id INTEGER PRIMARY KEY AUTOINCREMENT, ticket_id TEXT NOT NULL UNIQUE, event_id TEXT NOT NULL,
       status INTEGER NOT NULL, fields TEXT NOT NULL);
     CREATE INDEX IF NOT EXISTS tickets_by_event ON tickets (event_id)`,
  );
  const upsertEvent = store.prepare('INSERT OR REPLACE INTO events (event_id, name, setup) VALUES (?, ?, ?)');
  const selectEvent = store.prepare('SELECT name, setup FROM events WHERE event_id = ?');
  const insertTicket = store.prepare(
    'INSERT INTO tickets (ticket_id, event_id, status, fields) VALUES (?, ?, 1, ?)',
  );
  const selectTickets = store.prepare('SELECT * FROM tickets WHERE event_id = ? ORDER BY id');
  const selectTicket = store.prepare('SELECT * FROM tickets WHERE ticket_id = ?');
  const updateTicket = store.prepare('UPDATE tickets SET status = ?, fields = ? WHERE ticket_id = ?');
  const selectAll = store.prepare('SELECT * FROM tickets ORDER BY id');

  const now = () => new Date(clock.now()).toISOString();

  function insertTickets(eventId: string, eventName: string, tickets: NewTicket[]): string[] {
    return tickets.map(({ zone, seatId, orderId }) => {
      const ticketId = `${eventId}-${documentId()}`;
      const fields = {
        event_name: eventName,
        zone: zone.name,
        color: zone.color,
        seat_id: seatId,
        ...(orderId !== undefined && { order_id: orderId, zone_id: zone.id }),
        seat_row: 'por asignar',
        status_offline: false,
        access_status: false,
        access_entry: false,
        customer_id: '',
        customer_name: '',
        customer_email: '',
        ledger: [{ date: now(), action: 'generated', metadata: {} }],
        date_start: '',
        date_end: '',
        date_created: now(),
        date_updated: '',
      };
      insertTicket.run(ticketId, eventId, JSON.stringify(fields));
      return ticketId;
    });
  }

  /**
   * Sets the status and merges the fields, whatever they were before. The document is found by splitting the
   * id at its dashes, so an event id with a dash in it finds nothing. False: no such ticket.
   */
  function write(
    ticketId: string,
    status: boolean,
    fields: Record<string, unknown>,
    action: string,
  ): boolean {
    const [event, document] = ticketId.split('-');
    const found = selectTicket.get(`${event}-${document}`);
    if (found === undefined) return false;
    const old = JSON.parse(String(found.fields)) as { ledger: unknown[] };
    const ledgerRow = { date: now(), action, metadata: {} };
    const next = { ...old, ...fields, ledger: [...old.ledger, ledgerRow], date_updated: now() };
    updateTicket.run(status ? 1 : 0, JSON.stringify(next), String(found.ticket_id));
    return true;
  }

  return {
    setUpEvent(setup: z.output<typeof eventSetup>): void {
      upsertEvent.run(setup.eventId, setup.name, JSON.stringify(setup));
    },

    /** Makes the tickets of the event, or of one sale, and says how many. */
    generate(eventId: string, sale?: { orderId: string; seats: SaleSeat[] }): number {
      const row = selectEvent.get(eventId);
      if (row === undefined) throw new TmtFailure('Evento no Encontrado');
      const setup = eventSetup.parse(JSON.parse(String(row.setup)));
      if (!setup.status) throw new TmtFailure('Zonas Inactivas');
      const perSale = settings().tickets === 'per-sale' ? sale : undefined;
      const tickets = perSale
        ? ticketsOfSale(setup.zones, perSale)
        : ticketsOfEvent(setup.zones, setup.seatsAllocated, settings().seatIds);
      store.transaction(() => {
        const ticketIds = insertTickets(eventId, setup.name, tickets);
        if (ticketIds.length === 0) return;
        const scope = perSale ? { orderId: perSale.orderId } : {};
        ledger.append('tickets.generated', { eventId, count: ticketIds.length, ticketIds, ...scope });
      });
      return tickets.length;
    },

    list(eventId: string): Record<string, unknown>[] {
      return selectTickets.all(eventId).map(toRow);
    },

    find(ticketId: string): Record<string, unknown> | undefined {
      const row = selectTicket.get(ticketId);
      return row && toRow(row);
    },

    /** `tickets_update_individual`: an unconditional set, which leaves the holder's data in place. */
    update(ticketId: string, status: boolean): boolean {
      return store.transaction(() => {
        const written = write(ticketId, status, {}, 'updated');
        if (written) ledger.append('ticket.updated', { ticketId, status });
        return written;
      });
    },

    write,

    all(): Record<string, unknown>[] {
      return selectAll.all().map(toRow);
    },
  };
}

export type Inventory = ReturnType<typeof createInventory>;

/**
 * TMT counts up to `seats_allocated` and commits when it gets there: with too high a number it never commits,
 * with too low a one it commits early and drops the rest.
 */
function ticketsOfEvent(
  zones: Zone[],
  allocated: number | undefined,
  form: TmtSettings['seatIds'],
): NewTicket[] {
  const dash = form === 'dashed' ? '-' : '';
  const all = zones.flatMap((zone) =>
    Array.from({ length: zone.seats }, (_, n) => ({ zone, seatId: `${zone.id}${dash}${n + 1}` })),
  );
  if (allocated === undefined) return all;
  return allocated > all.length ? [] : all.slice(0, allocated);
}

/** One ticket per place. The zone is the one that is named like the area or like the start of the label. */
function ticketsOfSale(
  zones: Zone[],
  { orderId, seats }: { orderId: string; seats: SaleSeat[] },
): NewTicket[] {
  const places = seats.flatMap((seat) =>
    typeof seat === 'string' ? [seat] : Array.from({ length: seat.quantity }, () => seat.objectId),
  );
  return places.flatMap((seatId) => {
    const zone = zones.find(
      ({ id, name }) => seatId === name || seatId === id || seatId.startsWith(`${id}-`),
    );
    const chosen = zone ?? zones[0];
    return chosen ? [{ zone: chosen, seatId, orderId }] : [];
  });
}

function toRow({ id, ticket_id, event_id, status, fields }: Row): Record<string, unknown> {
  const rest = JSON.parse(String(fields)) as Record<string, unknown>;
  return { id, ticket_id, event_id, status: status === 1, ...rest };
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Twenty letters and digits, like an id that Firestore makes. */
export function documentId(): string {
  return Array.from(randomBytes(20), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}
