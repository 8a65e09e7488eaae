import type { FastifyInstance } from 'fastify';
import type { OpenQuestions } from './open-questions.ts';
import { VendorError } from './vendor-error.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The vendor's rule: an endpoint is in the regular lane unless its page says priority. */
    lane?: 'priority';
  }
}

/** How many calls of one company may be under way at once. */
export interface Ceilings {
  priority: number;
  regular: number;
}

/**
 * Refuses with 429 what is above the ceiling of its lane. `ceilings` is read at every call, so it may be changed.
 * A call leaves its lane when its answer has been sent or its connection has ended.
 */
export function limitRates(app: FastifyInstance, ceilings: Ceilings, open: OpenQuestions): void {
  /** By company. */
  const underWay = new Map<number, Ceilings>();
  const countsOf = (companyId: number): Ceilings => {
    const counts = underWay.get(companyId) ?? { priority: 0, regular: 0 };
    underWay.set(companyId, counts);
    return counts;
  };

  app.addHook('onRequest', (request, reply, done) => {
    const { config } = request.routeOptions;
    if (config.open === true) return done();
    const lane = config.lane ?? 'regular';
    const counts = countsOf(request.workspace.companyId);
    if (counts[lane] >= ceilings[lane]) {
      if (open.retryAfterSeconds > 0) reply.header('retry-after', open.retryAfterSeconds);
      throw new VendorError(429, 'RATE_LIMIT_EXCEEDED', 'Rate limit exceeded');
    }
    counts[lane] += 1;
    // Not at the end of the answer: a scripted fault may end the connection without one.
    reply.raw.on('close', () => {
      counts[lane] -= 1;
    });
    done();
  });
}
