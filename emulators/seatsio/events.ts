import { randomUUID } from 'node:crypto';
import type { Clock } from '../stand-in/clock.ts';
import type { Row, Store } from '../stand-in/store.ts';
import type { Chart, Charts } from './charts.ts';
import { invalid, notFound } from './vendor-error.ts';

/** One event: a chart that is sold once. */
export interface SeatsEvent {
  id: number;
  key: string;
  chart: Chart;
  name?: string;
  date?: string;
  createdOn: number;
}

export interface NewEvent {
  chartKey: string;
  eventKey?: string | undefined;
  name?: string | undefined;
  date?: string | undefined;
}

export interface Events {
  /** Throws CHART_NOT_FOUND, and GENERAL_ERROR for a key that is taken. */
  create(event: NewEvent): SeatsEvent;
  /** Throws EVENT_NOT_FOUND. */
  get(key: string): SeatsEvent;
  /** Newest first, those with an id below `startAfter`. */
  list(page: { limit: number; startAfter?: number | undefined }): SeatsEvent[];
}

export function createEvents(store: Store, clock: Clock, charts: Charts, workspaceKey: string): Events {
  store.exec(
    `CREATE TABLE IF NOT EXISTS events (
       id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT UNIQUE NOT NULL, chart_key TEXT NOT NULL,
       name TEXT, date TEXT, created_on INTEGER NOT NULL)`,
  );
  const insert = store.prepare(
    'INSERT INTO events (key, chart_key, name, date, created_on) VALUES (?, ?, ?, ?, ?)',
  );
  const select = store.prepare('SELECT * FROM events WHERE key = ?');
  const page = store.prepare('SELECT * FROM events WHERE id < ? ORDER BY id DESC LIMIT ?');
  const known = new Map<string, SeatsEvent>();

  const eventOf = (row: Row): SeatsEvent => ({
    id: Number(row.id),
    key: String(row.key),
    chart: charts.get(String(row.chart_key)),
    ...(row.name === null ? {} : { name: String(row.name) }),
    ...(row.date === null ? {} : { date: String(row.date) }),
    createdOn: Number(row.created_on),
  });
  const get = (key: string): SeatsEvent => {
    const cached = known.get(key);
    if (cached !== undefined) return cached;
    const row = select.get(key);
    if (row === undefined) throw notFound('Event', key, workspaceKey);
    const event = eventOf(row);
    known.set(key, event);
    return event;
  };

  return {
    create: ({ chartKey, eventKey = randomUUID(), name, date }) => {
      charts.get(chartKey);
      if (select.get(eventKey) !== undefined) throw invalid('Duplicate event keys are not allowed');
      insert.run(eventKey, chartKey, name ?? null, date ?? null, clock.now());
      return get(eventKey);
    },
    get,
    list: ({ limit, startAfter = Number.MAX_SAFE_INTEGER }) => page.all(startAfter, limit).map(eventOf),
  };
}
