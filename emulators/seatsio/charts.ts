import { randomUUID } from 'node:crypto';
import type { Row, Store } from '../stand-in/store.ts';
import { drawingSchema } from './chart-drawing.ts';
import { type ChartObject, chartObjects } from './chart-objects.ts';
import { notFound } from './vendor-error.ts';

export interface Chart {
  id: number;
  key: string;
  /** The drawing as it was given. */
  drawing: unknown;
  name: string;
  venueType: string;
  categories: { key: string; label: string; color?: string | undefined; accessible?: boolean | undefined }[];
  objects: Map<string, ChartObject>;
}

/** The charts of the workspace. A drawing is parsed once and stays in memory; it never changes under its key. */
export interface Charts {
  /** Throws a ZodError for a drawing that cannot be read. */
  create(drawing: unknown, key?: string): Chart;
  /** Throws CHART_NOT_FOUND. */
  get(key: string): Chart;
  has(key: string): boolean;
}

export function createCharts(store: Store, workspaceKey: string): Charts {
  store.exec(
    'CREATE TABLE IF NOT EXISTS charts (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT UNIQUE, drawing TEXT)',
  );
  const insert = store.prepare('INSERT INTO charts (key, drawing) VALUES (?, ?)');
  const select = store.prepare('SELECT id, key, drawing FROM charts WHERE key = ?');
  const parsed = new Map<string, Chart>();

  const find = (key: string): Chart | undefined => {
    const known = parsed.get(key);
    if (known !== undefined) return known;
    const row = select.get(key);
    if (row === undefined) return undefined;
    const chart = chartOf(row);
    parsed.set(key, chart);
    return chart;
  };
  const get = (key: string): Chart => {
    const chart = find(key);
    if (chart === undefined) throw notFound('Chart', key, workspaceKey);
    return chart;
  };

  return {
    create: (drawing, key = randomUUID()) => {
      drawingSchema.parse(drawing);
      insert.run(key, JSON.stringify(drawing));
      return get(key);
    },
    get,
    has: (key) => find(key) !== undefined,
  };
}

function chartOf(row: Row): Chart {
  const raw: unknown = JSON.parse(String(row.drawing));
  const drawing = drawingSchema.parse(raw);
  return {
    id: Number(row.id),
    key: String(row.key),
    drawing: raw,
    name: drawing.name,
    venueType: drawing.venueType ?? 'MIXED',
    categories: drawing.categories.list.map(({ key, label, color, accessible }) => ({
      key,
      label,
      color,
      accessible,
    })),
    objects: chartObjects(drawing),
  };
}
