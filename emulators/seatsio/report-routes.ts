import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Events } from './events.ts';
import type { ObjectInfo, ObjectInfos } from './object-infos.ts';
import { VendorError } from './vendor-error.ts';

/** What each report groups an event's objects by. */
const reports: Record<string, (info: ObjectInfo) => string> = {
  byStatus: ({ status }) => status,
  byCategoryLabel: ({ categoryLabel }) => categoryLabel,
  byCategoryKey: ({ categoryKey }) => categoryKey,
  byLabel: ({ label }) => label,
  byOrderId: ({ orderId }) => orderId ?? 'NO_ORDER_ID',
};
const params = z.object({ event: z.string(), report: z.string(), filter: z.string().optional() });

export function addReportRoutes(app: FastifyInstance, events: Events, infos: ObjectInfos): void {
  const report = (request: { params: unknown }) => {
    const { event, report: name, filter } = params.parse(request.params);
    const groupOf = Object.hasOwn(reports, name) ? reports[name] : undefined;
    if (groupOf === undefined) throw new VendorError(404, 'GENERAL_ERROR', `No such report: ${name}`);
    const groups = new Map<string, ObjectInfo[]>();
    for (const info of infos.all(events.get(event))) {
      const group = groupOf(info);
      const members = groups.get(group);
      if (members === undefined) groups.set(group, [info]);
      else members.push(info);
    }
    return filter === undefined ? Object.fromEntries(groups) : { [filter]: groups.get(filter) ?? [] };
  };
  const config = { call: 'reports' };
  app.get('/reports/events/:event/:report', { config }, report);
  app.get('/reports/events/:event/:report/:filter', { config }, report);
}
