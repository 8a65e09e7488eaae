import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAdmin } from '../emulators/stand-in/admin.ts';
import type { FaultScriptInput } from '../emulators/stand-in/fault-script.ts';
import { createTmtStandIn } from '../emulators/tmt/stand-in.ts';
import type { RemoteError } from '../src/remote-error.ts';
import { toMajorUnits } from '../src/tmt/major-units.ts';
import type { OrderRecord } from '../src/tmt/order-record.ts';
import { createTmtApi, type TmtApi } from '../src/tmt/tmt-api.ts';

const call = { timeoutMs: 5_000 };

let tmt: ReturnType<typeof createTmtStandIn>;
let admin: ReturnType<typeof createAdmin>;
let adminUrl: string;
let api: TmtApi;

async function tell(path: string, body: unknown = {}): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${adminUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(response.ok).toBe(true);
}

const fault = (name: string, action: FaultScriptInput['action']) =>
  tell('/faults', { system: 'tmt', call: name, action });

const answers = (name: string, status: number, body: unknown) =>
  fault(name, { type: 'status', status, body });

/** The facts of the RemoteError that the call must fail with. */
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('the call should have failed'),
    (error: RemoteError) => ({ name: error.name, text: error.message, ...error.facts }),
  );

const effects = (effect: string) => tmt.ledger.entries().filter((entry) => entry.effect === effect);

const seller = {
  officeId: 'of1',
  officeName: 'Web',
  boxOfficeId: 'bo1',
  boxOfficeName: 'Web',
  clientId: 'cl1',
  clientName: 'Promotora',
  exchangeRate: 36.5,
  custodyAccountId: 'ca1',
  custodyAccountName: 'Stripe',
};

function record(ticketIds: string[]): OrderRecord {
  return {
    attemptId: 'checkout/ord1/2',
    order: {
      orderId: 'ord1',
      eventId: 'EvGala',
      eventName: 'Gala',
      seats: [{ label: 'A-1' }, { area: 'Floor', quantity: 1 }],
      total: { amount: 4051, currency: 'USD' },
      buyer: { email: 'ana@example.org', name: 'Ana' },
    },
    tickets: ticketIds.map((ticketId, n) => ({ ticketId, zoneId: 'VIP', amount: n === 0 ? 2026 : 2025 })),
    paymentId: 'pi_1',
    seller,
  };
}

beforeEach(async () => {
  tmt = createTmtStandIn({ settings: { orderProcessDelayMs: 1_000_000 } });
  admin = createAdmin([tmt]);
  api = createTmtApi({ baseUrl: `${await tmt.listen(0)}/` });
  adminUrl = await admin.listen({ port: 0, host: '127.0.0.1' });
  const zones = [{ id: 'VIP', name: 'Vip', color: '#AA8800', seats: 2 }];
  await tell('/tmt/events', { eventId: 'EvGala', name: 'Gala', zones });
});

afterEach(async () => {
  await Promise.all([tmt.close(), admin.close()]);
});

describe('tickets', () => {
  it.each([400, 200])(
    'none yet is an empty list, whether TMT fails with HTTP 400 or 200 (%i)',
    async (http) => {
      await tell('/tmt/settings', { failureHttpStatus: http });
      expect(await api.listTickets('EvGala', call)).toEqual([]);
      expect(await api.getTicket('EvGala-none', call)).toBeUndefined();
    },
  );

  it('are read with their zone and whether they are on sale', async () => {
    await api.generateTickets({ eventId: 'EvGala' }, call);
    const [first, second] = await api.listTickets('EvGala', call);
    expect(first).toEqual({
      ticketId: expect.stringMatching(/^EvGala-/),
      zone: 'Vip',
      zoneId: 'VIP',
      seatId: 'VIP-1',
      available: true,
    });
    expect(await api.getTicket(second?.ticketId ?? '', call)).toEqual(second);
  });

  it('made for one sale are found by its order', async () => {
    await tell('/tmt/settings', { tickets: 'per-sale' });
    const seats = [{ label: 'VIP-9' }, { area: 'Vip', quantity: 1 }];
    await api.generateTickets({ eventId: 'EvGala', orderId: 'ord1', seats }, call);
    expect(await api.listTickets('EvGala', call)).toMatchObject([
      { orderId: 'ord1', seatId: 'VIP-9', zoneId: 'VIP' },
      { orderId: 'ord1', seatId: 'Vip', zoneId: 'VIP' },
    ]);
  });

  it('"none" is believed only from the flag; any other refusal is an error', async () => {
    await answers('tickets_list_event', 400, { message: 'Error', status: 400, data: { status: 'error x' } });
    expect(await failure(api.listTickets('EvGala', call))).toMatchObject({ kind: 'refused', status: 400 });
  });
});

