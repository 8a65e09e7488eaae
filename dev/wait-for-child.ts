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
