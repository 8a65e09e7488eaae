import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateEventParams, Region, SeatsioClient, StatusChangeRequest } from 'seatsio';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createSeatsioStandIn, DEMO_SECRET_KEY } from '../emulators/seatsio/stand-in.ts';
import type { StandIn } from '../emulators/stand-in/stand-in.ts';

const EVENT = 'evening';
const FLOOR = (quantity: number) => ({ objectId: 'Floor', quantity });

/** A clock that tests move; real timers still run by real time. */
let offset = 0;
const clock = { now: () => Date.now() + offset };

let standIn: StandIn;
let url: string;
let client: SeatsioClient;

beforeEach(async () => {
  offset = 0;
  standIn = createSeatsioStandIn({ clock });
  url = await standIn.listen(0);
  client = new SeatsioClient(new Region(url), DEMO_SECRET_KEY);
  await client.events.create('club', new CreateEventParams().withKey(EVENT));
});

afterEach(() => standIn.close());

const events = () => client.events;
const holdTokens = () => client.holdTokens;
const seat = (label: string) => events().retrieveObjectInfo(EVENT, label);
const newToken = async (minutes?: number) => (await holdTokens().create(minutes)).holdToken;
const refusal = (code = 'ILLEGAL_STATUS_CHANGE') => ({ status: 400, errors: [{ code }] });
const effects = () => standIn.ledger.entries().map(({ effect }) => effect);

describe('hold tokens', () => {
  it('last 15 minutes by default, and as many minutes as asked, fractions too', async () => {
    expect(await holdTokens().create()).toMatchObject({
      expiresInSeconds: 900,
      workspaceKey: expect.any(String),
    });
    expect((await holdTokens().create(11)).expiresInSeconds).toBe(660);
    expect((await holdTokens().create(0.5)).expiresInSeconds).toBe(30);
    await expect(holdTokens().create(0)).rejects.toMatchObject(refusal('GENERAL_ERROR'));
  });

  it('are extended to now plus minutes, never beyond two hours from their creation', async () => {
    const token = await newToken(5);
    offset = 60_000;
    expect((await holdTokens().expiresInMinutes(token, 30)).expiresInSeconds).toBe(1800);
    const most = (await holdTokens().expiresInMinutes(token, 120)).expiresInSeconds;
    expect(most).toBeGreaterThan(119 * 60 - 5);
    expect(most).toBeLessThanOrEqual(119 * 60);
  });

  it('that are unknown or ended are not found', async () => {
    const token = await newToken();
    await holdTokens().expiresInMinutes(token, 0);
    for (const gone of [token, 'never-was']) {
      await expect(holdTokens().retrieve(gone)).rejects.toMatchObject({ status: 404 });
      await expect(holdTokens().expiresInMinutes(gone, 5)).rejects.toMatchObject({ status: 404 });
    }
  });

  it('free what they hold when they are ended by 0 minutes', async () => {
    const token = await newToken();
    await events().hold(EVENT, [{ objectId: 'A-1' }, FLOOR(3)], token, 'order-1');
    await holdTokens().expiresInMinutes(token, 0);
    expect(await seat('A-1')).toMatchObject({ status: 'free', holdToken: undefined, orderId: undefined });
    expect(await seat('Floor')).toMatchObject({ numFree: 100, numHeld: 0, holds: {} });
    expect(standIn.ledger.entries().slice(-2)).toMatchObject([
      { effect: 'released', label: 'A-1', orderId: 'order-1', origin: 'HOLD_EXPIRED', holdToken: token },
      { effect: 'released', label: 'Floor', quantity: 3, origin: 'HOLD_EXPIRED', holdToken: token },
    ]);
  });

  it('free what they hold near their expiry although nobody calls', async () => {
    const token = await newToken(0.005);
    await events().hold(EVENT, 'A-1', token);
    await expect.poll(effects, { interval: 20, timeout: 3000 }).toContain('released');
    expect(await seat('A-1')).toMatchObject({ status: 'free' });
  });

  it('whose time has come are expired before the next call is answered', async () => {
    const token = await newToken(10);
    await events().hold(EVENT, 'A-1', token);
    offset = 600_000;
    await expect(events().book(EVENT, 'A-1', token)).rejects.toMatchObject({ status: 400 });
    expect(await seat('A-1')).toMatchObject({ status: 'free' });
    await expect(holdTokens().retrieve(token)).rejects.toMatchObject({ status: 404 });
  });
});

