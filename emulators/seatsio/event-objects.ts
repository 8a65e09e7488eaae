import { type ChartObject, chartObjects, type SeatRow } from './chart-objects.ts';
import type { Chart } from './charts.ts';
import type { EventSettings, TableBookingConfig } from './event-settings.ts';
import { ownMember } from './own-member.ts';
import { createRecent, type Recent } from './recent.ts';

/** What can be booked in an event, by label, and its rows of seats. */
export interface EventObjects {
  objects: ReadonlyMap<string, ChartObject>;
  rows: readonly SeatRow[];
}

/** Ways to sell a chart's tables whose objects are kept. */
const WAYS = 8;
/** Objects of a chart are shared by its events with the same tables: an arena has twenty thousand. */
const drawn = new WeakMap<Chart, Recent<string, EventObjects>>();

/** The objects of a chart with the tables and categories of an event. */
export function eventObjects(chart: Chart, settings: EventSettings): EventObjects {
  const { tableBookingConfig: tables, objectCategories } = settings;
  const found = withTables(chart, tables);
  if (objectCategories === undefined) return found;

  const objects = new Map(found.objects);
  const categories = [...chart.categories, ...(settings.categories ?? [])];
  for (const [label, key] of Object.entries(objectCategories)) {
    const object = objects.get(label);
    const category = categories.find((one) => String(one.key) === String(key));
    if (object === undefined || category === undefined) continue;
    objects.set(label, { ...object, categoryKey: String(category.key), categoryLabel: category.label });
  }
  return { objects, rows: found.rows };
}

function withTables(chart: Chart, tables: TableBookingConfig): EventObjects {
  const byTables = drawn.get(chart) ?? createRecent<string, EventObjects>({ most: WAYS });
  drawn.set(chart, byTables);
  const name = JSON.stringify(tables);
  const found = byTables.get(name) ?? chartObjects(chart.drawing, byTable(tables));
  byTables.set(name, found);
  return found;
}

function byTable({ mode, tables = {} }: TableBookingConfig): Parameters<typeof chartObjects>[1] {
  return (label, { bookAsAWhole = false }) => {
    if (mode === 'ALL_BY_TABLE') return true;
    if (mode === 'ALL_BY_SEAT') return false;
    const chosen = ownMember(tables, label);
    return chosen === undefined ? bookAsAWhole : chosen === 'BY_TABLE';
  };
}
