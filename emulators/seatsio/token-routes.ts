import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { HoldTokens } from './hold-tokens.ts';
import type { Workspaces } from './workspaces.ts';

const minutes = z.number();
const createBody = z.object({ expiresInMinutes: minutes.nullish() }).default({});
const extendBody = z.object({ expiresInMinutes: minutes });
const params = z.object({ token: z.string() });

export function addTokenRoutes(app: FastifyInstance, tokens: HoldTokens, workspaces: Workspaces): void {
  app.post('/hold-tokens', { config: { call: 'createToken', lane: 'priority' } }, (request, reply) => {
    const { workspace } = request;
    const { expiresInMinutes } = createBody.parse(request.body);
    const minutes = expiresInMinutes ?? workspaces.company(workspace.companyId).holdPeriodInMinutes;
    reply.code(201);
    return tokens.create(workspace, minutes);
  });

  app.post(
    '/hold-tokens/:token',
    {
      config: {
        lane: 'priority',
        call: {
          names: ['extendToken', 'expireToken'],
          of: ({ body }) =>
            extendBody.safeParse(body).data?.expiresInMinutes === 0 ? 'expireToken' : 'extendToken',
        },
      },
    },
    (request) =>
      tokens.extend(
        request.workspace,
        params.parse(request.params).token,
        extendBody.parse(request.body).expiresInMinutes,
      ),
  );

  app.get('/hold-tokens/:token', { config: { call: 'retrieveToken', lane: 'priority' } }, (request) =>
    tokens.retrieve(request.workspace, params.parse(request.params).token),
  );
}
