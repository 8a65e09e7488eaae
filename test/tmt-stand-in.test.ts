import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAdmin } from '../emulators/stand-in/admin.ts';
import type { StandIn } from '../emulators/stand-in/stand-in.ts';
import type { TmtSettingsInput } from '../emulators/tmt/settings.ts';
import { createTmtStandIn } from '../emulators/tmt/stand-in.ts';

interface Body {
  message: string;
  status: number;
  data: Record<string, unknown> & { response?: Record<string, unknown>[] };
}

let dataDir: string;
let running: (() => Promise<void>)[] = [];

/** A stand-in with its admin app, on the state of the test's folder. `order_process` waits to be told. */
async function start(settings: TmtSettingsInput = {}) {
  const tmt: StandIn = createTmtStandIn({
    dataDir,
    settings: { orderProcessDelayMs: 1_000_000, ...settings },
  });
  const admin = createAdmin([tmt]);
  const url = await tmt.listen(0);
  const adminUrl = await admin.listen({ port: 0, host: '127.0.0.1' });
  const stop = async () => {
    await Promise.all([tmt.close(), admin.close()]);
  };
  running.push(stop);
  const post = async (address: string, body: unknown) => {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { http: response.status, body: (await response.json()) as Body };
  };
  return {
    tmt,
    stop,
    call: (name: string, data?: unknown) => post(`${url}/${name}`, { data }),
    admin: (path: string, body: unknown = {}) => post(`${adminUrl}${path}`, body),
    effects: (effect: string) => tmt.ledger.entries().filter((entry) => entry.effect === effect),
  };
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tmt-stand-in-'));
  running = [];
});

afterEach(async () => {
  await Promise.all(running.map((stop) => stop()));
  await rm(dataDir, { recursive: true });
});

const gala = {
  eventId: 'EvGala',
  name: 'Gala',
  zones: [
    { id: 'VIP', name: 'Vip', color: '#AA8800', seats: 2 },
    { id: 'GEN', name: 'General', color: '#336699', seats: 3 },
  ],
};

const order = (ticketIds: string[]) => ({
  amount: 40.5,
  event_id: 'EvGala',
  event_name: 'Gala',
  office_id: 'of1',
  office_name: 'Web',
  box_office_id: 'bo1',
  box_office_name: 'Web',
  client_id: 'cl1',
  client_name: 'Promotora',
  status: true,
  exchange_rate: 36.5,
  tickets: ticketIds.map((id) => ({
    ticket_id: id,
    id: 'VIP',
    amount: 40.5,
    status: false,
    metadata: { customer_email: 'ana@example.org', customer_name: 'Ana' },
  })),
  transactions: [{ amount: 40.5, amount_currency: 'USD', payment_data: { attempt_id: 'a1' } }],
});

/** The event set up, its tickets generated, and their ids. */
async function startWithTickets(settings?: TmtSettingsInput) {
  const tmt = await start(settings);
  await tmt.admin('/tmt/events', gala);
  await tmt.call('tickets_generate', { idevent: 'EvGala' });
  const { body } = await tmt.call('tickets_list_event', { event_id: 'EvGala' });
  return { ...tmt, ticketIds: (body.data.response ?? []).map((row) => String(row.ticket_id)) };
}