describe('seats', () => {
  it('go from free to held to booked to free, with order id, and each step is in the ledger', async () => {
    const token = await newToken();
    const held = await events().hold(EVENT, ['A-1', 'A-2'], token, 'order-1');
    expect(held.objects['A-1']).toMatchObject({
      status: 'reservedByToken',
      holdToken: token,
      orderId: 'order-1',
      categoryKey: '1',
      categoryLabel: 'Stalls',
      labels: { own: { label: '1', type: 'seat' }, parent: { label: 'A', type: 'row' } },
      rightNeighbour: 'A-2',
    });
    const booked = await events().book(EVENT, ['A-1', 'A-2'], token, 'order-1');
    expect(booked.objects['A-2']).toMatchObject({
      status: 'booked',
      orderId: 'order-1',
      holdToken: undefined,
    });
    await events().release(EVENT, ['A-1']);
    expect(await seat('A-1')).toMatchObject({ status: 'free' });
    expect(effects()).toEqual(['token.created', 'held', 'held', 'booked', 'booked', 'released']);
    expect(standIn.ledger.entries()[3]).toMatchObject({
      event: EVENT,
      label: 'A-1',
      orderId: 'order-1',
      holdToken: token,
      from: 'reservedByToken',
      origin: 'API_CALL',
    });
  });

  it('of one call change together or not at all, over several events too', async () => {
    await events().create('club', new CreateEventParams().withKey('matinee'));
    const [mine, theirs] = [await newToken(), await newToken()];
    await events().hold('matinee', 'A-2', theirs);
    await expect(events().hold([EVENT, 'matinee'], ['A-1', 'A-2'], mine)).rejects.toMatchObject(refusal());
    expect(await seat('A-1')).toMatchObject({ status: 'free' });
    expect(effects().filter((effect) => effect === 'held')).toHaveLength(1);
  });

  it('that a call changes are in its answer if it asks for them, else it has none', async () => {
    const call = async (path: string, body: object) => {
      const headers = { authorization: `Basic ${btoa(`${DEMO_SECRET_KEY}:`)}` };
      const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      const text = await answer.text();
      return [answer.status, text === '' ? undefined : (JSON.parse(text) as unknown)];
    };
    const one = (status: string) => ({ events: [EVENT], objects: ['A-1'], status });
    const batch = (status: string) => ({ statusChanges: [{ event: EVENT, objects: ['A-2'], status }] });
    const [groups, several] = ['/events/groups', '/events'].map((at) => `${at}/actions/change-object-status`);
    expect(await call(`${groups}`, one('booked'))).toEqual([204, undefined]);
    expect(await call(`${several}`, batch('booked'))).toEqual([204, undefined]);
    expect(await call(`${groups}?expand=objects`, one('other'))).toMatchObject([
      200,
      { objects: { 'A-1': { status: 'other' } } },
    ]);
    expect(await call(`${several}?expand=objects`, batch('other'))).toMatchObject([
      200,
      { results: [{ objects: { 'A-2': { status: 'other' } } }] },
    ]);
  });

  it("held by another buyer are neither held, nor booked, nor released with a token of one's own", async () => {
    const [mine, theirs] = [await newToken(), await newToken()];
    await events().hold(EVENT, 'A-1', theirs);
    await expect(events().hold(EVENT, 'A-1', mine)).rejects.toMatchObject(refusal());
    await expect(events().book(EVENT, 'A-1', mine)).rejects.toMatchObject(refusal());
    await expect(events().release(EVENT, 'A-1', mine)).rejects.toMatchObject(refusal());
    expect(await seat('A-1')).toMatchObject({ status: 'reservedByToken', holdToken: theirs });
  });

  it('are refused to a token that does not hold them, free or booked, and to one that is unknown', async () => {
    const token = await newToken();
    await expect(events().book(EVENT, 'A-1', token)).rejects.toMatchObject({ status: 400 });
    await expect(events().hold(EVENT, 'A-1', 'never-was')).rejects.toMatchObject({ status: 400 });
    await events().book(EVENT, 'A-1');
    await expect(events().book(EVENT, 'A-1')).rejects.toMatchObject(refusal());
    await expect(events().hold(EVENT, 'A-1', token)).rejects.toMatchObject(refusal());
  });

  it('are taken from their holder by a booking without a token', async () => {
    await events().hold(EVENT, 'A-1', await newToken());
    expect((await events().book(EVENT, 'A-1')).objects['A-1']).toMatchObject({ status: 'booked' });
  });

  it("keep the guards of a change, in batch too, and the vendor's words for a violation", async () => {
    await expect(
      events().changeObjectStatus(EVENT, 'A-1', 'lolzor', null, null, null, null, null, ['booked']),
    ).rejects.toMatchObject({
      status: 400,
      messages: [
        'Cannot change from [free] to [lolzor]: free is not in the list of allowed previous statuses',
      ],
      errors: [{ code: 'ILLEGAL_STATUS_CHANGE' }],
    });
    await events().book(EVENT, ['A-1', 'A-2']);
    const release = (label: string) =>
      new StatusChangeRequest()
        .withType('RELEASE')
        .withEventKey(EVENT)
        .withObjects(label)
        .withAllowedPreviousStatuses(['booked']);
    await expect(events().changeObjectStatusInBatch([release('A-1'), release('A-3')])).rejects.toMatchObject(
      refusal(),
    );
    expect(await seat('A-1')).toMatchObject({ status: 'booked' });
    const [first] = await events().changeObjectStatusInBatch([release('A-1'), release('A-2')]);
    expect(first.objects['A-1']).toMatchObject({ status: 'free' });
  });
});

