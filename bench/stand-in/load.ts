import type { Connection } from '../connection.ts';

/** What a round of load has shown. */
export interface Round {
  sequencesPerSecond: number;
  /** From the moment a sequence was due to its end, in ms, sorted. */
  latencies: number[];
}

/** Closed loop: every connection starts its next sequence when the last one has ended. */
export async function closedLoop(
  connections: readonly Connection[],
  ms: number,
  sequence: (connection: Connection) => Promise<void>,
): Promise<Round> {
  const latencies: number[] = [];
  const startedAt = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      while (performance.now() - startedAt < ms) {
        const before = performance.now();
        await sequence(connection);
        latencies.push(performance.now() - before);
      }
    }),
  );
  return toRound(latencies, performance.now() - startedAt);
}

/**
 * Open loop: sequences are due at a fixed rate whatever the server does, and wait for a free connection. A server
 * that falls behind shows it in the latencies.
 */
export async function openLoop(
  connections: readonly Connection[],
  ms: number,
  perSecond: number,
  sequence: (connection: Connection) => Promise<void>,
): Promise<Round> {
  const free = [...connections];
  const due: number[] = [];
  const latencies: number[] = [];
  const running = new Set<Promise<void>>();
  const startedAt = performance.now();
  let issued = 0;
  const start = () => {
    for (;;) {
      const connection = due.length > 0 ? free.pop() : undefined;
      const dueAt = connection === undefined ? undefined : due.shift();
      if (connection === undefined || dueAt === undefined) return;
      const one = sequence(connection).then(() => {
        latencies.push(performance.now() - dueAt);
        free.push(connection);
        running.delete(one);
        start();
      });
      running.add(one);
    }
  };
  while (performance.now() - startedAt < ms) {
    const owed = Math.floor(((performance.now() - startedAt) / 1000) * perSecond);
    for (; issued < owed; issued += 1) due.push(startedAt + (issued * 1000) / perSecond);
    start();
    await new Promise((resolve) => setImmediate(resolve));
  }
  while (running.size > 0 || due.length > 0) await Promise.race(running);
  return toRound(latencies, performance.now() - startedAt);
}

export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function toRound(latencies: number[], ms: number): Round {
  return { sequencesPerSecond: (latencies.length / ms) * 1000, latencies: latencies.sort((a, b) => a - b) };
}
