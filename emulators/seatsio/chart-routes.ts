import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Chart, Charts } from './charts.ts';
import { invalid } from './vendor-error.ts';

const newChart = z
  .object({
    name: z.string().default('Untitled chart'),
    venueType: z.string().default('MIXED'),
    categories: z.array(z.looseObject({})).default([]),
  })
  .prefault({});
const params = z.object({ chart: z.string() });

export function addChartRoutes(app: FastifyInstance, charts: Charts): void {
  const config = { call: 'charts' };

  app.post('/charts', { config }, (request, reply) => {
    const { name, venueType, categories } = newChart.parse(request.body);
    const empty = { rows: [], tables: [], generalAdmissionAreas: [], booths: [], sections: [] };
    const drawing = { name, venueType, categories: { list: categories }, subChart: empty };
    return reply.code(201).send(chartJson(charts.create(drawing)));
  });
  // The vendor's own test suites upload drawings here, under a form content type.
  app.post('/system/public/charts/:chart', { config }, (request, reply) => {
    const { chart } = params.parse(request.params);
    if (charts.has(chart)) throw invalid(`A chart with the key ${chart} exists`);
    return reply.code(201).send(chartJson(charts.create(request.body, chart)));
  });
  app.get('/charts/:chart', { config }, (request) =>
    chartJson(charts.get(params.parse(request.params).chart)),
  );
  app.get(
    '/charts/:chart/version/published',
    { config },
    (request) => charts.get(params.parse(request.params).chart).drawing,
  );
}

function chartJson({ id, key, name, venueType }: Chart): object {
  return {
    id,
    key,
    name,
    venueType,
    status: 'NOT_USED',
    tags: [],
    archived: false,
    publishedVersionThumbnailUrl: '',
  };
}
