import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { basicUser } from './auth.ts';
import type { Workspaces } from './workspaces.ts';

/** The user name by which the vendor's own test suites make companies. Not a secret: it is in their sources. */
const SYSTEM_USER = 'superSecretSystemApi';

/** A token of less would have expired when its owner is told of it. */
const ONE_SECOND = 1 / 60;
const holdPeriod = z.object({ holdPeriodInMinutes: z.number().min(ONE_SECOND) });

/** The caller's company, and the making of new ones for tests. */
export function addCompanyRoutes(app: FastifyInstance, workspaces: Workspaces): void {
  app.post(
    '/system/private/create-test-company',
    { config: { call: 'companies', open: true } },
    (request, reply) => {
      if (basicUser(request.headers.authorization) !== SYSTEM_USER) return reply.code(401).send();
      const { company, workspace } = workspaces.createCompany();
      return reply.code(201).send({
        admin: { secretKey: company.adminKey, designerKey: `designer-${company.id}` },
        workspace: { key: workspace.key, secretKey: workspace.secretKey },
      });
    },
  );

  const config = { call: 'accounts' };
  app.get('/accounts/me', { config }, ({ workspace }) => {
    const { id, adminKey, holdPeriodInMinutes } = workspaces.company(workspace.companyId);
    return {
      secretKey: adminKey,
      secretKeys: [adminKey],
      designerKey: `designer-${id}`,
      email: `admin${id}@example.org`,
      company: { name: `Company ${id}` },
      settings: {
        holdPeriodInMinutes,
        holdOnSelectForGAs: true,
        draftChartDrawingsEnabled: true,
        chartValidation: {},
        defaultRendererSettings: {},
      },
    };
  });
  app.post('/accounts/me/actions/change-hold-period', { config }, ({ workspace, body }, reply) => {
    workspaces.setHoldPeriod(workspace.companyId, holdPeriod.parse(body).holdPeriodInMinutes);
    return reply.code(204).send();
  });
}
