import { beforeEach, expect, it } from 'vitest';
import { EVENT, FLOOR, useSeatsio } from './stand-ins/use-seatsio.ts';

const seatsio = useSeatsio();

const post = async (path: string, body: object = {}) => {
  const { status } = await seatsio.raw('POST', path, JSON.stringify(body));
  expect(status).toBeLessThan(300);
};
const inEvent = (path: string, body?: object) => post(`/events/${EVENT}${path}`, body);
const change = (status: string, object: unknown, more: object = {}) =>
  post('/events/groups/actions/change-object-status', {
    events: [EVENT],
    objects: [object],
    status,
    ...more,
  });

beforeEach(async () => {
  await inEvent('/channels', { key: 'one', name: 'One', areaPlaces: { Floor: 5 } });
  await post('/seasons', { chartKey: 'club', key: 'spring', eventKeys: ['match'] });
  await post('/workspaces', { name: 'Second' });
  await change('booked', 'A-1');
});

it.each<[what: string, change: () => Promise<unknown>]>([
  ['a token', () => seatsio.newToken()],
  ['the status of a seat', () => change('sold', 'A-2')],
  ['the order of a seat', () => change('free', 'A-1', { orderId: 'order-1' })],
  ['the ticket type of a seat', () => change('sold', { objectId: 'A-1', ticketType: 'adult' })],
  [
    'the extra data of a seat',
    () => inEvent('/objects/A-1/actions/update-extra-data', { extraData: { a: 1 } }),
  ],
  ['a resale', () => change('resale', 'A-1', { resaleListingId: 'listing' })],
  ['places', () => change('booked', FLOOR(2))],
  ['the channel of places', () => change('booked', FLOOR(2), { channelKeys: ['one'] })],
  ['a channel', () => inEvent('/channels/one', { name: 'Other' })],
  ['what is for sale', () => inEvent('/actions/mark-as-not-for-sale', { objects: ['A-1'] })],
  ['tables', () => inEvent('', { tableBookingConfig: { mode: 'ALL_BY_SEAT' } })],
  ['categories', () => inEvent('', { categories: [{ key: 'vip', label: 'VIP' }] })],
  ['the name of an event', () => inEvent('', { name: 'Evening' })],
  ['the date of an event', () => inEvent('', { date: '2030-01-01' })],
  ['an event', () => post('/events', { chartKey: 'club' })],
  ['an event of a season', () => post('/seasons/spring/actions/create-events', { eventKeys: ['two'] })],
  ['a partial season', () => post('/seasons/spring/partial-seasons', { key: 'half' })],
  ['a chart', () => post('/charts', { name: 'Chart' })],
  ['the tags of a chart', () => post('/charts/club/tags/nice')],
  ['an archived chart', () => post('/charts/club/actions/move-to-archive')],
  ['a workspace', () => post('/workspaces', { name: 'Workspace' })],
  ['the key of a workspace', () => post('/workspaces/seatsio-demo-workspace/actions/regenerate-secret-key')],
  ['the hold period', () => post('/accounts/me/actions/change-hold-period', { holdPeriodInMinutes: 7 })],
])('the state that is shown tells %s', async (_, act) => {
  const state = () => JSON.stringify(seatsio.standIn.state());
  const before = state();
  await act();
  expect(state()).not.toBe(before);
});

it('the state names the workspace of tokens, objects and events', async () => {
  const shown = seatsio.standIn.state();
  expect(shown).toMatchObject({
    companies: [{ holdPeriodInMinutes: 15 }],
    workspaces: [{ isDefault: true }, { name: 'Second' }],
    events: [{ key: EVENT, workspace: 'seatsio-demo-workspace', chartKey: 'club' }, {}, {}],
    objects: [{ event: EVENT, workspace: 'seatsio-demo-workspace', label: 'A-1', status: 'booked' }],
  });
  await seatsio.newToken();
  expect(seatsio.standIn.state()).toMatchObject({ tokens: [{ workspace: 'seatsio-demo-workspace' }] });
});
