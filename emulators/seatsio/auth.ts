import type { FastifyInstance } from 'fastify';
import type { Workspace, Workspaces } from './workspaces.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** No key is asked for, or another one than a company's. */
    open?: boolean;
  }
  interface FastifyRequest {
    /** Where the call takes place: the key's workspace, or the one that the header names. */
    workspace: Workspace;
  }
}

/**
 * Basic auth with a secret key as user and no password. A wrong or missing key gets 401 and a workspace that is
 * switched off 403, both with an empty body; a workspace that the key does not open is not found.
 */
export function requireSecretKey(app: FastifyInstance, workspaces: Workspaces): void {
  // Routes with `open` never read it.
  app.decorateRequest('workspace');
  /** Most calls come from the caller of the last one. */
  let lastShown: { header: string | undefined; user: string | undefined } = {
    header: undefined,
    user: undefined,
  };
  app.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.open === true) return done();
    const { authorization } = request.headers;
    if (authorization !== lastShown.header) {
      lastShown = { header: authorization, user: basicUser(authorization) };
    }
    const secretKey = lastShown.user;
    const named = request.headers['x-workspace-key'];
    const workspace =
      secretKey && workspaces.opened(secretKey, typeof named === 'string' ? named : undefined);
    if (!workspace) return void reply.code(401).send();
    if (!workspace.isActive) return void reply.code(403).send();
    request.workspace = workspace;
    done();
  });
}

/** The user name of a Basic header with an empty password. */
export function basicUser(header: string | undefined): string | undefined {
  if (header === undefined || header.slice(0, 6).toLowerCase() !== 'basic ') return undefined;
  const [user, ...password] = Buffer.from(header.slice(6), 'base64').toString().split(':');
  return password.join('') === '' ? user : undefined;
}