describe('tickets', () => {
  it('an event whose tickets were not generated is "not found", with the flag and status 400', async () => {
    const { call, admin } = await start();
    await admin('/tmt/events', gala);
    expect(await call('tickets_list_event', { event_id: 'EvGala' })).toEqual({
      http: 400,
      body: { message: 'Evento no Encontrado', status: 400, data: { valido: false } },
    });
  });

  it('one generation makes a ticket per seat of every zone, all on sale', async () => {
    const { call, ticketIds } = await startWithTickets();
    const { body } = await call('tickets_list_event', { event_id: 'EvGala' });
    expect(body.data.response?.map((row) => [row.zone, row.seat_id, row.status, row.seat_row])).toEqual([
      ['Vip', 'VIP-1', true, 'por asignar'],
      ['Vip', 'VIP-2', true, 'por asignar'],
      ['General', 'GEN-1', true, 'por asignar'],
      ['General', 'GEN-2', true, 'por asignar'],
      ['General', 'GEN-3', true, 'por asignar'],
    ]);
    expect(ticketIds[0]).toMatch(/^EvGala-[A-Za-z0-9]{20}$/);
  });

  it('a second generation doubles the inventory', async () => {
    const { call, effects } = await startWithTickets();
    await call('tickets_generate', { idevent: 'EvGala' });
    const { body } = await call('tickets_list_event', { event_id: 'EvGala' });
    expect(body.data.response).toHaveLength(10);
    expect(effects('tickets.generated').map((entry) => entry.count)).toEqual([5, 5]);
  });

  it('generation with order and seats still makes the whole event, unless it works per sale', async () => {
    const perEvent = await start();
    await perEvent.admin('/tmt/events', gala);
    const sale = {
      idevent: 'EvGala',
      order_id: 'ord1',
      seats: ['VIP-7', { objectId: 'General', quantity: 2 }],
    };
    await perEvent.call('tickets_generate', sale);
    expect(perEvent.effects('tickets.generated')).toMatchObject([{ count: 5 }]);

    await perEvent.admin('/tmt/settings', { tickets: 'per-sale' });
    await perEvent.call('tickets_generate', sale);
    expect(perEvent.effects('tickets.generated')).toMatchObject([{}, { count: 3, orderId: 'ord1' }]);
    const { body } = await perEvent.call('tickets_list_event', { event_id: 'EvGala' });
    expect(body.data.response?.slice(5).map((row) => [row.zone, row.seat_id, row.order_id])).toEqual([
      ['Vip', 'VIP-7', 'ord1'],
      ['General', 'General', 'ord1'],
      ['General', 'General', 'ord1'],
    ]);
  });

  it('a closed gate refuses generation; a wrong sum generates nothing, or too few, and says it went well', async () => {
    const { call, admin } = await start();
    await admin('/tmt/events', { ...gala, status: false });
    expect((await call('tickets_generate', { idevent: 'EvGala' })).http).toBe(400);
    await admin('/tmt/events', { ...gala, seatsAllocated: 6 });
    expect((await call('tickets_generate', { idevent: 'EvGala' })).http).toBe(200);
    expect((await call('tickets_list_event', { event_id: 'EvGala' })).http).toBe(400);
    await admin('/tmt/events', { ...gala, seatsAllocated: 4 });
    await call('tickets_generate', { idevent: 'EvGala' });
    const { body } = await call('tickets_list_event', { event_id: 'EvGala' });
    expect(body.data.response).toHaveLength(4);
  });

  it('a lock is all or nothing, names what is taken, and anybody can remove it', async () => {
    const { call, ticketIds } = await startWithTickets();
    const [a, b] = ticketIds;
    const lock = (ids: unknown) => call('tickets_lock', { ticketd_reserved: ids, reserved_time: 60 });
    expect((await lock([a])).http).toBe(200);
    expect((await lock([b, a])).body.data).toEqual({ valido: false, nodisponible: [a] });
    await call('tickets_unlock');
    expect((await lock([a])).http).toBe(400);
    await call('tickets_unlock_param', { ticketd_reserved: [a, 'unknown'] });
    expect((await lock([b, a])).http).toBe(200);
  });

  it('an update sets the status whatever it was', async () => {
    const { call, ticketIds, effects } = await startWithTickets();
    await call('tickets_update_individual', { ticket_id: ticketIds[0], status: false });
    const { body } = await call('tickets_individual', { ticket_id: ticketIds[0] });
    expect(body.data.response).toMatchObject([{ status: false }]);
    expect(effects('ticket.updated')).toMatchObject([{ ticketId: ticketIds[0], status: false }]);
  });
});

