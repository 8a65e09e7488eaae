import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { App } from './app.ts';
import { HttpProblem } from './problem.ts';

/** How often the lag is judged: the worst of each such span counts for the next one. */
const SPAN_MS = 500;
const RETRY_AFTER = { 'retry-after': '1' };

/**
 * Sends requests away at once while the event loop lags: each one that waited its turn would only make all others
 * wait longer. Health is always answered, so that a busy gateway is not taken for a dead one.
 */
export function addLoadShedding(app: App, maxLagMs: number, readLagMs = watchEventLoop(app)): void {
  app.addHook('onRequest', async (request) => {
    if (readLagMs() <= maxLagMs || request.routeOptions.url === '/healthz') return;
    throw new HttpProblem('unavailable', 'The gateway has more to do than it can.', { headers: RETRY_AFTER });
  });
}

function watchEventLoop(app: App): () => number {
  const histogram = monitorEventLoopDelay({ resolution: 10 });
  histogram.enable();
  let lagMs = 0;
  const timer = setInterval(() => {
    // Percentile, not the most: one long collection of garbage is no load.
    lagMs = histogram.percentile(90) / 1e6;
    histogram.reset();
  }, SPAN_MS).unref();
  app.addHook('onClose', async () => {
    clearInterval(timer);
    histogram.disable();
  });
  return () => lagMs;
}