describe('an order', () => {
  it('is written in major units with the attempt in it, and found again once it was processed', async () => {
    await api.generateTickets({ eventId: 'EvGala' }, call);
    const ticketIds = (await api.listTickets('EvGala', call)).map((ticket) => ticket.ticketId);
    const { orderId } = await api.createOrder(record(ticketIds), call);
    expect(effects('order.created')).toMatchObject([
      {
        orderId,
        ticketIds,
        amount: 40.51,
        paymentData: { reference: 'pi_1', order_id: 'ord1', attempt_id: 'checkout/ord1/2' },
      },
    ]);
    expect(await api.ordersOf('ana@example.org', call)).toEqual([]);

    await tell('/tmt/orders/process');
    expect(await api.ordersOf('ana@example.org', call)).toEqual([
      { orderId, attemptId: 'checkout/ord1/2', paymentId: 'pi_1', ticketIds },
    ]);
    expect(await api.getTicket(ticketIds[0] ?? '', call)).toMatchObject({
      available: false,
      sold: true,
      customerEmail: 'ana@example.org',
    });
  });

  it('whose answer carries no id is still written', async () => {
    await tell('/tmt/settings', { answerOrderId: false });
    expect(await api.createOrder(record(['EvGala-a', 'EvGala-b']), call)).toEqual({});
    expect(effects('order.created')).toHaveLength(1);
  });

  it('that does not add up, or names one ticket twice, is refused before it is sent', async () => {
    const sound = record(['EvGala-a', 'EvGala-b']);
    const wrong = [
      record(['EvGala-a', 'EvGala-a']),
      record(['EvGala-a']),
      { ...sound, tickets: sound.tickets.map((ticket) => ({ ...ticket, amount: 2026 })) },
    ];
    for (const each of wrong) {
      const facts = await failure(api.createOrder(each, call));
      expect(facts).toMatchObject({ kind: 'refused', code: 'record_does_not_add_up' });
    }
    expect(effects('order.created')).toEqual([]);
  });

  it('list whose user answer names no account is unknown, not "no orders"', async () => {
    await answers('validate_user_platform', 200, { message: '', status: 200, data: { valido: true } });
    expect(await failure(api.ordersOf('ana@example.org', call))).toMatchObject({ kind: 'unknown' });
  });
});

describe('what a failure means', () => {
  it.each([
    ['HTTP 500', 500, { status: 500, data: {} }, 'unknown'],
    ['HTTP 400 around a 500', 400, { status: 500, data: { valido: false } }, 'unknown'],
    ['HTTP 200 around a 500', 200, { status: 500, data: { valido: false } }, 'unknown'],
    ['HTTP 200 around a 400', 200, { status: 400, data: {} }, 'refused'],
    ['HTTP 200, valido false', 200, { status: 200, data: { valido: false } }, 'refused'],
    ['HTTP 200, success false', 200, { status: 200, data: { success: false } }, 'refused'],
    ['HTTP 400 around a 200', 400, { status: 200, data: { valido: true } }, 'refused'],
    ['HTTP 403 from something in front', 403, 'Forbidden', 'unauthorised'],
    ['HTTP 404 from the platform', 404, 'Page not found', 'not_found'],
    ['HTTP 429', 429, '', 'throttled'],
    ['a redirect', 302, '', 'unknown'],
    ['HTTP 200 with no envelope', 200, {}, 'unknown'],
    ['HTTP 200 that is no JSON', 200, 'fine', 'unknown'],
  ])('%s', async (_, status, body, kind) => {
    await answers('order_created', status, body);
    const facts = await failure(api.createOrder(record(['EvGala-a', 'EvGala-b']), call));
    expect(facts).toMatchObject({ name: 'RemoteError', remote: 'tmt', call: 'order_created', kind });
  });

  it.each([
    ['a lost answer', { type: 'drop', when: 'after' }],
    ['half an answer', { type: 'truncate' }],
    ['broken JSON', { type: 'garbage' }],
  ] as const)('%s is unknown, and the order was written once', async (_, action) => {
    await fault('order_created', action);
    const facts = await failure(api.createOrder(record(['EvGala-a', 'EvGala-b']), call));
    expect(facts.kind).toBe('unknown');
    expect(effects('order.created')).toHaveLength(1);
  });

  it('an answer that never comes is unknown at the deadline', async () => {
    await fault('order_created', { type: 'hang', when: 'after' });
    const facts = await failure(api.createOrder(record(['EvGala-a', 'EvGala-b']), { timeoutMs: 50 }));
    expect(facts.kind).toBe('unknown');
  });

  it('the deadline covers the body: headers alone do not stop it', async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"status":');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const stalled = createTmtApi({ baseUrl: `http://127.0.0.1:${port}` });
    const facts = await failure(stalled.listTickets('EvGala', { timeoutMs: 50 }));
    expect(facts.kind).toBe('unknown');
    server.closeAllConnections();
    server.close();
  });

  it('nobody listening is not_sent', async () => {
    await tmt.close();
    expect(await failure(api.listTickets('EvGala', call))).toMatchObject({ kind: 'not_sent' });
  });

  it('an event id with a dash, or any id that is no plain one, is refused before it is sent', async () => {
    for (const eventId of ['Ev-1', '', 'a/b', 'x'.repeat(129)]) {
      expect(await failure(api.listTickets(eventId, call))).toMatchObject({
        kind: 'refused',
        code: 'bad_id',
      });
    }
    expect(await failure(api.getTicket('../x', call))).toMatchObject({ code: 'bad_id' });
  });

  it('names neither the buyer nor the auth header in its text', async () => {
    await answers('order_created', 400, { message: 'ana@example.org', status: 400, data: { valido: false } });
    const { text } = await failure(api.createOrder(record(['EvGala-a', 'EvGala-b']), call));
    expect(text).toBe('tmt order_created: refused (400 valido_false)');
  });
});

describe('money', () => {
  it.each([
    ['USD', 4051, 40.51],
    ['JPY', 4051, 4051],
    ['KWD', 4051, 4.051],
  ])('%s goes out with the decimals of ISO 4217', (currency, amount, major) => {
    expect(toMajorUnits({ amount, currency })).toBe(major);
  });
});
