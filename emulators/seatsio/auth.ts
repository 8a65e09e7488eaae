import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { notFound } from './vendor-error.ts';

/** Basic auth with the secret key as user and no password; a wrong or missing key gets 401 with an empty body. */
export function requireSecretKey(app: FastifyInstance, secretKey: string, workspaceKey: string): void {
  const expected = digest(`Basic ${Buffer.from(`${secretKey}:`).toString('base64')}`);

  app.addHook('onRequest', async (request, reply) => {
    if (!timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) {
      return reply.code(401).send();
    }
    const workspace = request.headers['x-workspace-key'];
    if (typeof workspace === 'string' && workspace !== workspaceKey) {
      throw notFound('Workspace', workspace, workspaceKey);
    }
  });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
