import { describe, expect, it } from 'vitest';
import { createAdmin } from '../emulators/stand-in/admin.ts';
import { faultScript } from '../emulators/stand-in/fault-script.ts';
import { EVENT, useSeatsio } from './stand-ins/use-seatsio.ts';

const seatsio = useSeatsio({ ceilings: { priority: 3, regular: 2 } });

/** Lets calls of this name wait inside the stand-in, and says when so many of them are there. */
function pause(call: string, { faults } = seatsio.standIn) {
  const id = faults.add(
    faultScript.parse({ system: 'seatsio', call, times: 'forever', action: { type: 'pause' } }),
  );
  return {
    here: (count: number) => expect.poll(() => faults.hits(id, 0)).toBe(count),
    release: () => faults.release(id),
  };
}
const read = () => seatsio.raw('GET', `/events/${EVENT}/objects?label=A-1`);
const list = () => seatsio.raw('GET', '/events');

/** Sets ceilings over the admin port. */
async function setCeilings(ceilings: object): Promise<void> {
  const admin = createAdmin([seatsio.standIn]);
  const answer = await admin.inject({ method: 'POST', url: '/seatsio/settings', payload: { ceilings } });
  expect(answer.statusCode).toBe(200);
  await admin.close();
}

const LANES: [method: string, path: string, lane: 'priority' | 'regular'][] = [
  ['POST', '/hold-tokens', 'priority'],
  ['GET', '/hold-tokens/some-token', 'priority'],
  ['POST', '/hold-tokens/some-token', 'priority'],
  ['POST', '/events/groups/actions/change-object-status', 'priority'],
  ['POST', '/events/actions/change-object-status', 'priority'],
  ['POST', `/events/${EVENT}/actions/change-object-status`, 'priority'],
  ['GET', `/events/${EVENT}/objects?label=A-1`, 'priority'],
  ['GET', `/events/${EVENT}/status-changes`, 'regular'],
  ['GET', `/events/${EVENT}/objects/A-1/status-changes`, 'regular'],
  ['POST', `/events/${EVENT}/objects/A-1/actions/update-extra-data`, 'regular'],
  ['POST', `/events/${EVENT}/actions/update-extra-data`, 'regular'],
  ['POST', '/events', 'regular'],
  ['POST', '/events/actions/create-multiple', 'regular'],
  ['GET', '/events', 'regular'],
  ['GET', `/events/${EVENT}`, 'regular'],
  ['POST', `/events/${EVENT}`, 'regular'],
  ['POST', `/events/${EVENT}/channels`, 'regular'],
  ['DELETE', `/events/${EVENT}/channels/none`, 'regular'],
  ['POST', `/events/${EVENT}/actions/edit-for-sale-config`, 'regular'],
  ['POST', '/seasons', 'regular'],
  ['POST', '/charts', 'regular'],
  ['GET', '/charts/club', 'regular'],
  ['GET', '/charts/club/version/published', 'regular'],
  ['GET', `/reports/events/${EVENT}/byOrderId`, 'regular'],
  ['POST', '/workspaces', 'regular'],
  ['GET', '/accounts/me', 'regular'],
  ['POST', '/accounts/me/actions/change-hold-period', 'regular'],
  ['DELETE', `/events/${EVENT}`, 'regular'],
];