describe('general admission', () => {
  it('counts places by token, and is refused over capacity', async () => {
    const [mine, theirs] = [await newToken(), await newToken()];
    await events().hold(EVENT, [FLOOR(60)], mine);
    await events().hold(EVENT, [{ ...FLOOR(30), ticketType: 'adult' }], theirs);
    await expect(events().hold(EVENT, [FLOOR(11)], mine)).rejects.toMatchObject(refusal());
    expect(await seat('Floor')).toMatchObject({
      status: 'free',
      numHeld: 90,
      numFree: 10,
      holds: { [mine]: { NO_TICKET_TYPE: 60 }, [theirs]: { adult: 30 } },
    });
    await events().book(EVENT, [FLOOR(60)], mine, 'order-1');
    expect(await seat('Floor')).toMatchObject({
      numBooked: 60,
      numHeld: 30,
      holds: { [theirs]: { adult: 30 } },
    });
    await expect(events().book(EVENT, [FLOOR(60)], mine)).rejects.toMatchObject(refusal());
  });

  it('books twice when it is booked twice without a token, and shows booked only when it is full', async () => {
    await events().book(EVENT, [FLOOR(45)]);
    await events().book(EVENT, [FLOOR(45)]);
    expect(await seat('Floor')).toMatchObject({ status: 'free', numBooked: 90 });
    await events().book(EVENT, [FLOOR(10)]);
    expect(await seat('Floor')).toMatchObject({ status: 'booked', numBooked: 100, numFree: 0 });
  });

  it('gives 100 of 150 buyers who come at once a place', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 150 }, async () => events().hold(EVENT, 'Floor', await newToken())),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(100);
    expect(await seat('Floor')).toMatchObject({ numHeld: 100, numFree: 0, status: 'reservedByToken' });
  });
});

describe('events, charts and reports', () => {
  it('creates, retrieves and lists events, newest first', async () => {
    await events().create('club', new CreateEventParams().withKey('matinee').withName('Matinee'));
    expect(await events().retrieve('matinee')).toMatchObject({
      key: 'matinee',
      name: 'Matinee',
      chartKey: 'club',
      categories: [{ label: 'Stalls' }, { label: 'Standing' }],
    });
    expect((await events().listFirstPage()).items.map(({ key }) => key)).toEqual(['matinee', EVENT]);
    const first = await events().listFirstPage(1);
    expect((await events().listPageAfter(Number(first.nextPageStartsAfter), 1)).items[0]?.key).toBe(EVENT);
    await expect(events().create('club', new CreateEventParams().withKey(EVENT))).rejects.toMatchObject(
      refusal('GENERAL_ERROR'),
    );
  });

  it('takes a drawing under a form content type and reads it back', async () => {
    const drawing = {
      name: 'Hall',
      categories: { list: [{ key: 'vip', label: 'VIP' }] },
      subChart: {
        sections: [
          {
            label: 'Left',
            categoryKey: 'vip',
            subChart: { rows: [{ label: 'A', seats: [{ label: '1', categoryKey: null }] }] },
          },
        ],
      },
    };
    const response = await fetch(`${url}/system/public/charts/hall`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa(`${DEMO_SECRET_KEY}:`)}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: JSON.stringify(drawing),
    });
    expect(response.ok).toBe(true);
    expect(await client.charts.retrievePublishedVersion('hall')).toEqual(drawing);
    await events().create('hall', new CreateEventParams().withKey('in-hall'));
    expect(await events().retrieveObjectInfo('in-hall', 'Left-A-1')).toMatchObject({
      section: 'Left',
      categoryKey: 'vip',
      categoryLabel: 'VIP',
      status: 'free',
    });
  });

  it('reads a thousand objects, all named in one URL', async () => {
    const { key } = await events().create('arena');
    const labels = Object.keys(await client.eventReports.byLabel(key)).slice(0, 1000);
    expect(Object.keys(await events().retrieveObjectInfos(key, labels))).toHaveLength(1000);
  });

  it('reports objects by status and by category', async () => {
    await events().book(EVENT, ['A-1', 'A-2'], null, 'order-1');
    const byStatus = await client.eventReports.byStatus(EVENT);
    expect(byStatus.booked).toHaveLength(2);
    expect(byStatus.free).toHaveLength(39);
    const stalls = await client.eventReports.byCategoryLabel(EVENT, 'Stalls');
    expect(Object.keys(stalls)).toEqual(['Stalls']);
    expect(stalls.Stalls).toHaveLength(40);
  });
});

