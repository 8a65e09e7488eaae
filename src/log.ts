import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

/** JSON lines on standard output, or lines for a person when that is a terminal. */
export function createLog(level: string): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  return process.stdout.isTTY ? pino(options, pretty({ ignore: 'pid,hostname' })) : pino(options);
}
