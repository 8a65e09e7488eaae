import { randomUUID } from 'node:crypto';
import type { Clock } from '../stand-in/clock.ts';
import type { Cell, Row, Store } from '../stand-in/store.ts';
import { addChannels, checkMembers } from './channels.ts';
import type { ChartObject, SeatRow } from './chart-objects.ts';
import type { Chart, Charts } from './charts.ts';
import { createEventCache } from './event-cache.ts';
import { eventObjects } from './event-objects.ts';
import type { ChangedEvent, EventSettings, NewEvent } from './event-settings.ts';
import { bothForSale, type ForSale, forSaleOf } from './for-sale.ts';
import { type Page, type PageQuery, readPage } from './paging.ts';
import type { Seasons } from './seasons.ts';
import { invalid, notFound } from './vendor-error.ts';
import type { Workspace } from './workspaces.ts';

/** One event: a chart that is sold once. Never changed: an update makes a new one. */
export interface SeatsEvent {
  id: number;
  workspaceId: number;
  key: string;
  chart: Chart;
  name: string | undefined;
  date: string | undefined;
  createdOn: number;
  updatedOn: number | undefined;
  settings: EventSettings;
  /** What can be booked, by label: the chart's objects with this event's categories and tables. */
  objects: ReadonlyMap<string, ChartObject>;
  rows: readonly SeatRow[];
  /** The keys of the channels that objects are in, by label. */
  channelOf: ReadonlyMap<string, string>;
  forSale: ForSale;
}

export interface Events {
  /**
   * All or none. Throws CHART_NOT_FOUND, and GENERAL_ERROR for a key that is taken.
   *
   * @param inserted told the ids of the new events, in their order, inside the same transaction
   */
  create(
    workspace: Workspace,
    events: readonly NewEvent[],
    inserted?: (ids: readonly number[]) => void,
  ): SeatsEvent[];
  /** Throws EVENT_NOT_FOUND. */
  get(workspace: Workspace, key: string): SeatsEvent;
  /** Throws if there is none: ids are not what callers give. */
  byId: (id: number) => SeatsEvent;
  /** What is absent stays; throws like `create`. */
  update(event: SeatsEvent, change: ChangedEvent): void;
  /** Replaces settings that have calls of their own. */
  set(event: SeatsEvent, settings: Partial<EventSettings>): void;
  delete(event: SeatsEvent): void;
  /** Newest first. */
  list(workspace: Workspace, page: PageQuery): Page<SeatsEvent>;
  ofChart(chart: Chart, limit: number): SeatsEvent[];
}

