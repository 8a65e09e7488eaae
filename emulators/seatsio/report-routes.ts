import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { groupInfos, isGrouping, isSummaryGrouping, type KnownGroups, summarise } from './event-reports.ts';
import type { Events, SeatsEvent } from './events.ts';
import type { ObjectInfos, Scope } from './object-infos.ts';
import { VendorError } from './vendor-error.ts';

const eventParams = z.object({ event: z.string() });
/** `false`: the report of an event or season alone. */
const query = z.object({ seasonBookingsPropagated: z.enum(['true', 'false']).default('true') });
const params = eventParams.extend({ report: z.string() });
const filterParams = params.extend({ filter: z.string() });

/** An event's objects, grouped: whole, one group only, and as a summary. */
export function addReportRoutes(app: FastifyInstance, events: Events, infos: ObjectInfos): void {
  const config = { call: 'reports' };
  const scopeOf = (request: FastifyRequest): Scope =>
    query.parse(request.query).seasonBookingsPropagated === 'false' ? 'own' : 'season';
  const report = (request: FastifyRequest) => {
    const { event: key, report: name } = params.parse(request.params);
    if (!isGrouping(name)) throw noReport(name);
    const event = events.get(request.workspace, key);
    return groupInfos(name, infos.all(event, scopeOf(request)), knownGroups(event));
  };
  const group = (request: FastifyRequest, filter: string) => ({
    [filter]: report(request).get(filter) ?? [],
  });
  const summary = (request: FastifyRequest, depth: 1 | 2) => {
    const { event: key, report: name } = params.parse(request.params);
    // `summary` is a word of the path, yet also a filter that an order may be called by.
    if (!isSummaryGrouping(name)) return group(request, 'summary');
    const event = events.get(request.workspace, key);
    return summarise(name, infos.shares(event, scopeOf(request)), knownGroups(event), depth);
  };

  app.get('/reports/events/:event', { config }, (request) =>
    infos.all(events.get(request.workspace, eventParams.parse(request.params).event), scopeOf(request)),
  );
  app.get('/reports/events/:event/:report', { config }, (request) => Object.fromEntries(report(request)));
  app.get('/reports/events/:event/:report/:filter', { config }, (request) =>
    group(request, filterParams.parse(request.params).filter),
  );
  app.get('/reports/events/:event/:report/summary', { config }, (request) => summary(request, 1));
  app.get('/reports/events/:event/:report/summary/deep', { config }, (request) => summary(request, 2));
}

function knownGroups({ chart, settings }: SeatsEvent): KnownGroups {
  const categories = [...chart.categories, ...(settings.categories ?? [])];
  return {
    byObjectType: ['seat', 'generalAdmission', 'table', 'booth'],
    byCategoryKey: [...categories.map(({ key }) => String(key)), 'NO_CATEGORY'],
    byCategoryLabel: [...categories.map(({ label }) => label), 'NO_CATEGORY'],
    byAvailability: ['available', 'not_available'],
    byAvailabilityReason: ['available', 'booked', 'reservedByToken', 'not_for_sale'],
  };
}

function noReport(name: string): VendorError {
  return new VendorError(404, 'GENERAL_ERROR', `No such report: ${name}`);
}