describe('orders', () => {
  it('an order is answered at once; its tickets are sold and it is listed only after processing', async () => {
    const { call, admin, ticketIds, effects } = await startWithTickets();
    const [ticketId = ''] = ticketIds;
    const created = await call('order_created', order([ticketId]));
    expect(created.body.data.order_id).toEqual(expect.any(String));
    expect((await call('validate_user_platform', { email: 'ana@example.org' })).http).toBe(400);
    expect(effects('ticket.sold')).toEqual([]);

    await admin('/tmt/orders/process');
    expect(effects('ticket.sold')).toMatchObject([{ ticketId, email: 'ana@example.org' }]);
    const { body: sold } = await call('tickets_individual', { ticket_id: ticketId });
    expect(sold.data.response).toMatchObject([{ status: false, customer_email: 'ana@example.org' }]);
    const { body: users } = await call('validate_user_platform', { email: 'Ana@example.org' });
    const { body: orders } = await call('app_list_orders', { userd_id: users.data.response?.[0]?.uid });
    expect(orders.data.response).toMatchObject([
      { order_id: created.body.data.order_id, transactions: [{ payment_data: { attempt_id: 'a1' } }] },
    ]);
  });

  it('two calls make two records, and both sell the same ticket', async () => {
    const { call, admin, ticketIds, effects } = await startWithTickets();
    const body = order(ticketIds.slice(0, 1));
    await call('order_created', body);
    await call('order_created', body);
    await admin('/tmt/orders/process');
    expect(effects('order.created')).toMatchObject([
      { amount: 40.5, currency: 'USD', paymentData: { attempt_id: 'a1' }, ticketIds: ticketIds.slice(0, 1) },
      { amount: 40.5 },
    ]);
    expect(new Set(effects('ticket.sold').map((entry) => entry.orderId)).size).toBe(2);
  });

  it('processing runs by itself after its delay', async () => {
    const { call, ticketIds, tmt } = await startWithTickets({ orderProcessDelayMs: 1 });
    await call('order_created', order(ticketIds.slice(0, 1)));
    await expect.poll(() => tmt.ledger.entries().at(-1)?.effect).toBe('ticket.sold');
  });

  it('a trigger can be lost or run twice', async () => {
    const { call, admin, ticketIds, effects } = await startWithTickets({ orderProcessRuns: 'never' });
    await call('order_created', order(ticketIds.slice(0, 1)));
    await admin('/tmt/orders/process');
    expect(effects('ticket.sold')).toEqual([]);
    await admin('/tmt/settings', { orderProcessRuns: 'twice' });
    await call('order_created', order(ticketIds.slice(1, 2)));
    await admin('/tmt/orders/process');
    expect(effects('ticket.sold')).toHaveLength(2);
  });

  it('a restart keeps tickets and orders, and what was still to be processed', async () => {
    const before = await startWithTickets();
    await before.call('order_created', order(before.ticketIds.slice(0, 1)));
    await before.stop();
    const after = await start();
    expect((await after.call('tickets_list_event', { event_id: 'EvGala' })).body.data.response).toHaveLength(
      5,
    );
    await after.admin('/tmt/orders/process');
    expect(after.effects('ticket.sold')).toHaveLength(1);
  });

  it('a missing field is a thrown error in the body; there is no function that reads an order', async () => {
    const { call } = await start();
    const refused = await call('order_created', { amount: 1 });
    expect(refused).toMatchObject({
      http: 400,
      body: { status: 400, data: { status: expect.stringMatching(/^error/) } },
    });
    await expect(call('order_get', {})).rejects.toThrow(SyntaxError);
  });
});

it('a business failure can come as HTTP 200 with status 400 in the body', async () => {
  const { call } = await start({ failureHttpStatus: 200 });
  const { http, body } = await call('tickets_individual', { ticket_id: 'EvGala-none' });
  expect([http, body.status, body.data.valido]).toEqual([200, 400, false]);
});
