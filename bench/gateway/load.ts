export type Call = () => Promise<void>;

/**
 * Calls at a steady rate, whether or not the answers keep up; a call that is made
 * late counts from when it was due.
 *
 * @returns milliseconds of each call
 */
export async function openLoop(perSecond: number, count: number, call: Call): Promise<number[]> {
  const startedAt = performance.now();
  const timeOne = async (n: number) => {
    const dueAt = startedAt + (n * 1000) / perSecond;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueAt - performance.now())));
    await call();
    return performance.now() - dueAt;
  };
  return Promise.all(Array.from({ length: count }, (_, n) => timeOne(n)));
}

/** So many callers, each with one call after the other. @returns calls per second */
export async function closedLoop(callers: number, ms: number, call: Call): Promise<number> {
  const startedAt = performance.now();
  let done = 0;
  const caller = async () => {
    while (performance.now() - startedAt < ms) {
      await call();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return (done * 1000) / (performance.now() - startedAt);
}