describe('refusals', () => {
  it("have the vendor's shape for what is unknown or cannot be read", async () => {
    await expect(events().retrieve('nope')).rejects.toMatchObject({
      status: 404,
      errors: [{ code: 'EVENT_NOT_FOUND' }],
      messages: [expect.stringContaining('nope was not found in workspace')],
      warnings: [],
      requestId: expect.any(String),
    });
    await expect(events().create('nope')).rejects.toMatchObject({ errors: [{ code: 'CHART_NOT_FOUND' }] });
    await expect(events().book(EVENT, 'Z-99')).rejects.toMatchObject({ status: 400 });
    await expect(events().book(EVENT, [])).rejects.toMatchObject(refusal('GENERAL_ERROR'));
    const broken = await fetch(`${url}/events`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${DEMO_SECRET_KEY}:`)}`, 'content-type': 'application/json' },
      body: '{"chartKey"',
    });
    expect([broken.status, await broken.json()]).toMatchObject([400, refusal('GENERAL_ERROR')]);
  });

  it('of a wrong key are 401 with an empty body, of a wrong workspace 404', async () => {
    const response = await fetch(`${url}/events`, { headers: { authorization: `Basic ${btoa('other:')}` } });
    expect([response.status, await response.text()]).toEqual([401, '']);
    for (const scheme of ['Basic', 'basic', 'BASIC']) {
      const headers = { authorization: `${scheme} ${btoa(`${DEMO_SECRET_KEY}:`)}` };
      expect([scheme, (await fetch(`${url}/events`, { headers })).status]).toEqual([scheme, 200]);
    }
    const elsewhere = new SeatsioClient(new Region(url), DEMO_SECRET_KEY, 'elsewhere');
    await expect(elsewhere.holdTokens.create()).rejects.toMatchObject({ status: 404 });
  });
});

describe('a restart', () => {
  it('keeps tokens, holds, bookings and the ledger, and ends what expired meanwhile', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'seatsio-stand-in-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    const first = createSeatsioStandIn({ dataDir, clock });
    const before = new SeatsioClient(new Region(await first.listen(0)), DEMO_SECRET_KEY);
    await before.events.create('club', new CreateEventParams().withKey(EVENT));
    const short = (await before.holdTokens.create(1)).holdToken;
    const long = (await before.holdTokens.create(10)).holdToken;
    await before.events.hold(EVENT, 'A-1', short);
    await before.events.hold(EVENT, [{ objectId: 'A-2' }, FLOOR(2)], long, 'order-1');
    await before.events.book(EVENT, 'A-3', null, 'order-2');
    const seen = first.ledger.entries();
    await first.close();

    offset = 61_000;
    const second = createSeatsioStandIn({ dataDir, clock });
    onTestFinished(() => second.close());
    const after = new SeatsioClient(new Region(await second.listen(0)), DEMO_SECRET_KEY);
    const infos = await after.events.retrieveObjectInfos(EVENT, ['A-1', 'A-2', 'A-3', 'Floor']);
    expect(infos['A-1']).toMatchObject({ status: 'free' });
    expect(infos['A-2']).toMatchObject({ status: 'reservedByToken', holdToken: long, orderId: 'order-1' });
    expect(infos['A-3']).toMatchObject({ status: 'booked', orderId: 'order-2' });
    expect(infos.Floor).toMatchObject({ numHeld: 2 });
    expect(second.ledger.entries().slice(0, seen.length)).toEqual(seen);
    await after.events.book(EVENT, [{ objectId: 'A-2' }, FLOOR(2)], long, 'order-1');
  });
});
