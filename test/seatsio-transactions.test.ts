import { CreateEventParams, Region, SeatsioClient, StatusChangeRequest } from 'seatsio';
import { beforeEach, describe, expect, it } from 'vitest';
import { rows } from './stand-ins/drawings.ts';
import { EVENT, FLOOR, refusal, useSeatsio } from './stand-ins/use-seatsio.ts';

const seatsio = useSeatsio();
const events = () => seatsio.client.events;
const OTHER = 'matinee';

beforeEach(async () => {
  await events().create('club', new CreateEventParams().withKey(OTHER));
});

const entry = (event: string, label: string) =>
  new StatusChangeRequest().withEventKey(event).withObjects(label);
const statuses = async (event: string, labels: string[]) =>
  Object.values(await events().retrieveObjectInfos(event, labels)).map(({ status }) => status);

describe('one call', () => {
  it('changes all objects in all its events, with one token', async () => {
    const token = await seatsio.newToken();
    await events().hold([EVENT, OTHER], ['A-1', 'A-2'], token, 'order-1');
    await events().book([EVENT, OTHER], ['A-1', 'A-2'], token, 'order-1');
    for (const event of [EVENT, OTHER])
      expect(await statuses(event, ['A-1', 'A-2'])).toEqual(['booked', 'booked']);
  });

  it.each(['hold', 'book', 'release'] as const)(
    'that cannot %s its last object changes none, anywhere',
    async (action) => {
      const token = await seatsio.newToken();
      const labels = ['A-1', 'A-2', 'A-3'];
      if (action === 'hold') await events().book(OTHER, 'A-3');
      else await events().hold([EVENT, OTHER], ['A-1', 'A-2'], token);
      if (action !== 'hold') await events().hold([EVENT, OTHER], 'A-3', await seatsio.newToken());
      const before = [await statuses(EVENT, labels), await statuses(OTHER, labels), seatsio.effects().length];
      await expect(events()[action]([EVENT, OTHER], labels, token)).rejects.toMatchObject(refusal());
      expect([
        await statuses(EVENT, labels),
        await statuses(OTHER, labels),
        seatsio.effects().length,
      ]).toEqual(before);
    },
  );

  it('that cannot take all places of an area takes none, and no seat', async () => {
    await events().book(EVENT, FLOOR(99));
    const wanted = [{ objectId: 'A-1' }, FLOOR(2)];
    await expect(events().book(EVENT, wanted)).rejects.toMatchObject(refusal());
    expect(await seatsio.seat('Floor')).toMatchObject({ numBooked: 99 });
    expect(await statuses(EVENT, ['A-1'])).toEqual(['free']);
  });

  it('that fails for several reasons tells one of them', async () => {
    await events().book(EVENT, ['A-1', 'A-2']);
    const error = await events()
      .book(EVENT, [{ objectId: 'A-1' }, { objectId: 'A-2' }, FLOOR(101)])
      .catch((refused: unknown) => refused);
    expect(error).toMatchObject({ messages: [expect.any(String)], errors: [expect.any(Object)] });
    expect((error as { errors: unknown[] }).errors).toHaveLength(1);
  });

  it('cannot be for events of different charts', async () => {
    await seatsio.upload('rows', rows);
    await events().create('rows', new CreateEventParams().withKey('elsewhere'));
    await expect(events().book([EVENT, 'elsewhere'], 'A-1')).rejects.toMatchObject(refusal('GENERAL_ERROR'));
    expect(await statuses(EVENT, ['A-1'])).toEqual(['free']);
  });
});

describe('a batch', () => {
  it('is applied in its order, over events of several charts', async () => {
    await seatsio.upload('rows', rows);
    await events().create('rows', new CreateEventParams().withKey('elsewhere'));
    const token = await seatsio.newToken();
    await events().book(EVENT, 'A-1');
    const results = await events().changeObjectStatusInBatch([
      entry(EVENT, 'A-1').withType('RELEASE'),
      entry(EVENT, 'A-1').withStatus('reservedByToken').withHoldToken(token),
      entry('elsewhere', 'D-8').withStatus('booked'),
    ]);
    expect(results).toMatchObject([
      { objects: { 'A-1': { status: 'free' } } },
      { objects: { 'A-1': { status: 'reservedByToken', holdToken: token } } },
      { objects: { 'D-8': { status: 'booked' } } },
    ]);
  });

  it('that cannot apply its last entry applies none', async () => {
    await events().book(OTHER, 'A-1');
    const batch = [entry(EVENT, 'A-1').withStatus('booked'), entry(OTHER, 'A-1').withStatus('booked')];
    await expect(events().changeObjectStatusInBatch(batch)).rejects.toMatchObject(refusal());
    const unknown = [entry(EVENT, 'A-1').withStatus('booked'), entry('nope', 'A-1').withStatus('booked')];
    await expect(events().changeObjectStatusInBatch(unknown)).rejects.toMatchObject({ status: 404 });
    expect(await statuses(EVENT, ['A-1'])).toEqual(['free']);
  });

  it('reaches no event of another workspace, and then applies nothing', async () => {
    const { secretKey } = await seatsio.client.workspaces.create('Second');
    const second = new SeatsioClient(new Region(seatsio.url), secretKey);
    const chart = await second.charts.create('Its chart');
    await second.events.create(chart.key, new CreateEventParams().withKey('theirs'));
    const batch = [entry(EVENT, 'A-1').withStatus('booked'), entry('theirs', 'A-1').withStatus('booked')];
    await expect(events().changeObjectStatusInBatch(batch)).rejects.toMatchObject({ status: 404 });
    expect(await statuses(EVENT, ['A-1'])).toEqual(['free']);
  });
});
