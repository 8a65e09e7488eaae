import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { CreateEventParams, ObjectProperties, Region, SeatsioClient } from 'seatsio';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createCharts } from '../emulators/seatsio/charts.ts';
import { clubDrawing } from '../emulators/seatsio/club.ts';
import { createEvents } from '../emulators/seatsio/events.ts';
import { createSeasons } from '../emulators/seatsio/seasons.ts';
import { createSeatsioStandIn, DEMO_SECRET_KEY, DEMO_WORKSPACE_KEY } from '../emulators/seatsio/stand-in.ts';
import { createWorkspaces } from '../emulators/seatsio/workspaces.ts';
import { systemClock } from '../emulators/stand-in/clock.ts';
import { openStore } from '../emulators/stand-in/store.ts';
import { EVENT, FLOOR } from './stand-ins/use-seatsio.ts';

let dataDir: string;
let offset = 0;

beforeEach(() => {
  offset = 0;
  dataDir = mkdtempSync(join(tmpdir(), 'seatsio-restart-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
});

/** A stand-in on the test's folder. One that is started beside another finds what a killed process has left. */
async function start() {
  const clock = { now: () => Date.now() + offset };
  const standIn = createSeatsioStandIn({ dataDir, clock, open: { changeListDelayMs: 0 } });
  onTestFinished(() => standIn.close());
  const url = await standIn.listen(0);
  const client = new SeatsioClient(new Region(url), DEMO_SECRET_KEY);
  return { standIn, url, client, events: client.events };
}

const shown = async ({ events }: Awaited<ReturnType<typeof start>>) => ({
  infos: await events.retrieveObjectInfos(EVENT, ['A-1', 'A-2', 'A-3', 'A-4', 'Floor']),
  changes: (await events.statusChanges(EVENT).firstPage()).items,
});

describe('after a kill', () => {
  it('seats, places, extra data, tokens, the ledger and the list of changes are as they were told', async () => {
    const killed = await start();
    const { events } = killed;
    await events.create('club', new CreateEventParams().withKey(EVENT));
    const { holdToken } = await killed.client.holdTokens.create(10);
    await events.hold(
      EVENT,
      [new ObjectProperties('A-1').setExtraData({ name: 'Ann' }), FLOOR(3)],
      holdToken,
      'order-1',
    );
    await events.book(EVENT, ['A-2', 'A-4'], null, 'order-2');
    await events.book(EVENT, [FLOOR(2)], null, 'order-3');
    await events.release(EVENT, 'A-4');
    await events.putUpForResale(EVENT, 'A-3');
    await events.updateExtraData(EVENT, 'A-2', { name: 'Bob', children: [1, { deep: true }] });
    const before = await shown(killed);
    expect(before.changes).toHaveLength(7);
    const entries = killed.standIn.ledger.entries();
    const state = JSON.stringify(killed.standIn.state());

    const restarted = await start();
    expect(await shown(restarted)).toEqual(before);
    expect(restarted.standIn.ledger.entries()).toEqual(entries);
    expect(JSON.stringify(restarted.standIn.state())).toBe(state);
    await restarted.events.book(EVENT, [{ objectId: 'A-1' }, FLOOR(3)], holdToken);
  });

  it('an ended token stays ended and an extended one lives as long as it was told', async () => {
    const killed = await start();
    await killed.events.create('club', new CreateEventParams().withKey(EVENT));
    const [ended, extended, plain] = await Promise.all(
      [5, 5, 5].map(async (minutes) => (await killed.client.holdTokens.create(minutes)).holdToken),
    );
    if (ended === undefined || extended === undefined || plain === undefined) throw new Error('no token');
    await killed.events.hold(EVENT, ['A-1'], extended);
    await killed.events.hold(EVENT, [{ objectId: 'A-2' }, FLOOR(1)], plain);
    await killed.client.holdTokens.expiresInMinutes(extended, 30);
    await killed.client.holdTokens.expiresInMinutes(ended, 0);

    offset = 6 * 60_000;
    const restarted = await start();
    await expect(restarted.client.holdTokens.retrieve(ended)).rejects.toMatchObject({ status: 404 });
    await expect(restarted.client.holdTokens.retrieve(plain)).rejects.toMatchObject({ status: 404 });
    expect((await restarted.client.holdTokens.retrieve(extended)).expiresInSeconds).toBeGreaterThan(20 * 60);
    const { infos } = await shown(restarted);
    expect(infos).toMatchObject({
      'A-1': { status: 'reservedByToken', holdToken: extended },
      'A-2': { status: 'free' },
      Floor: { numHeld: 0 },
    });
  });

  it.each([
    ['a NUL', ['a\u0000b', 'a\u0000c']],
    ['half of a surrogate pair', ['a\ud800', 'a\ud801']],
    ['looks that a text may have', ['\\ud800', '\u00e9', 'e\u0301', '\ufffd', '%00', '😀', ' a ', "';--"]],
  ])('places by ticket types with %s are as they were told, or refused', async (_, ticketTypes) => {
    const killed = await start();
    await killed.events.create('club', new CreateEventParams().withKey(EVENT));
    for (const ticketType of ticketTypes) {
      const place = { ...FLOOR(1), ticketType };
      const { holdToken } = await killed.client.holdTokens.create(10);
      await killed.events.hold(EVENT, [place], holdToken, `order ${ticketType}`).catch(() => {});
      await killed.events.book(EVENT, [place], null, `order ${ticketType}`).catch(() => {});
      await killed.events.changeObjectStatus(EVENT, 'A-1', `status ${ticketType}`).catch(() => {});
    }
    const before = await shown(killed);
    expect(await shown(await start())).toEqual(before);
  });

  it('nothing of a deleted event is left to one of the same key', async () => {
    const killed = await start();
    const params = () => new CreateEventParams().withKey(EVENT);
    await killed.events.create('club', params());
    await killed.events.book(EVENT, [{ objectId: 'A-1' }, FLOOR(4)], null, 'order-1');
    await killed.events.delete(EVENT);
    await killed.events.create('club', params());

    const restarted = await start();
    const { infos, changes } = await shown(restarted);
    expect(infos).toMatchObject({ 'A-1': { status: 'free' }, Floor: { numBooked: 0 } });
    expect(changes).toEqual([]);
  });
});

it('a stand-in starts again whatever was done to its workspaces: the default one is not deleted', async () => {
  const { workspaces } = (await start()).client;
  const second = await workspaces.create('Second');
  await expect(workspaces.delete(DEMO_WORKSPACE_KEY)).rejects.toMatchObject({ status: 400 });
  await workspaces.setDefault(second.key);
  await workspaces.deactivate(DEMO_WORKSPACE_KEY);
  const restarted = await start();
  expect((await restarted.client.holdTokens.create()).workspaceKey).toBe(second.key);
  await restarted.client.workspaces.delete(DEMO_WORKSPACE_KEY);
  expect((await (await start()).client.holdTokens.create()).workspaceKey).toBe(second.key);
});

it('a file in which no workspace is the default one has its first one back', async () => {
  await start();
  const file = new Database(join(dataDir, 'seatsio.db'));
  file.exec('UPDATE workspaces SET is_default = 0');
  file.close();
  const { client } = await start();
  expect((await client.holdTokens.create()).workspaceKey).toBe(DEMO_WORKSPACE_KEY);
});

describe('when the file cannot be written', () => {
  it('a call is answered with 500, and seat, token and ledger are as before', async () => {
    const { events, client, standIn } = await start();
    await events.create('club', new CreateEventParams().withKey(EVENT));
    const { holdToken } = await client.holdTokens.create(10);
    const entries = standIn.ledger.entries();
    const other = new Database(join(dataDir, 'seatsio.db'));
    other.exec('BEGIN IMMEDIATE');
    await expect(events.hold(EVENT, 'A-1', holdToken)).rejects.toMatchObject({ status: 500 });
    await expect(events.book(EVENT, [FLOOR(5)])).rejects.toMatchObject({ status: 500 });
    other.exec('ROLLBACK');
    other.close();

    expect(standIn.ledger.entries()).toEqual(entries);
    expect(await events.retrieveObjectInfos(EVENT, ['A-1', 'Floor'])).toMatchObject({
      'A-1': { status: 'free' },
      Floor: { numFree: 100 },
    });
    await events.hold(EVENT, 'A-1', holdToken);
  });

  it('a token that expires meanwhile expires as soon as the file can be written, without a call', async () => {
    const { events, client, standIn } = await start();
    await events.create('club', new CreateEventParams().withKey(EVENT));
    const { holdToken } = await client.holdTokens.create(1);
    await events.hold(EVENT, 'A-1', holdToken);
    const other = new Database(join(dataDir, 'seatsio.db'));
    other.exec('BEGIN IMMEDIATE');
    offset = 2 * 60_000;
    await expect(events.retrieveObjectInfo(EVENT, 'A-1')).rejects.toMatchObject({ status: 500 });
    other.exec('ROLLBACK');
    other.close();

    const effects = () => standIn.ledger.entries().map(({ effect }) => effect);
    await expect.poll(effects, { timeout: 10_000 }).toContain('token.expired');
    expect(await events.retrieveObjectInfo(EVENT, 'A-1')).toMatchObject({ status: 'free' });
  });

  it('nothing is remembered of an event, a chart and a key that were there in a failed commit only', async () => {
    const store = openStore('alone', { dataDir, groupCommit: true });
    onTestFinished(() => store.close());
    const workspaces = createWorkspaces(store);
    const { workspace } = workspaces.createCompany({ adminKey: 'admin', workspaceKey: 'workspace' });
    const charts = createCharts(store);
    const events = createEvents(store, systemClock, charts, createSeasons(store));
    store.exec('CREATE TABLE bulk (text TEXT)');
    const bulk = store.bulkTable({ name: 'bulk', columns: ['text'] });
    charts.create(workspace, clubDrawing(), 'club');
    await store.committed();
    const pages = Number(store.prepare('PRAGMA page_count').get()?.page_count);
    store.exec(`PRAGMA max_page_count = ${pages + 20}`);

    const { secretKey } = store.transaction(() => workspaces.create(workspace.companyId, 'Second', false));
    expect(workspaces.opened(secretKey)).toBeDefined();
    const lost = store.transaction(() => charts.create(workspace, clubDrawing(), 'lost'));
    const described = { eventKey: EVENT, chartKey: 'club' };
    const [event] = events.create(workspace, [described]);
    store.transaction(() => bulk.add(['x'.repeat(1_000_000)]));
    await expect(store.committed()).rejects.toThrow('full');

    expect(workspaces.opened(secretKey)).toBeUndefined();
    expect(() => charts.byId(lost.id)).toThrow('no chart');
    expect(() => events.get(workspace, EVENT)).toThrow('not found');
    expect(() => events.byId(event?.id ?? 0)).toThrow('no event');
  });
});
