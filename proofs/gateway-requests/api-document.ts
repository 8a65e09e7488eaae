import { z } from 'zod';
import { PROBLEM_JSON, problemDocument } from '../../src/http/problem.ts';

/** A JSON schema as the document writes it. */
export interface Schema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  format?: string;
  pattern?: string;
}

/** One route of the gateway, as its OpenAPI document describes it. */
export interface Operation {
  method: 'GET' | 'POST';
  path: string;
  /** Whose keys get in; none: anybody. */
  roles: string[];
  parameters: { name: string; in: string; required?: boolean; schema: Schema }[];
  body?: Schema;
  /** What is wrong with an answer, or undefined. */
  judge: (status: number, contentType: string, body: unknown) => string | undefined;
}

interface RawOperation {
  description?: string;
  security?: unknown[];
  parameters?: Operation['parameters'];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

/** Reads the document of a listener. @throws Error when it is not one */
export async function readApiDocument(url: string): Promise<Operation[]> {
  const response = await fetch(`${url}/openapi.json`);
  const { paths } = (await response.json()) as { paths: Record<string, Record<string, RawOperation>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, raw]) => toOperation(method.toUpperCase(), path, raw)),
  );
}

export function toOperation(method: string, path: string, raw: RawOperation): Operation {
  if (method !== 'GET' && method !== 'POST') throw new TypeError(`${method} ${path} is new here`);
  const body = raw.requestBody?.content['application/json']?.schema;
  const described = /with the role ([a-z]+(?: or [a-z]+)*)/.exec(raw.description ?? '')?.[1];
  return {
    ...{ method, path, roles: raw.security ? (described?.split(' or ') ?? []) : [] },
    parameters: raw.parameters ?? [],
    ...(body && { body }),
    judge: createJudge(raw.responses),
  };
}

/** What a path that no route has is answered with. */
export const judgeNoRoute: Operation['judge'] = (status, contentType, body) => {
  const isProblem = contentType.startsWith(PROBLEM_JSON) && problemDocument.safeParse(body).success;
  if (isProblem && (status === 404 || status === 400)) return undefined;
  return `${status} as ${contentType} is no answer of a path that no route has`;
};

/** An answer has to be one that the document names: by its status, its content type and its schema. */
function createJudge(responses: RawOperation['responses']): Operation['judge'] {
  const schemas = new Map<string, z.ZodType>();
  for (const [status, { content = {} }] of Object.entries(responses)) {
    for (const [type, { schema }] of Object.entries(content)) {
      const { fromJSONSchema } = z;
      schemas.set(`${status} ${type}`, fromJSONSchema(schema as Parameters<typeof fromJSONSchema>[0]));
    }
  }
  return (status, contentType, body) => {
    const type = contentType.split(';')[0]?.trim();
    const schema = schemas.get(`${status} ${type}`) ?? schemas.get(`${Math.floor(status / 100)}XX ${type}`);
    if (!schema) return `${status} as ${type} is not in the document`;
    const [issue] = schema.safeParse(body).error?.issues ?? [];
    return issue && `${status}: ${issue.path.join('.')} ${issue.message}`;
  };
}
