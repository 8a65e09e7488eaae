import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { pageQuery } from './paging.ts';
import type { Workspace, Workspaces } from './workspaces.ts';

const params = z.object({ key: z.string() });
const newWorkspace = z.object({ name: z.string(), isTest: z.boolean().default(false) });
const renamed = z.object({ name: z.string() });
const listQuery = pageQuery.extend({ filter: z.string().optional() });

/** The workspaces of the caller's company. */
export function addWorkspaceRoutes(app: FastifyInstance, workspaces: Workspaces): void {
  const config = { call: 'workspaces' };
  const named = ({ workspace, params: given }: FastifyRequest) =>
    workspaces.get(workspace.companyId, params.parse(given).key);
  const list = ({ workspace, query }: FastifyRequest, active?: boolean) => {
    const { filter, ...page } = listQuery.parse(query);
    const only = { ...(filter === undefined ? {} : { filter }), ...(active === undefined ? {} : { active }) };
    const { items, ...tokens } = workspaces.list(workspace.companyId, page, only);
    return { items: items.map(workspaceJson), ...tokens };
  };
  const change = (path: string, changed: (request: FastifyRequest) => Partial<Workspace>) =>
    app.post(path, { config }, (request, reply) => {
      workspaces.update({ ...named(request), ...changed(request) });
      return reply.code(204).send();
    });

  app.post('/workspaces', { config }, (request, reply) => {
    const { name, isTest } = newWorkspace.parse(request.body);
    const created = workspaces.create(request.workspace.companyId, name, isTest);
    return reply.code(201).send(workspaceJson(created));
  });
  app.get('/workspaces', { config }, (request) => list(request));
  app.get('/workspaces/active', { config }, (request) => list(request, true));
  app.get('/workspaces/inactive', { config }, (request) => list(request, false));
  app.get('/workspaces/:key', { config }, (request) => workspaceJson(named(request)));
  change('/workspaces/:key', ({ body }) => renamed.parse(body));
  change('/workspaces/actions/set-default/:key', () => ({ isDefault: true }));
  change('/workspaces/:key/actions/activate', () => ({ isActive: true }));
  change('/workspaces/:key/actions/deactivate', () => ({ isActive: false }));
  app.post('/workspaces/:key/actions/regenerate-secret-key', { config }, (request) => {
    const secretKey = randomUUID();
    workspaces.update({ ...named(request), secretKey });
    return { secretKey };
  });
  app.delete('/workspaces/:key', { config }, (request, reply) => {
    workspaces.remove(named(request));
    return reply.code(204).send();
  });
}

function workspaceJson({ id, key, secretKey, name, isTest, isDefault, isActive }: Workspace): object {
  return { id, key, secretKey, secretKeys: [secretKey], name, settings: {}, isTest, isDefault, isActive };
}
