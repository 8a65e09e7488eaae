import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { changedAnswers, type OpenQuestions } from './open-questions.ts';
import type { Ceilings } from './rate-lanes.ts';

const ceiling = z.number().int().min(0);
const wanted = z.looseObject({
  ceilings: z.strictObject({ priority: ceiling, regular: ceiling }).partial().optional(),
});

/**
 * Admin route of the stand-in's settings: `POST /settings` with any of `open-questions.ts` and
 * `ceilings: {priority?, regular?}`; gives all of them. They hold for every call from then on.
 */
export function addSettingsRoutes(admin: FastifyInstance, open: OpenQuestions, ceilings: Ceilings): void {
  admin.post('/settings', (request) => {
    const { ceilings: changed = {}, ...questions } = wanted.parse(request.body);
    Object.assign(open, changedAnswers(open, questions));
    Object.assign(ceilings, changed);
    return { ...open, ceilings };
  });
}