describe('a lane', () => {
  it.each(['priority', 'regular'] as const)(
    'that is closed (%s) closes its own calls, and no other',
    async (closed) => {
      await setCeilings({ [closed]: 0 });
      const refused = [];
      for (const [method, path] of LANES) {
        const { status } = await seatsio.raw(method, path, method === 'POST' ? '{}' : undefined);
        if (status === 429) refused.push(`${method} ${path}`);
      }
      const own = LANES.filter(([, , lane]) => lane === closed);
      expect(refused).toEqual(own.map(([method, path]) => `${method} ${path}`));
    },
  );

  it('is one for all workspaces of a company, and another one for each company', async () => {
    const made = await fetch(`${seatsio.url}/system/private/create-test-company`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('superSecretSystemApi:')}` },
    });
    const { admin } = (await made.json()) as { admin: { secretKey: string } };
    const { key } = await seatsio.client.workspaces.create('Second');
    const second = { 'x-workspace-key': key };
    const other = { authorization: `Basic ${btoa(`${admin.secretKey}:`)}` };
    const readIn = (headers = {}) =>
      seatsio.raw('GET', `/events/${EVENT}/objects?label=A-1`, undefined, headers);
    const findToken = (headers = {}) => seatsio.raw('GET', '/hold-tokens/none', undefined, headers);

    const paused = pause('readObjects');
    const under = [readIn(), readIn(), readIn(second)];
    await paused.here(3);
    expect((await findToken()).status).toBe(429);
    expect((await findToken(second)).status).toBe(429);
    expect((await findToken(other)).status).toBe(404);
    paused.release();
    await Promise.all(under);
  });

  it("refuses what is above its ceiling in the vendor's shape, and takes it when others have ended", async () => {
    const paused = pause('readObjects');
    const under = [read(), read(), read()];
    await paused.here(3);
    const refused = await read();
    expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toMatchObject([
      429,
      null,
      {
        status: 429,
        messages: ['Rate limit exceeded'],
        errors: [{ code: 'RATE_LIMIT_EXCEEDED', message: 'Rate limit exceeded' }],
        requestId: expect.any(String),
      },
    ]);
    paused.release();
    expect((await Promise.all(under)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await read()).status).toBe(200);
  });

  it('is apart from the other one: events and reports are regular, what sells is priority', async () => {
    const paused = pause('events');
    const under = [list(), list()];
    await paused.here(2);
    expect((await list()).status).toBe(429);
    expect((await seatsio.raw('GET', `/reports/events/${EVENT}/byStatus`)).status).toBe(429);
    const token = await seatsio.newToken();
    await seatsio.client.events.hold(EVENT, 'A-1', token);
    expect(await seatsio.client.holdTokens.retrieve(token)).toMatchObject({ holdToken: token });
    paused.release();
    await Promise.all(under);
  });

  it('is left by a call whose caller has gone', async () => {
    const paused = pause('readObjects');
    const caller = new AbortController();
    const gone = [1, 2, 3].map(() =>
      fetch(`${seatsio.url}/events/${EVENT}/objects`, {
        headers: { authorization: `Basic ${btoa('seatsio-demo-secret:')}` },
        signal: caller.signal,
      }),
    );
    await paused.here(3);
    caller.abort();
    await Promise.allSettled(gone);
    paused.release();
    await expect.poll(async () => (await read()).status).toBe(200);
  });

  it.each([
    { type: 'drop', when: 'before' },
    { type: 'drop', when: 'after' },
    { type: 'hang', when: 'before' },
    { type: 'hang', when: 'after' },
    { type: 'status', status: 500, when: 'before' },
    { type: 'status', status: 500, when: 'after' },
    { type: 'truncate' },
    { type: 'garbage' },
    { type: 'delay', ms: 5 },
  ])('is left by a call that meets the fault %j', async (action) => {
    seatsio.standIn.faults.add(
      faultScript.parse({ system: 'seatsio', call: 'readObjects', times: 4, action }),
    );
    for (let n = 0; n < 4; n += 1) {
      const signal = AbortSignal.timeout(300);
      const answer = fetch(`${seatsio.url}/events/${EVENT}/objects?label=A-1`, {
        headers: { authorization: `Basic ${btoa('seatsio-demo-secret:')}` },
        signal,
      });
      await answer.then((response) => response.text()).catch(() => undefined);
    }
    await expect.poll(async () => (await read()).status).toBe(200);
  });

  it("is waited for by the vendor's client, which tries again by itself", async () => {
    const paused = pause('readObjects');
    const under = [read(), read(), read()];
    await paused.here(3);
    let refused = 0;
    seatsio.client.setRequestListener(() => ({
      onRequestStarted: () => {},
      onRequestEnded: () => {
        refused += 1;
      },
    }));
    const patient = seatsio.seat('A-1');
    await expect.poll(() => refused).toBe(1);
    paused.release();
    await Promise.all(under);
    expect(await patient).toMatchObject({ label: 'A-1' });
  });

  it('is set over the admin port, and may tell how long to wait', async () => {
    const admin = createAdmin([seatsio.standIn]);
    const set = (payload: object) => admin.inject({ method: 'POST', url: '/seatsio/settings', payload });
    const answer = await set({ ceilings: { regular: 0 }, retryAfterSeconds: 2 });
    expect(answer.json()).toMatchObject({ ceilings: { priority: 3, regular: 0 }, retryAfterSeconds: 2 });
    const refused = await list();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '2']);
    expect((await set({ ceilings: { regular: -1 } })).statusCode).toBe(400);
    expect((await set({ holdAgian: 'accept' })).statusCode).toBe(400);
    await admin.close();
  });
});

describe('without a setting', () => {
  const plain = useSeatsio();

  it.each([
    ['readObjects', `/events/${EVENT}/objects?label=A-1`, 100],
    ['events', '/events', 10],
  ])(
    'so many calls (%s) of a company may be under way at once as the vendor lets',
    async (call, path, most) => {
      const paused = pause(call, plain.standIn);
      const under = Array.from({ length: most }, () => plain.raw('GET', path));
      await paused.here(most);
      expect((await plain.raw('GET', path)).status).toBe(429);
      paused.release();
      expect(new Set((await Promise.all(under)).map(({ status }) => status))).toEqual(new Set([200]));
    },
  );
});
