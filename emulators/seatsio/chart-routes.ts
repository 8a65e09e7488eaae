import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Chart, Charts } from './charts.ts';
import type { EventJson } from './event-json.ts';
import { givenKey } from './event-settings.ts';
import type { Events } from './events.ts';
import { pageQuery } from './paging.ts';

const newChart = z
  .object({
    name: z.string().default('Untitled chart'),
    venueType: z.string().default('MIXED'),
    categories: z
      .array(z.looseObject({ key: z.union([z.string(), z.number()]), label: z.string() }))
      .transform((list) => list.map((category) => ({ accessible: false, ...category })))
      .default([]),
  })
  .prefault({});
const params = z.object({ chart: z.string() });
const newChartParams = z.object({ chart: givenKey });
const tagParams = params.extend({ tag: z.string() });
const list = z.union([z.string(), z.array(z.string())]).default([]);
const expandQuery = z.object({ expand: list });
const listQuery = pageQuery.extend({
  filter: z.string().optional(),
  tag: z.string().optional(),
  expand: list,
  eventsLimit: z.coerce.number().int().min(0).default(1000),
});

/** Charts; what is drawn on one cannot be changed, so it has no draft. */
export function addChartRoutes(
  app: FastifyInstance,
  charts: Charts,
  events: Events,
  eventJson: EventJson,
): void {
  const config = { call: 'charts' };
  const chartOf = ({ workspace, params: given }: FastifyRequest) =>
    charts.get(workspace, params.parse(given).chart);
  const shown = (chart: Chart, expand: string | string[], eventsLimit: number) => ({
    ...chartJson(
      chart,
      expand.includes('events') ? events.ofChart(chart, eventsLimit).map(eventJson.listed) : undefined,
    ),
    // Nothing checks what is drawn.
    ...(expand.includes('validation') ? { validation: { errors: [], warnings: [] } } : {}),
  });

  app.post('/charts', { config }, (request, reply) => {
    const { name, venueType, categories } = newChart.parse(request.body ?? {});
    const empty = { rows: [], tables: [], generalAdmissionAreas: [], booths: [], sections: [] };
    const drawing = { name, venueType, categories: { list: categories }, subChart: empty };
    return reply.code(201).send(chartJson(charts.create(request.workspace, drawing)));
  });
  // The vendor's own test suites upload drawings here, under a form content type.
  app.post('/system/public/charts/:chart', { config }, (request, reply) => {
    const { chart } = newChartParams.parse(request.params);
    return reply.code(201).send(chartJson(charts.create(request.workspace, request.body, chart)));
  });
  const page = (request: FastifyRequest, archived: boolean) => {
    const { filter, tag, expand, eventsLimit, ...wanted } = listQuery.parse(request.query);
    const { items, ...tokens } = charts.list(request.workspace, wanted, { filter, tag, archived });
    return { items: items.map((chart) => shown(chart, expand, eventsLimit)), ...tokens };
  };
  app.get('/charts', { config }, (request) => page(request, false));
  app.get('/charts/archive', { config }, (request) => page(request, true));
  app.get('/charts/tags', { config }, ({ workspace }) => ({ tags: charts.allTags(workspace) }));
  app.get('/charts/:chart', { config }, (request) =>
    shown(chartOf(request), expandQuery.parse(request.query).expand, 1000),
  );
  app.get('/charts/:chart/version/published', { config }, (request) => chartOf(request).raw);
  app.get('/charts/:chart/categories', { config }, (request) => ({
    categories: chartOf(request).categories,
  }));

  const change = (request: FastifyRequest, changed: (chart: Chart) => Partial<Chart>) => {
    const chart = chartOf(request);
    charts.update({ ...chart, ...changed(chart) });
  };
  app.post('/charts/:chart/tags/:tag', { config }, (request, reply) => {
    const { tag } = tagParams.parse(request.params);
    change(request, ({ tags }) => ({ tags: [...new Set([...tags, tag])] }));
    return reply.code(204).send();
  });
  app.delete('/charts/:chart/tags/:tag', { config }, (request, reply) => {
    const { tag } = tagParams.parse(request.params);
    change(request, ({ tags }) => ({ tags: tags.filter((other) => other !== tag) }));
    return reply.code(204).send();
  });
  app.post('/charts/:chart/actions/move-to-archive', { config }, (request, reply) => {
    change(request, () => ({ isArchived: true }));
    return reply.code(204).send();
  });
  app.post('/charts/:chart/actions/move-out-of-archive', { config }, (request, reply) => {
    change(request, () => ({ isArchived: false }));
    return reply.code(204).send();
  });
}

function chartJson({ id, key, tags, isArchived, drawing }: Chart, events?: object[]): object {
  const { name, venueType = 'MIXED', zones } = drawing;
  return {
    id,
    key,
    name,
    venueType,
    status: 'NOT_USED',
    tags,
    archived: isArchived,
    publishedVersionThumbnailUrl: `/thumbnails/${id}`,
    zones: zones?.list.map(({ key: zone, label }) => ({ key: zone, label })) ?? [],
    ...(events === undefined ? {} : { events }),
  };
}
