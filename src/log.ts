import { DefaultLogger, type Logger as TemporalLogger } from '@temporalio/worker';
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

/** JSON lines on standard output, or lines for a person when that is a terminal. */
export function createLog(level: string): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  return process.stdout.isTTY ? pino(options, pretty({ ignore: 'pid,hostname' })) : pino(options);
}

/** The SDK's own lines, and those of workflows and activities, in the same log. */
export function toTemporalLogger(log: Logger): TemporalLogger {
  return new DefaultLogger('TRACE', ({ level, message, meta }) => {
    const line = level.toLowerCase() as 'trace' | 'debug' | 'info' | 'warn' | 'error';
    // The token of a task is long, and of use to nobody who reads a log.
    const { taskToken: _, ...facts } = meta ?? {};
    log[line](facts, message);
  });
}
