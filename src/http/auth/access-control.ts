import type { FastifyRequest, RouteOptions } from 'fastify';
import type { App } from '../app.ts';
import { HttpProblem } from '../problem.ts';
import type { Caller, FindCaller, Role } from './api-keys.ts';
import type { OrderTokens } from './order-tokens.ts';

/**
 * Who may call a route: anybody at all, or callers whose key has one of the roles; a `buyer` with the token of the
 * order in the path.
 */
export type Access = 'anybody' | readonly (Role | 'buyer')[];

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    /** Who calls; undefined on routes for anybody. */
    caller: Caller | undefined;
  }
}

export interface AccessControl {
  findCaller: FindCaller;
  /** The header that carries the key, in lower case. With `authorization`, the key stands behind `Bearer`. */
  keyHeader: string;
  orderTokens: Pick<OrderTokens, 'verify'>;
}

/**
 * Lets nobody in by oversight: a route that does not say who may call it, or lacks its schema, stops the start.
 * The key is looked at before the body is read.
 */
export function addAccessControl(app: App, { findCaller, keyHeader, orderTokens }: AccessControl): void {
  app.decorateRequest('caller', undefined);
  app.addHook('onRoute', requireDeclared);
  app.addHook('onRequest', async (request) => {
    const { access } = request.routeOptions.config;
    // Without it, no route was found: its answer is the same for all.
    if (access === undefined || access === 'anybody') return;
    const presented = presentedKey(request, keyHeader);
    const byKey = presented === undefined ? undefined : findCaller(presented);
    const caller = byKey ?? (access.includes('buyer') ? await findBuyer(request, orderTokens) : undefined);
    if (caller === undefined) {
      throw new HttpProblem('no_key', `The header ${keyHeader} carries no key that is known here.`, {
        headers: {
          'www-authenticate': keyHeader === 'authorization' ? 'Bearer' : `ApiKey header="${keyHeader}"`,
        },
      });
    }
    if (!access.includes(caller.role)) {
      throw new HttpProblem('wrong_role', `A key with the role ${caller.role} may not call this.`);
    }
    request.caller = caller;
  });
}

/** The caller of a route that is not for anybody. @throws TypeError on one that is */
export function callerOf(request: Pick<FastifyRequest, 'caller'>): Caller {
  if (request.caller === undefined) throw new TypeError('this route is for anybody: it has no caller');
  return request.caller;
}

/** A token is looked at only when it is for the order in the path: another order's is as good as none. */
async function findBuyer(
  { headers, params }: FastifyRequest,
  orderTokens: AccessControl['orderTokens'],
): Promise<Caller | undefined> {
  const token = bearerOf(headers.authorization);
  const { orderId } = params as { orderId?: string };
  if (token === undefined || orderId === undefined) return undefined;
  const found = await orderTokens.verify(token, orderId);
  return found && { name: found.owner, role: 'buyer' };
}

function presentedKey({ headers }: FastifyRequest, keyHeader: string): string | undefined {
  const value = headers[keyHeader];
  if (typeof value !== 'string' || value === '') return undefined;
  return keyHeader === 'authorization' ? bearerOf(value) : value;
}

function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

function requireDeclared({ method, url, schema, config }: RouteOptions): void {
  const route = `${String(method)} ${url}`;
  if (config?.access === undefined) throw new TypeError(`${route} does not say who may call it`);
  if (!schema?.summary || !schema.response) throw new TypeError(`${route} lacks its summary or its answers`);
  if (url.includes(':') && !schema.params) throw new TypeError(`${route} lacks the schema of its path`);
  if (method !== 'GET' && !schema.body) throw new TypeError(`${route} lacks the schema of its body`);
}
