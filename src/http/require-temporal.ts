import type { App } from './app.ts';
import { HttpProblem } from './problem.ts';

/** Whether Temporal answers; without it the gateway can start, read and report nothing. */
export type TemporalIsUp = () => Promise<boolean>;

/**
 * From here on, requests of this scope are 503 at once while Temporal does not answer. Nothing was sent then, which
 * nobody could say of a call that was given up on its way.
 */
export function requireTemporal(app: App, temporalIsUp: TemporalIsUp): void {
  app.addHook('preHandler', async () => assertTemporal(temporalIsUp));
}

/** @throws HttpProblem while Temporal does not answer */
export async function assertTemporal(temporalIsUp: TemporalIsUp): Promise<void> {
  if (await temporalIsUp()) return;
  throw new HttpProblem('unavailable', 'Temporal does not answer.', { headers: { 'retry-after': '1' } });
}
