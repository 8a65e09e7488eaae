export interface Interruption {
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP. */
  signal: AbortSignal;
  /** The status to end with: 128 + the signal's number, as shells expect; 0 when there was none. */
  exitCode(): number;
}

/** npm passes a signal on that the terminal has sent to us already: the same one again, at once. */
const REPEAT_MS = 500;

const NUMBERS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

/** Somebody wants this process to end. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';

  constructor(by: string) {
    super(`interrupted by ${by}`);
  }
}

/**
 * Turns the signals that ask a process to end into an AbortSignal, so that it ends in good order.
 *
 * A second one ends the process on the spot; the guard then ends the children.
 *
 * @param onFirst told the signal's name, for a word to the person
 */
export function listenForInterruption(onFirst: (name: string) => void): Interruption {
  const controller = new AbortController();
  let exitCode = 0;
  let firstAt = 0;
  for (const [name, number] of Object.entries(NUMBERS)) {
    process.on(name, () => {
      if (exitCode !== 0) {
        if (Date.now() - firstAt > REPEAT_MS) process.exit(128 + number);
        return;
      }
      exitCode = 128 + number;
      firstAt = Date.now();
      onFirst(name);
      controller.abort(new InterruptedError(name));
    });
  }
  return { signal: controller.signal, exitCode: () => exitCode };
}
