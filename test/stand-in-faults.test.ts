import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSeatsioStandIn } from '../emulators/seatsio/stand-in.ts';
import { createAdmin } from '../emulators/stand-in/admin.ts';
import { createApp } from '../emulators/stand-in/app.ts';
import { systemClock } from '../emulators/stand-in/clock.ts';
import { type FaultScriptInput, faultScript } from '../emulators/stand-in/fault-script.ts';
import { createFaults } from '../emulators/stand-in/faults.ts';
import { createLedger } from '../emulators/stand-in/ledger.ts';
import { newFaultId, type StandIn } from '../emulators/stand-in/stand-in.ts';
import { openStore } from '../emulators/stand-in/store.ts';
import { createStripeStandIn } from '../emulators/stripe/stand-in.ts';
import { createTmtStandIn } from '../emulators/tmt/stand-in.ts';

/** What every answer waits for; none if undefined. */
let commit: Promise<void> | undefined;

/** The smallest stand-in: POST /things records the effect `made` and answers with its body. */
function createThings(): StandIn & { app: FastifyInstance } {
  const store = openStore('things');
  const faults = createFaults(newFaultId);
  const ledger = createLedger(store, systemClock);
  const app = createApp({ faults, committed: () => commit });
  app.post<{ Body: Record<string, unknown> }>('/things', { config: { call: 'make' } }, ({ body }) => {
    store.transaction(() => ledger.append('made', body));
    return body;
  });
  return {
    app,
    system: 'seatsio',
    faults,
    ledger,
    state: () => ({ things: true }),
    adminRoutes: (admin) => {
      admin.get('/own', () => ({ own: 'route' }));
    },
    listen: (port) => app.listen({ port, host: '127.0.0.1' }),
    close: async () => {
      await app.close();
      store.close();
    },
  };
}

let things: ReturnType<typeof createThings>;
let admin: FastifyInstance;
let url: string;
let adminUrl: string;

beforeEach(async () => {
  commit = undefined;
  things = createThings();
  admin = createAdmin([things]);
  url = await things.listen(0);
  adminUrl = await admin.listen({ port: 0, host: '127.0.0.1' });
});

afterEach(async () => {
  await Promise.all([things.close(), admin.close()]);
});

const make = (name: string, signal?: AbortSignal) =>
  fetch(`${url}/things`, { method: 'POST', body: JSON.stringify({ name }), signal: signal ?? null });

