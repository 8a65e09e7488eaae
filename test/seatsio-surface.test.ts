import { CreateEventParams, StatusChangeRequest } from 'seatsio';
import { beforeEach, expect, test } from 'vitest';
import { EVENT, useSeatsio } from './stand-ins/use-seatsio.ts';

const seatsio = useSeatsio();

/** Parts of the client that are not for what this project does, by the class of the API. */
const LEFT_OUT = [
  // Drafts, copies, thumbnails, validation and categories of charts: drawings come whole.
  'Charts.addCategory',
  'Charts.copy',
  'Charts.copyDraftVersion',
  'Charts.copyFromWorkspaceTo',
  'Charts.copyToWorkspace',
  'Charts.discardDraftVersion',
  'Charts.publishDraftVersion',
  'Charts.removeCategory',
  'Charts.retrieveDraftVersion',
  'Charts.retrieveDraftVersionThumbnail',
  'Charts.retrievePublishedVersionThumbnail',
  'Charts.update',
  'Charts.updateCategory',
  'Charts.validateDraftVersion',
  'Charts.validatePublishedVersion',
  'Events.moveEventToChartCopy',
  // Reports about charts and billing, who did what in the designer, and people who buy.
  'ChartReports.*',
  'UsageReports.*',
  'EventLog.*',
  'TicketBuyers.*',
  // A workspace has one key, which can be made anew.
  'Workspaces.addSecretKey',
  'Workspaces.removeSecretKey',
  // The columns of the table are documented nowhere.
  'EventReports.flatListCsv',
  // Of the account only the hold period.
  'Accounts.changePassword',
  'Accounts.disableDraftChartDrawings',
  'Accounts.enableDraftChartDrawings',
  'Accounts.regenerateDesignerKey',
  'Accounts.updateSetting',
];

/** Methods that make no call: what the others use. */
const HELPERS = [
  'EventReports.queryParams',
  'EventReports.withSeasonBookingsNotPropagated',
  'Events.buildChangeObjectStatusRequest',
  'Events.changeStatusToRequest',
  'Events.normalizeObjects',
  'Events.releaseObjectsRequest',
];

/** Arguments where a text for each would do no call. */
const ARGUMENTS: Record<string, unknown[]> = {
  'Events.createMultiple': ['club', [new CreateEventParams()]],
  'Events.changeObjectStatusInBatch': [
    [new StatusChangeRequest().withEventKey(EVENT).withObjects(['A-1']).withStatus('booked')],
  ],
  'Events.doChangeStatus': [{ objects: ['A-1'], status: 'booked' }, EVENT],
  'Events.editForSaleConfigForEvents': [{ [EVENT]: {} }],
  'Events.retrieveObjectInfos': [EVENT, ['A-1']],
  'Events.update': [EVENT, {}],
  'Charts.update': ['club', 'Name', []],
  'Charts.addCategory': ['club', { key: 1, label: 'One' }],
  'Charts.updateCategory': ['club', 'x', {}],
  'Seasons.update': [EVENT, {}],
  'Channels.replace': [EVENT, []],
  'TicketBuyers.add': [['00000000-0000-0000-0000-000000000000']],
  'TicketBuyers.remove': [['00000000-0000-0000-0000-000000000000']],
  'UsageReports.detailsForMonth': [{ serialize: () => '2026-01' }],
  'UsageReports.detailsForEventInMonth': [1, { serialize: () => '2026-01' }],
};

const called: { method: string; url: string; isThere: boolean }[] = [];

beforeEach(() => {
  called.length = 0;
  const { client } = seatsio.client;
  const note = (config: { method?: string; url?: string } | undefined, isThere: boolean) =>
    called.push({ method: config?.method ?? '', url: config?.url ?? '', isThere });
  client.interceptors.response.clear();
  client.interceptors.response.use(
    (response) => {
      note(response.config, true);
      return response;
    },
    (error: { config?: object; response?: { data?: unknown } }) => {
      const data = error.response?.data;
      const text = Buffer.isBuffer(data) ? String(data) : JSON.stringify(data ?? '');
      note(error.config, !/No such endpoint|\.csv was not found/.test(text));
      return Promise.reject(new Error('refused'));
    },
  );
});

/** The objects of the client that make calls, by the names of their classes. */
function apis(): Map<string, object> {
  const { client } = seatsio;
  const parts: object[] = [
    ...[client.accounts, client.chartReports, client.charts, client.eventLog, client.eventReports],
    ...[client.events, client.events.channels, client.holdTokens, client.seasons, client.ticketBuyers],
    ...[client.usageReports, client.workspaces],
  ];
  return new Map(parts.map((part) => [part.constructor.name, part]));
}

/** Calls a method, and what it gives if that makes the call. */
async function use(api: object, name: string, given: unknown[]): Promise<void> {
  const method: unknown = Reflect.get(api, name);
  if (typeof method !== 'function') throw new Error(`${name} is no method`);
  const args = given.length > 0 ? given : Array.from({ length: method.length }, () => 'x');
  const answer: unknown = await Reflect.apply(method, api, args);
  if (typeof answer !== 'object' || answer === null) return;
  if (Symbol.asyncIterator in answer) {
    for await (const _ of answer as AsyncIterable<unknown>) break;
  } else if ('firstPage' in answer && typeof answer.firstPage === 'function') {
    await Reflect.apply(answer.firstPage, answer, []);
  }
}

test('every call of the official client is answered, but those named here', async () => {
  const absent: string[] = [];
  const silent: string[] = [];
  for (const [part, api] of apis()) {
    const prototype: object = Object.getPrototypeOf(api);
    for (const name of Object.getOwnPropertyNames(prototype)) {
      if (name === 'constructor') continue;
      const full = `${part}.${name}`;
      const before = called.length;
      await use(api, name, ARGUMENTS[full] ?? []).catch(() => {});
      const calls = called.slice(before);
      if (calls.length === 0) silent.push(full);
      if (calls.some(({ isThere }) => !isThere)) absent.push(full);
    }
  }
  const isLeftOut = (name: string) =>
    LEFT_OUT.includes(name) || LEFT_OUT.includes(name.replace(/\..*/, '.*'));
  expect(silent.sort(), 'methods that make no call').toEqual(HELPERS);
  expect(absent.filter((name) => !isLeftOut(name))).toEqual([]);
  expect(
    LEFT_OUT.filter((name) => !absent.some((one) => one === name || name === one.replace(/\..*/, '.*'))),
  ).toEqual([]);
  expect(called.length).toBeGreaterThan(120);
});