export function createEvents(store: Store, clock: Clock, charts: Charts, seasons: Seasons): Events {
  store.exec(
    `CREATE TABLE IF NOT EXISTS events (
       id INTEGER PRIMARY KEY AUTOINCREMENT, workspace_id INTEGER NOT NULL, key TEXT NOT NULL,
       chart_id INTEGER NOT NULL, name TEXT, date TEXT, created_on INTEGER NOT NULL, updated_on INTEGER,
       settings TEXT NOT NULL, UNIQUE (workspace_id, key))`,
  );
  const insert = store.prepare(
    `INSERT INTO events (workspace_id, key, chart_id, name, date, created_on, settings)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const select = store.prepare('SELECT * FROM events WHERE workspace_id = ? AND key = ?');
  const selectId = store.prepare('SELECT * FROM events WHERE id = ?');
  const save = store.prepare(
    'UPDATE events SET key = ?, name = ?, date = ?, updated_on = ?, settings = ? WHERE id = ?',
  );
  const remove = store.prepare('DELETE FROM events WHERE id = ?');
  const after = store.prepare(
    'SELECT * FROM events WHERE workspace_id = ? AND id < ? ORDER BY id DESC LIMIT ?',
  );
  const before = store.prepare('SELECT * FROM events WHERE workspace_id = ? AND id > ? ORDER BY id LIMIT ?');
  const ofChart = store.prepare('SELECT * FROM events WHERE chart_id = ? ORDER BY id DESC LIMIT ?');

  const cache = createEventCache();
  store.onFailedCommit(() => cache.clear());
  const eventOf = (row: Row): SeatsEvent => {
    const cached = cache.get(Number(row.workspace_id), String(row.key));
    if (cached !== undefined) return cached;
    const event = readEvent(row, charts.byId(Number(row.chart_id)));
    const topId = seasons.placeOf(event.id)?.topId;
    if (topId === undefined || topId === event.id) return cache.add(event);
    return cache.add({ ...event, forSale: bothForSale(event.forSale, () => propagatedFrom(topId)) });
  };
  const byId = (id: number): SeatsEvent => {
    const cached = cache.byId(id);
    if (cached !== undefined) return cached;
    const row = selectId.get(id);
    if (row === undefined) throw new Error(`no event ${id}`);
    return eventOf(row);
  };
  const propagatedFrom = (seasonId: number): ForSale | undefined => {
    const { settings, forSale } = byId(seasonId);
    return settings.forSalePropagated === false ? undefined : forSale;
  };
  const get = (workspace: Workspace, key: string): SeatsEvent => {
    const cached = cache.get(workspace.id, key);
    if (cached !== undefined) return cached;
    const row = select.get(workspace.id, key);
    if (row === undefined) throw notFound('Event', key, workspace.key);
    return eventOf(row);
  };
  const checkKey = (workspaceId: number, key: string) => {
    if (select.get(workspaceId, key) !== undefined) throw invalid('Duplicate event keys are not allowed');
  };
  const write = (
    event: SeatsEvent,
    { key, name, date }: Pick<SeatsEvent, 'key' | 'name' | 'date'>,
    settings: EventSettings,
  ) => {
    save.run(key, name ?? null, date ?? null, clock.now(), JSON.stringify(settings), event.id);
    cache.remove(event);
  };

  return {
    create: (workspace, list, inserted) => {
      const drawn = list.map((described) => ({
        described,
        chart: charts.get(workspace, described.chartKey),
      }));
      const keys = store.transaction(() => {
        const rows = drawn.map(({ described, chart }) => {
          const { eventKey = randomUUID(), name, date } = described;
          checkKey(workspace.id, eventKey);
          const settings = settingsOf(described);
          checkChannels(chart, settings);
          const text = JSON.stringify(settings);
          const row = [workspace.id, eventKey, chart.id, name ?? null, date ?? null, clock.now(), text];
          return { id: insert.run(...row).lastInsertRowid, eventKey };
        });
        inserted?.(rows.map(({ id }) => id));
        return rows.map(({ eventKey }) => eventKey);
      });
      return keys.map((key) => get(workspace, key));
    },
    get,
    byId,
    update: (event, change) => {
      const key = change.eventKey ?? event.key;
      if (key !== event.key) checkKey(event.workspaceId, key);
      const name = change.name ?? event.name;
      const date = change.date ?? event.date;
      write(event, { key, name, date }, changedSettings(event.settings, change));
    },
    set: (event, settings) => write(event, event, { ...event.settings, ...settings }),
    delete: (event) => {
      remove.run(event.id);
      cache.remove(event);
    },
    list: (workspace, page) => {
      const listing = {
        after: (id = Number.MAX_SAFE_INTEGER, limit: number) => after.all(workspace.id, id, limit),
        before: (id: number, limit: number) => before.all(workspace.id, id, limit),
      };
      return readPage(listing, page, eventOf);
    },
    ofChart: (chart, limit) => ofChart.all(chart.id, limit).map(eventOf),
  };
}

function settingsOf(described: NewEvent): EventSettings {
  const { channels, forSaleConfig } = described;
  return {
    ...changedSettings({ tableBookingConfig: { mode: 'INHERIT' } }, described),
    ...(channels == null ? {} : { channels: addChannels([], channels) }),
    ...(forSaleConfig == null ? {} : { forSaleConfig }),
  };
}

/** Throws if channels are given what the event will not have. */
function checkChannels(chart: Chart, settings: EventSettings): void {
  const { channels = [] } = settings;
  if (channels.length > 0) checkMembers(eventObjects(chart, settings), channels, channels);
}

/** An empty list or object removes what was there. */
function changedSettings(
  settings: EventSettings,
  { tableBookingConfig, objectCategories, categories, isInThePast, forSalePropagated }: ChangedEvent,
): EventSettings {
  const { objectCategories: oldObjects, categories: oldCategories, ...others } = settings;
  const objects = objectCategories ?? oldObjects ?? {};
  const list = categories ?? oldCategories ?? [];
  return {
    ...others,
    ...(tableBookingConfig === undefined ? {} : { tableBookingConfig }),
    ...(Object.keys(objects).length === 0 ? {} : { objectCategories: objects }),
    ...(list.length === 0 ? {} : { categories: list }),
    ...(isInThePast === undefined ? {} : { isInThePast }),
    ...(forSalePropagated === undefined ? {} : { forSalePropagated }),
  };
}

function readEvent(row: Row, chart: Chart): SeatsEvent {
  const settings = JSON.parse(String(row.settings)) as EventSettings;
  const { objects, rows } = eventObjects(chart, settings);
  const textOf = (cell: Cell | undefined) => (typeof cell === 'string' ? cell : undefined);
  return {
    id: Number(row.id),
    workspaceId: Number(row.workspace_id),
    key: String(row.key),
    chart,
    name: textOf(row.name),
    date: textOf(row.date),
    createdOn: Number(row.created_on),
    updatedOn: row.updated_on === null ? undefined : Number(row.updated_on),
    settings,
    objects,
    rows,
    channelOf: new Map(
      settings.channels?.flatMap(({ key, objects }) => objects.map((label) => [label, key] as const)),
    ),
    forSale: forSaleOf(settings.forSaleConfig),
  };
}
