import { z } from 'zod';
import type { App } from '../app.ts';
import { problemAnswers } from '../problem.ts';
import { assertTemporal, type TemporalIsUp } from '../require-temporal.ts';

const up = z.object({ status: z.literal('up') });

export interface HealthOptions {
  temporalIsUp: TemporalIsUp;
}

/** `/healthz`: this process answers. `/readyz`: it can do its work, so it may be sent requests. */
export function addHealthRoutes(app: App, { temporalIsUp }: HealthOptions): void {
  const config = { access: 'anybody' } as const;
  app.get(
    '/healthz',
    {
      config,
      schema: { summary: 'Whether the process answers', response: { 200: up, ...problemAnswers() } },
    },
    async () => ({ status: 'up' as const }),
  );
  app.get(
    '/readyz',
    {
      config,
      schema: { summary: 'Whether requests may be sent', response: { 200: up, ...problemAnswers() } },
    },
    async () => {
      await assertTemporal(temporalIsUp);
      return { status: 'up' as const };
    },
  );
}
