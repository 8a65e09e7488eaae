import { ChartListParams, CreateEventParams, Region, SeatsioClient } from 'seatsio';
import { describe, expect, it } from 'vitest';
import { DEMO_SECRET_KEY } from '../emulators/seatsio/stand-in.ts';
import { rows } from './stand-ins/drawings.ts';
import { EVENT, notFound, refusal, useSeatsio } from './stand-ins/use-seatsio.ts';

const seatsio = useSeatsio();
const as = (secretKey: string, workspaceKey?: string) =>
  new SeatsioClient(new Region(seatsio.url), secretKey, workspaceKey);

async function createCompany(): Promise<{ admin: { secretKey: string }; workspace: { key: string } }> {
  const response = await fetch(`${seatsio.url}/system/private/create-test-company`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('superSecretSystemApi:')}` },
  });
  expect(response.ok).toBe(true);
  return (await response.json()) as Awaited<ReturnType<typeof createCompany>>;
}

describe('a company', () => {
  it('has an admin key that opens its default workspace, and 15 minutes as hold period', async () => {
    const { admin, workspace } = await createCompany();
    const client = as(admin.secretKey);
    expect(await client.holdTokens.create()).toMatchObject({
      workspaceKey: workspace.key,
      expiresInSeconds: 900,
    });
    expect(await client.accounts.retrieveMyAccount()).toMatchObject({
      secretKey: admin.secretKey,
      settings: { holdPeriodInMinutes: 15, holdOnSelectForGAs: true },
    });
    await client.accounts.changeHoldPeriod(20);
    expect((await client.holdTokens.create()).expiresInSeconds).toBe(1200);
    expect((await seatsio.client.holdTokens.create()).expiresInSeconds).toBe(900);
    for (const none of [0, 5e-324, 0.01]) {
      await expect(client.accounts.changeHoldPeriod(none)).rejects.toMatchObject({ status: 400 });
    }
    await client.accounts.changeHoldPeriod(1 / 60);
    expect((await client.holdTokens.create()).expiresInSeconds).toBe(1);
  });

  it('sees nothing of another one', async () => {
    const { admin } = await createCompany();
    const client = as(admin.secretKey);
    await expect(client.events.retrieve(EVENT)).rejects.toMatchObject(notFound('EVENT_NOT_FOUND'));
    await expect(client.charts.retrieve('club')).rejects.toMatchObject(notFound('CHART_NOT_FOUND'));
    const token = await seatsio.newToken();
    await expect(client.holdTokens.retrieve(token)).rejects.toMatchObject({ status: 404 });
    await expect(client.holdTokens.expiresInMinutes(token, 0)).rejects.toMatchObject({ status: 404 });
    expect((await client.events.listFirstPage()).items).toEqual([]);
    await expect(as(admin.secretKey, 'seatsio-demo-workspace').events.listFirstPage()).rejects.toMatchObject(
      notFound('WORKSPACE_NOT_FOUND'),
    );
  });

  it('is made by the system user only', async () => {
    const answer = await seatsio.raw('POST', '/system/private/create-test-company');
    expect([answer.status, await answer.text()]).toEqual([401, '']);
  });
});

describe('a workspace', () => {
  it('is opened by its own key, or by the company key with its name in the header', async () => {
    const { key, secretKey } = await seatsio.client.workspaces.create('Second', true);
    const own = as(secretKey);
    const byHeader = as(DEMO_SECRET_KEY, key);
    const chart = await own.charts.create('Its chart');
    await own.events.create(chart.key, new CreateEventParams().withKey(EVENT));
    expect(await byHeader.events.retrieve(EVENT)).toMatchObject({ chartKey: chart.key });
    expect(await seatsio.client.events.retrieve(EVENT)).toMatchObject({ chartKey: 'club' });
    expect((await byHeader.holdTokens.create()).workspaceKey).toBe(key);
    await expect(as(secretKey, 'seatsio-demo-workspace').events.retrieve(EVENT)).rejects.toMatchObject({
      status: 404,
    });
  });

  it("takes no other workspace's hold token", async () => {
    const { secretKey } = await seatsio.client.workspaces.create('Second');
    const { holdToken } = await as(secretKey).holdTokens.create();
    await expect(seatsio.client.events.hold(EVENT, 'A-1', holdToken)).rejects.toMatchObject({ status: 400 });
  });

  it('is renamed, switched off and on, made the default, given a new key, and deleted when off', async () => {
    const { workspaces } = seatsio.client;
    const { key, secretKey } = await workspaces.create('Second');
    await workspaces.update(key, 'Renamed');
    await workspaces.deactivate(key);
    expect(await workspaces.retrieve(key)).toMatchObject({
      name: 'Renamed',
      isActive: false,
      isDefault: false,
    });
    const answer = await fetch(`${seatsio.url}/events`, {
      headers: { authorization: `Basic ${btoa(`${secretKey}:`)}` },
    });
    expect([answer.status, await answer.text()]).toEqual([403, '']);
    await workspaces.activate(key);
    await expect(workspaces.delete(key)).rejects.toMatchObject(refusal('CANNOT_DELETE_ACTIVE_WORKSPACE'));
    const renewed = await workspaces.regenerateSecretKey(key);
    await expect(as(secretKey).events.listFirstPage()).rejects.toContain('401');
    expect((await as(renewed).events.listFirstPage()).items).toEqual([]);
    await workspaces.setDefault(key);
    expect((await seatsio.client.holdTokens.create()).workspaceKey).toBe(key);
    await workspaces.setDefault('seatsio-demo-workspace');
    await workspaces.deactivate(key);
    await workspaces.delete(key);
    await expect(workspaces.retrieve(key)).rejects.toMatchObject(notFound('WORKSPACE_NOT_FOUND'));
  });

  it('that is the default one is never off: nothing would open the company any more', async () => {
    const { workspaces } = seatsio.client;
    const { key } = await workspaces.create('Second');
    await workspaces.deactivate(key);
    await expect(workspaces.setDefault(key)).rejects.toMatchObject(refusal('GENERAL_ERROR'));
    await expect(workspaces.deactivate('seatsio-demo-workspace')).rejects.toMatchObject(
      refusal('GENERAL_ERROR'),
    );
    const states = (await workspaces.listFirstPage()).items.map(({ isDefault, isActive }) => [
      isDefault,
      isActive,
    ]);
    expect(states).toEqual([
      [false, false],
      [true, true],
    ]);
  });

  it('is listed newest first, by name, and by being on or off', async () => {
    const { workspaces } = seatsio.client;
    const [one, two] = [await workspaces.create('One'), await workspaces.create('Two')];
    await workspaces.deactivate(one.key);
    const names = ({ items }: { items: { name: string }[] }) => items.map(({ name }) => name);
    expect(names(await workspaces.listFirstPage())).toEqual(['Two', 'One', 'Default workspace']);
    expect(names(await workspaces.listFirstPage('Tw'))).toEqual(['Two']);
    expect(names(await workspaces.listPageAfter(two.id, null, 1))).toEqual(['One']);
    expect(names(await workspaces.listPageBefore(one.id))).toEqual(['Two']);
    expect(names(await workspaces.listActiveFirstPage())).toEqual(['Two', 'Default workspace']);
    expect(names(await workspaces.listInactiveFirstPage())).toEqual(['One']);
  });
});

describe('charts of a workspace', () => {
  it('are those that ship with the stand-in from its start, and their keys are taken', async () => {
    const { charts, events } = seatsio.client;
    const { key } = await seatsio.client.workspaces.create('Second');
    const named = async (params?: object) =>
      (await charts.listFirstPage(params as never)).items.map((chart) => [chart.key, chart.name]);
    const before = JSON.stringify(seatsio.standIn.state());
    const all = [
      ['arena', 'Arena'],
      ['theatre', 'Theatre'],
      ['club', 'Club'],
    ];
    expect(await named()).toEqual(all);
    for (const [chart, name] of all) expect(await named({ filter: name })).toEqual([[chart, name]]);
    expect((await as(DEMO_SECRET_KEY, key).charts.listFirstPage()).items).toEqual([]);
    await expect(seatsio.upload('arena', rows)).rejects.toThrow('400');
    const taken = new CreateEventParams().withKey(EVENT);
    await expect(events.create('theatre', taken)).rejects.toMatchObject({ status: 400 });
    expect(JSON.stringify(seatsio.standIn.state())).toBe(before);
  });

  it('are created, tagged, listed and archived', async () => {
    const { charts } = seatsio.client;
    const made = await charts.create('Hall', 'SIMPLE', [
      { key: 1, label: 'Cat', color: '#fff', accessible: true },
    ]);
    expect(made).toMatchObject({
      name: 'Hall',
      status: 'NOT_USED',
      tags: [],
      archived: false,
      venueType: 'SIMPLE',
    });
    expect(await charts.retrievePublishedVersion(made.key)).toMatchObject({
      name: 'Hall',
      categories: { list: [{ key: 1, label: 'Cat', accessible: true }] },
    });
    await seatsio.upload('rows', rows);
    await charts.addTag(made.key, 'a/b');
    await charts.addTag('rows', 'other');
    expect((await charts.listAllTags()).sort()).toEqual(['a/b', 'other']);
    const keys = async (params: object) =>
      (await charts.listFirstPage(params as never)).items.map(({ key }) => key);
    expect(await keys({ tag: 'a/b' })).toEqual([made.key]);
    expect(await keys({ filter: 'ow' })).toEqual(['rows']);
    await charts.moveToArchive('rows');
    expect(await keys({})).toEqual([made.key, 'arena', 'theatre', 'club']);
    expect((await charts.archive.firstPage()).items.map(({ key }) => key)).toEqual(['rows']);
    await charts.moveOutOfArchive('rows');
    await charts.removeTag('rows', 'other');
    expect(await charts.listAllTags()).toEqual(['a/b']);
    await seatsio.client.events.create('rows', new CreateEventParams().withKey('first'));
    await seatsio.client.events.create('rows', new CreateEventParams().withKey('second'));
    expect((await charts.retrieveWithEvents('rows')).events.map(({ key }) => key)).toEqual([
      'second',
      'first',
    ]);
    const validated = await charts.listFirstPage(new ChartListParams().withExpandValidation(true), 1);
    expect(validated.items).toMatchObject([{ key: 'rows', validation: { errors: [], warnings: [] } }]);
    expect((await charts.retrieve('rows')).validation).toBeUndefined();
    expect((await charts.listFirstPage(null, 1)).items.map(({ key }) => key)).toEqual(['rows']);
  });
});
