import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Row } from '../stand-in/store.ts';
import type { ChangeLog } from './change-log.ts';
import { chartObjects } from './chart-objects.ts';
import type { Chart } from './charts.ts';
import type { Events, SeatsEvent } from './events.ts';
import { pageQuery, readPage } from './paging.ts';

const eventParams = z.object({ event: z.string() });
const objectParams = eventParams.extend({ object: z.string() });
const query = pageQuery.extend({
  filter: z.string().optional(),
  filterType: z.literal('CONTAINS').optional(),
  sort: z
    .string()
    .regex(/^(objectLabel|status|date)(:(asc|desc))?$/)
    .default('date:desc'),
});

/** The list of status changes, of an event or of one object. */
export function addChangeLogRoutes(app: FastifyInstance, events: Events, log: ChangeLog): void {
  const config = { call: 'statusChanges' };
  const list = async (request: FastifyRequest, label?: string) => {
    const event = events.get(request.workspace, eventParams.parse(request.params).event);
    const { filter, sort: sorting, ...page } = query.parse(request.query);
    const [sort, direction = 'asc'] = sorting.split(':') as ['date', ('asc' | 'desc')?];
    const listing = await log.list({
      eventId: event.id,
      label,
      filter: filter || undefined,
      sort,
      direction,
    });
    return readPage(listing, page, (row) => changeJson(event, row));
  };

  app.get('/events/:event/status-changes', { config }, (request) => list(request));
  app.get('/events/:event/objects/:object/status-changes', { config }, (request) =>
    list(request, objectParams.parse(request.params).object),
  );
}

function changeJson(event: SeatsEvent, row: Row): object {
  const label = String(row.label);
  return {
    id: row.id,
    eventId: row.event_id,
    status: row.status,
    quantity: row.quantity,
    objectLabel: label,
    displayedLabel: label,
    date: new Date(Number(row.at)).toISOString(),
    ...(row.order_id === null ? {} : { orderId: row.order_id }),
    ...(row.hold_token === null ? {} : { holdToken: row.hold_token }),
    ...(row.extra_data === null ? {} : { extraData: JSON.parse(String(row.extra_data)) as unknown }),
    origin: { type: row.origin, ...(row.ip === null ? {} : { ip: row.ip }) },
    ...presence(event, label),
  };
}

/** A table that is sold otherwise by now has taken the label of an old change off the chart. */
function presence({ objects, chart }: SeatsEvent, label: string): object {
  if (objects.has(label)) return { isPresentOnChart: true };
  const { wholeTables, seatsOfTables } = labelsOf(chart);
  if (wholeTables.has(label))
    return { isPresentOnChart: false, notPresentOnChartReason: 'SWITCHED_TO_BOOK_BY_SEAT' };
  if (seatsOfTables.has(label))
    return { isPresentOnChart: false, notPresentOnChartReason: 'SWITCHED_TO_BOOK_WHOLE_TABLE' };
  return { isPresentOnChart: false, notPresentOnChartReason: 'RENAMED_OR_DELETED' };
}

interface TableLabels {
  wholeTables: ReadonlySet<string>;
  seatsOfTables: ReadonlySet<string>;
}

/** A list may have thousands of old labels, and a chart thousands of objects. */
const tableLabels = new WeakMap<Chart, TableLabels>();

/** What can be booked on a chart if all of its tables are sold whole, or by seat. */
function labelsOf(chart: Chart): TableLabels {
  const known = tableLabels.get(chart);
  if (known !== undefined) return known;
  const soldAs = (byTable: boolean) => new Set(chartObjects(chart.drawing, () => byTable).objects.keys());
  const labels = { wholeTables: soldAs(true), seatsOfTables: soldAs(false) };
  tableLabels.set(chart, labels);
  return labels;
}
