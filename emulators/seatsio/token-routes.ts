import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { HoldTokens } from './hold-tokens.ts';

const minutes = z.number();
const createBody = z.object({ expiresInMinutes: minutes.optional() }).default({});
const extendBody = z.object({ expiresInMinutes: minutes });
const params = z.object({ token: z.string() });

export function addTokenRoutes(app: FastifyInstance, tokens: HoldTokens): void {
  app.post('/hold-tokens', { config: { call: 'createToken' } }, (request, reply) => {
    const { expiresInMinutes } = createBody.parse(request.body);
    return reply.code(201).send(tokens.create(expiresInMinutes));
  });

  app.post(
    '/hold-tokens/:token',
    {
      config: {
        call: {
          names: ['extendToken', 'expireToken'],
          of: ({ body }) =>
            extendBody.safeParse(body).data?.expiresInMinutes === 0 ? 'expireToken' : 'extendToken',
        },
      },
    },
    (request) =>
      tokens.extend(params.parse(request.params).token, extendBody.parse(request.body).expiresInMinutes),
  );

  app.get('/hold-tokens/:token', { config: { call: 'retrieveToken' } }, (request) =>
    tokens.retrieve(params.parse(request.params).token),
  );
}
