import swagger from '@fastify/swagger';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type App, addScope } from './app.ts';
import { problemAnswers } from './problem.ts';

/** `/openapi.json`: the document of this listener's routes, made from the schemas that check the requests. */
export function addOpenApi(app: App, { title, keyHeader }: { title: string; keyHeader: string }): void {
  const key =
    keyHeader === 'authorization' ? BEARER : ({ type: 'apiKey', in: 'header', name: keyHeader } as const);
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title, version: '1.0.0' },
      components: { securitySchemes: { key, orderToken: BEARER } },
    },
    transform: (document) => jsonSchemaTransform(withSecurity(document)),
  });
  // Behind the plugin, so that the document has this route as well.
  addScope(app, (scope) => {
    scope.get(
      '/openapi.json',
      {
        config: { access: 'anybody' },
        schema: {
          summary: 'This document',
          response: { 200: z.record(z.string(), z.unknown()), ...problemAnswers() },
        },
      },
      async () => app.swagger() as unknown as Record<string, unknown>,
    );
  });
}

const BEARER = { type: 'http', scheme: 'bearer' } as const;

/** What a route says of its callers, in the document as well. */
function withSecurity<T extends Parameters<typeof jsonSchemaTransform>[0]>(document: T): T {
  const { access } = document.route.config ?? {};
  if (access === undefined || access === 'anybody') return document;
  const roles = access.filter((role) => role !== 'buyer').join(' or ');
  const buyers = access.includes('buyer') ? ", and for the buyer with the order's token" : '';
  const description = `For keys with the role ${roles}${buyers}.`;
  const security = [{ key: [] }, ...(access.includes('buyer') ? [{ orderToken: [] }] : [])];
  return { ...document, schema: { description, security, ...document.schema } };
}
