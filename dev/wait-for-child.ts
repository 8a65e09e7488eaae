import { setTimeout as sleep } from 'node:timers/promises';
import type { Child, ChildExit } from './supervisor.ts';

/**
 * Waits for a probe to say that a child is ready, and not a moment longer when the child dies before.
 *
 * The probe is told by its signal to give up then, as when `signal` is aborted.
 *
 * @throws Error with the child's last lines when it ended too early; else what the probe threw
 */
export async function ready<T>(
  child: Child,
  probe: (aborted: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const giveUp = new AbortController();
  const death = child.exited.then((exit) => {
    giveUp.abort();
    throw diedEarly(child, exit);
  });
  death.catch(() => undefined);
  try {
    return await Promise.race([probe(AbortSignal.any([signal, giveUp.signal])), death]);
  } catch (error) {
    // The probe may report its own abort before the death that caused it.
    if (giveUp.signal.aborted && !signal.aborted) return await death;
    if (!signal.aborted) await child.stop();
    throw error;
  }
}

/** What to tell about a child that ended although nobody asked it to. */
export function diedEarly(child: Child, exit: ChildExit): Error {
  if (exit.error) return new Error(`${child.name}: cannot be started: ${exit.error.message}`);
  const how = exit.signal ? `by ${exit.signal}` : `with status ${exit.code}`;
  const lines = child.tail().map((line) => `    ${line}`);
  return new Error([`${child.name}: ended ${how} on its own${lines.length ? ':' : ''}`, ...lines].join('\n'));
}

/**
 * Waits for the first line on a child's standard output that means "ready".
 * Made before the child starts, so that no line is missed.
 */
export function firstLine(isIt: (line: string) => boolean) {
  let tell: (line: string) => void = () => {};
  const line = new Promise<string>((resolve) => {
    tell = resolve;
  });
  return {
    onLine: (text: string, stream: 'stdout' | 'stderr') => {
      if (stream === 'stdout' && isIt(text)) tell(text);
    },
    /** @throws Error after `ms`, or the signal's reason */
    within: async (ms: number, name: string, signal: AbortSignal): Promise<string> => {
      const over = new AbortController();
      const timeout = sleep(ms, undefined, { signal: AbortSignal.any([signal, over.signal]) }).then(() => {
        throw new Error(`${name}: not ready within ${ms / 1000} s`);
      });
      try {
        return await Promise.race([line, timeout]);
      } finally {
        timeout.catch(() => undefined);
        over.abort();
      }
    },
  };
}
