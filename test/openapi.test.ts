import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, describe, expect, test } from 'vitest';
import { createLoneGateway } from './stack/lone-gateway.ts';

const lone = await createLoneGateway({ temporalIsUp: async () => true });
afterAll(lone.close);
const { public: open, admin } = lone.gateway;

interface Operation {
  summary?: string;
  parameters?: { name: string; in: string; required?: boolean; schema?: object }[];
  requestBody?: { content: Record<string, { schema?: object }> };
  responses: Record<string, { content?: Record<string, { schema?: object }> }>;
}

describe.each([
  ['shops', open],
  ['administrators', admin],
])('the document of the listener for %s', async (_, app) => {
  const document = (await app.inject('/openapi.json')).json();
  const operations = Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(
    ([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );

  test('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  test.each(operations)('describes all of $method $path', ({ method, path, operation }) => {
    const { summary, parameters = [], requestBody, responses } = operation;
    expect(summary).toBeTruthy();
    const inPath = parameters.filter((one) => one.in === 'path').map(({ name }) => name);
    expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    expect(parameters.filter(({ schema }) => !schema)).toEqual([]);
    if (method === 'post') expect(requestBody?.content['application/json']?.schema).toBeTruthy();
    expect(
      Object.keys(responses).some((status) => status.startsWith('2')) || path === '/create_event_seatsio',
    ).toBe(true);
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(['4XX', '5XX']));
    for (const { content = {} } of Object.values(responses)) {
      expect(Object.values(content).every(({ schema }) => schema)).toBe(true);
    }
  });
});

test('the headers that sign a webhook are described, and needed', async () => {
  const { paths } = (await open.inject('/openapi.json')).json();
  const headersOf = (path: string) =>
    (paths[path].post as Operation).parameters
      ?.filter((one) => one.in === 'header' && one.required)
      .map(({ name }) => name)
      .sort();
  expect(headersOf('/webhooks/stripe')).toEqual(['stripe-signature']);
  expect(headersOf('/webhooks/payments')).toEqual(['webhook-id', 'webhook-signature', 'webhook-timestamp']);
});
