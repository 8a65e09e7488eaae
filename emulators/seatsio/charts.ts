import { randomUUID } from 'node:crypto';
import type { Row, Store } from '../stand-in/store.ts';
import { type Drawing, type DrawnCategory, drawingSchema } from './chart-drawing.ts';
import { type Page, type PageQuery, readPage } from './paging.ts';
import { createRecent } from './recent.ts';
import { invalid, notFound } from './vendor-error.ts';
import type { Venue } from './venues.ts';
import type { Workspace } from './workspaces.ts';

export interface Chart {
  id: number;
  workspaceId: number;
  key: string;
  tags: readonly string[];
  isArchived: boolean;
  /** Characters of the drawing. */
  size: number;
  /** The drawing as it was given. */
  raw: unknown;
  drawing: Drawing;
  categories: readonly DrawnCategory[];
}

/** Charts by workspace. A drawing that was used lately is in memory, parsed; it never changes under its key. */
export interface Charts {
  /** Throws a ZodError for a drawing that cannot be read, and GENERAL_ERROR for a key that is taken. */
  create(workspace: Workspace, drawing: unknown, key?: string): Chart;
  /** Throws CHART_NOT_FOUND. */
  get(workspace: Workspace, key: string): Chart;
  byId(id: number): Chart;
  update(chart: Chart): void;
  /** Newest first; `filter` is part of a name. */
  list(workspace: Workspace, page: PageQuery, only: ChartFilter): Page<Chart>;
  allTags(workspace: Workspace): string[];
}

export interface ChartFilter {
  filter?: string | undefined;
  tag?: string | undefined;
  archived: boolean;
}

/** So long are all drawings together that are kept in memory; that of the arena has more than two million characters. */
const CHARACTERS = 30_000_000;

/** The drawing of a shipped chart: it is drawn anew when it is to be read. */
export const SHIPPED = '';

/** `shipped` are charts that a workspace has from its start. */
export function createCharts(
  store: Store,
  shipped: { workspaceKey: string; venues: readonly Venue[] } = { workspaceKey: '', venues: [] },
): Charts {
  store.exec(
    `CREATE TABLE IF NOT EXISTS charts (
       id INTEGER PRIMARY KEY AUTOINCREMENT, workspace_id INTEGER NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL,
       drawing TEXT NOT NULL, tags TEXT NOT NULL, archived INTEGER NOT NULL, UNIQUE (workspace_id, key))`,
  );
  const insertShipped = store.prepare(
    `INSERT OR IGNORE INTO charts (workspace_id, key, name, drawing, tags, archived)
     SELECT id, ?, ?, '${SHIPPED}', '[]', 0 FROM workspaces WHERE key = ?`,
  );
  store.transaction(() => {
    for (const { key, name } of shipped.venues) insertShipped.run(key, name, shipped.workspaceKey);
  });
  const insert = store.prepare(
    `INSERT INTO charts (workspace_id, key, name, drawing, tags, archived) VALUES (?, ?, ?, ?, '[]', 0)`,
  );
  const selectId = store.prepare('SELECT id FROM charts WHERE workspace_id = ? AND key = ?');
  const select = store.prepare('SELECT * FROM charts WHERE id = ?');
  const update = store.prepare('UPDATE charts SET tags = ?, archived = ? WHERE id = ?');
  const tagsOf = store.prepare('SELECT tags FROM charts WHERE workspace_id = ?');
  const wanted = `workspace_id = ? AND archived = ? AND instr(name, ?) > 0
    AND (?4 = '' OR EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?4))`;
  const after = store.prepare(`SELECT id FROM charts WHERE ${wanted} AND id < ? ORDER BY id DESC LIMIT ?`);
  const before = store.prepare(`SELECT id FROM charts WHERE ${wanted} AND id > ? ORDER BY id LIMIT ?`);
  const parsed = createRecent<number, Chart>({ most: CHARACTERS, weightOf: ({ size }) => size });
  store.onFailedCommit(() => parsed.clear());

  const textOf = ({ key, drawing }: Row): string => {
    if (drawing !== SHIPPED) return String(drawing);
    return JSON.stringify(shipped.venues.find((venue) => venue.key === key)?.draw());
  };
  const byId = (id: number): Chart => {
    const known = parsed.get(id);
    if (known !== undefined) return known;
    const row = select.get(id);
    if (row === undefined) throw new Error(`no chart ${id}`);
    const chart = chartOf(row, textOf(row));
    parsed.set(id, chart);
    return chart;
  };
  const create = (workspace: Workspace, raw: unknown, key: string = randomUUID()): Chart => {
    const { name } = drawingSchema.parse(raw);
    if (selectId.get(workspace.id, key) !== undefined) throw invalid(`A chart with the key ${key} exists`);
    return byId(insert.run(workspace.id, key, name, JSON.stringify(raw)).lastInsertRowid);
  };

  return {
    create,
    get: (workspace, key) => {
      const id = selectId.get(workspace.id, key)?.id;
      if (id === undefined) throw notFound('Chart', key, workspace.key);
      return byId(Number(id));
    },
    byId,
    update: (chart) => {
      update.run(JSON.stringify(chart.tags), chart.isArchived ? 1 : 0, chart.id);
      parsed.set(chart.id, chart);
    },
    list: (workspace, page, { filter = '', tag = '', archived }) => {
      const which = [workspace.id, archived ? 1 : 0, filter, tag];
      const listing = {
        after: (id = Number.MAX_SAFE_INTEGER, limit: number) => after.all(...which, id, limit),
        before: (id: number, limit: number) => before.all(...which, id, limit),
      };
      return readPage(listing, page, ({ id }) => byId(Number(id)));
    },
    allTags: (workspace) => [
      ...new Set(tagsOf.all(workspace.id).flatMap(({ tags }) => JSON.parse(String(tags)) as string[])),
    ],
  };
}

function chartOf(row: Row, text: string): Chart {
  const raw: unknown = JSON.parse(text);
  const drawing = drawingSchema.parse(raw);
  return {
    id: Number(row.id),
    workspaceId: Number(row.workspace_id),
    key: String(row.key),
    tags: JSON.parse(String(row.tags)) as string[],
    isArchived: row.archived === 1,
    size: text.length,
    raw,
    drawing,
    categories: drawing.categories.list,
  };
}