async function script(fault: Omit<FaultScriptInput, 'system' | 'call'>): Promise<string> {
  const response = await fetch(`${adminUrl}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ system: 'seatsio', call: 'make', ...fault }),
  });
  expect(response.status).toBe(201);
  return ((await response.json()) as { id: string }).id;
}

const made = () => things.ledger.entries().map((entry) => entry.name);

describe('scripted faults', () => {
  it('pauses a call until its release, and tells a waiting test that it is here', async () => {
    const id = await script({ match: 'order-1', action: { type: 'pause' } });
    await make('order-2');
    const paused = make('order-1');
    const hit = await fetch(`${adminUrl}/faults/${id}/hit?wait=5000`);
    expect(await hit.json()).toEqual({ hits: 1 });
    expect(made()).toEqual(['order-2']);
    await fetch(`${adminUrl}/faults/${id}/release`, { method: 'POST' });
    expect((await paused).status).toBe(200);
    expect(made()).toEqual(['order-2', 'order-1']);
  });

  it('drops the connection before or after acting', async () => {
    await script({ match: 'early', action: { type: 'drop', when: 'before' } });
    await script({ match: 'late', action: { type: 'drop', when: 'after' } });
    await expect(make('early')).rejects.toThrow('fetch failed');
    await expect(make('late')).rejects.toThrow('fetch failed');
    expect(made()).toEqual(['late']);
  });

  it.each([
    { type: 'pause', when: 'after' },
    { type: 'hang', when: 'after' },
    { type: 'drop', when: 'after' },
    { type: 'status', status: 500, when: 'after' },
    { type: 'truncate' },
    { type: 'garbage' },
  ] as const)(
    'after acting ($type) has hit a call when that is committed, and not before',
    async (action) => {
      let committed = () => {};
      commit = new Promise((resolve) => {
        committed = resolve;
      });
      const id = await script({ action });
      const abort = new AbortController();
      const answer = make('a', abort.signal).then((response) => response.text());
      const outcome = answer.catch(() => 'none');
      const hit = things.faults.hits(id, 5000);
      await expect.poll(made).toEqual(['a']);
      expect(await Promise.race([outcome, things.faults.hits(id, 50)])).toBe(0);
      committed();
      expect(await hit).toBe(1);
      abort.abort();
      await outcome;
    },
  );

  it('before acting has hit a call as soon as it is there', async () => {
    commit = new Promise(() => {});
    const id = await script({ action: { type: 'pause' } });
    const gone = new AbortController();
    const answer = make('a', gone.signal).catch(() => {});
    expect(await things.faults.hits(id, 5000)).toBe(1);
    expect(made()).toEqual([]);
    gone.abort();
    await answer;
  });

  it('hits the nth call and as many after it as asked', async () => {
    await script({ nth: 2, times: 2, action: { type: 'status', status: 429, body: { status: 429 } } });
    const statuses = [];
    for (const name of ['a', 'b', 'c', 'd']) statuses.push((await make(name)).status);
    expect(statuses).toEqual([200, 429, 429, 200]);
    expect(made()).toEqual(['a', 'd']);
  });

  it('answers a bare status with no body and no reason phrase after acting', async () => {
    await script({ action: { type: 'status', status: 503, reason: '', when: 'after' } });
    const response = await make('a');
    expect([response.status, response.statusText, await response.text()]).toEqual([503, '', '']);
    expect(made()).toEqual(['a']);
  });

  it('cuts an answer off, or breaks it, after acting', async () => {
    await script({ match: 'cut', action: { type: 'truncate' } });
    await script({ match: 'broken', action: { type: 'garbage' } });
    const cut = await make('cut-cut-cut');
    await expect(cut.text()).rejects.toThrow();
    const broken = await make('broken');
    expect(broken.status).toBe(200);
    await expect(broken.json()).rejects.toThrow(SyntaxError);
    expect(made()).toEqual(['cut-cut-cut', 'broken']);
  });

  it('hangs without an answer, and closing the stand-in ends the call at once', async () => {
    const id = await script({ times: 'forever', action: { type: 'hang', when: 'after' } });
    const hanging = expect(make('a')).rejects.toThrow('fetch failed');
    await fetch(`${adminUrl}/faults/${id}/hit?wait=5000`);
    await things.close();
    await hanging;
  });

  it('forgets one fault on DELETE /faults/:id: paused calls go on, later ones are healthy, the others stay', async () => {
    const id = await script({ match: 'a', times: 'forever', action: { type: 'pause' } });
    await script({ match: 'b', times: 'forever', action: { type: 'status', status: 503 } });
    const paused = make('a');
    await fetch(`${adminUrl}/faults/${id}/hit?wait=5000`);
    const lifted = await fetch(`${adminUrl}/faults/${id}`, { method: 'DELETE' });
    expect(await lifted.json()).toEqual({ lifted: true });
    expect((await paused).status).toBe(200);
    expect((await make('a')).status).toBe(200);
    expect((await make('b')).status).toBe(503);
    expect((await fetch(`${adminUrl}/faults/${id}`, { method: 'DELETE' })).status).toBe(404);
  });

  it('is found by a text of the URL, as it is sent and as it is meant', () => {
    const { faults } = things;
    const hitsOf = (match: string, url: string) => {
      faults.clear();
      faults.add(faultScript.parse({ system: 'seatsio', call: 'make', match, action: { type: 'drop' } }));
      return faults.onCall('make', { url, body: '' }).length;
    };
    expect(hitsOf('Row A-1', '/things?label=Row+A-1')).toBe(1);
    expect(hitsOf('Row+A-1', '/things?label=Row+A-1')).toBe(1);
    expect(hitsOf('Row+A-1', '/things?label=Row%2BA-1')).toBe(1);
    expect(hitsOf('Rang Ä 1', '/things/Rang%20%C3%84%201/more')).toBe(1);
    expect(hitsOf('Row A-1', '/things?label=Row+A-2')).toBe(0);
    expect(hitsOf('a b', '/things?label=%zz&other=a+b')).toBe(0);
  });

  it('forgets scripts that befall no more calls when there are many, but none that keeps a call paused', async () => {
    const { faults } = things;
    const add = (action: FaultScriptInput['action']) =>
      faults.add(faultScript.parse({ system: 'seatsio', call: 'make', action }));
    const call = () => faults.onCall('make', { url: '/', body: '' });
    const paused = add({ type: 'pause' });
    call();
    const first = add({ type: 'drop' });
    call();
    expect(await faults.hits(first, 0)).toBe(0);
    const ids = Array.from({ length: 1_000 }, () => {
      const id = add({ type: 'drop' });
      expect(call()).toHaveLength(1);
      return id;
    });
    expect(await faults.hits(first, 0)).toBeUndefined();
    expect(await faults.hits(ids.at(-1) ?? '', 0)).toBe(0);
    expect(faults.release(paused)).toBe(true);
  });

  it('forgets everything on DELETE /faults and lets paused calls go', async () => {
    const id = await script({ times: 'forever', action: { type: 'pause' } });
    const paused = make('a');
    await fetch(`${adminUrl}/faults/${id}/hit?wait=5000`);
    await fetch(`${adminUrl}/faults`, { method: 'DELETE' });
    expect((await paused).status).toBe(200);
    expect((await make('b')).status).toBe(200);
  });
});

it.each([
  [
    'Seats.io',
    createSeatsioStandIn,
    ['createToken', 'expireToken', 'hold', 'book', 'changeStatus', 'readObjects'],
  ],
  ['TMT', createTmtStandIn, ['tickets_generate', 'order_created']],
  ['Stripe', createStripeStandIn, ['create', 'retrieve', 'capture', 'listRefunds']],
])('the stand-in of %s knows the calls of its own routes', async (_name, create, calls) => {
  const standIn = create();
  expect(standIn.faults.calls()).toEqual(expect.arrayContaining(calls));
  await standIn.close();
});

describe('the admin port', () => {
  it('shows health, ledger from a place on, state, and the routes of a stand-in', async () => {
    await make('a');
    await make('b');
    const get = async (path: string) => (await fetch(`${adminUrl}${path}`)).json();
    expect(await get('/health')).toEqual({ status: 'ok', systems: ['seatsio'] });
    expect(await get('/ledger/seatsio?after=1')).toMatchObject({
      entries: [{ seq: 2, effect: 'made', name: 'b' }],
    });
    expect(await get('/state/seatsio')).toEqual({ things: true });
    expect(await get('/seatsio/own')).toEqual({ own: 'route' });
  });

  it('refuses a script that it does not understand, and unknown names, with the reason', async () => {
    const post = (body: unknown) =>
      fetch(`${adminUrl}/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await post({ system: 'seatsio', call: 'make', action: { type: 'explode' } })).status).toBe(400);
    const late = await post({ system: 'seatsio', call: 'make', action: { type: 'delay', ms: 2 ** 31 } });
    expect([late.status, await late.text()]).toEqual([400, expect.stringContaining('2147483647')]);
    const misspelt = await post({ system: 'seatsio', call: 'mkae', action: { type: 'pause' } });
    expect(misspelt.status).toBe(400);
    expect(await misspelt.json()).toEqual({ error: 'seatsio has no call mkae, only make' });
    expect((await post({ system: 'nobody', call: 'make', action: { type: 'pause' } })).status).toBe(404);
    expect((await fetch(`${adminUrl}/ledger/nobody`)).status).toBe(404);
    expect((await fetch(`${adminUrl}/faults/none/hit`)).status).toBe(404);
  });

  it.each([
    ['localhost', 200],
    ['LOCALHOST:7304', 200],
    ['127.0.0.1:7304', 200],
    ['[::1]:7304', 200],
    ['evil.example', 403],
    ['evil.example:7304', 403],
    ['localhost.evil.example', 403],
    ['127.0.0.1.evil.example', 403],
    ['192.168.0.7:7304', 403],
  ])(
    'answers the host %s with %d: a name that others can give out is no name of this machine',
    async (host, status) => {
      for (const url of ['/ledger/seatsio', '/seatsio/own']) {
        expect((await admin.inject({ url, headers: { host } })).statusCode).toBe(status);
      }
      const payload = { system: 'seatsio', call: 'make', action: { type: 'drop' } };
      const fault = await admin.inject({ method: 'POST', url: '/faults', payload, headers: { host } });
      expect(fault.statusCode).toBe(status === 200 ? 201 : 403);
    },
  );

  it('says what is wrong in plain words: a wrong media type, broken JSON, an unknown route', async () => {
    const post = async (path: string, type: string, body: string) => {
      const headers = { 'content-type': type };
      const response = await fetch(`${adminUrl}${path}`, { method: 'POST', headers, body });
      return [response.status, ((await response.json()) as { error: string }).error];
    };
    const form = 'application/x-www-form-urlencoded';
    expect(await post('/faults', form, '{}')).toEqual([415, 'send content-type: application/json']);
    expect(await post('/faults', 'application/json', '{')).toEqual([
      400,
      expect.not.stringMatching(/Error|FST_/),
    ]);
    expect(await post('/fault', 'application/json', '{}')).toEqual([404, 'no such admin route: POST /fault']);
  });
});
