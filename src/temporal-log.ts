import { DefaultLogger, type Logger as TemporalLogger } from '@temporalio/worker';
import type { Logger } from 'pino';

/** The SDK's own lines, and those of workflows and activities, in the same log. */
export function toTemporalLogger(log: Logger): TemporalLogger {
  return new DefaultLogger('TRACE', ({ level, message, meta }) => {
    const line = level.toLowerCase() as 'trace' | 'debug' | 'info' | 'warn' | 'error';
    // The token of a task is long, and of use to nobody who reads a log.
    const { taskToken: _, ...facts } = meta ?? {};
    log[line](facts, message);
  });
}
