/** Takes back something that was planned; harmless once it has happened. */
export type Cancel = () => void;

/**
 * Time that moves only from one planned event to the next. Events of one moment come in the order in which
 * they were planned, so a run is the same every time.
 */
export interface Clock {
  now: () => number;
  after: (ms: number, action: () => unknown) => Cancel;
  sleep: (ms: number) => Promise<void>;
  /** Plays until `isOver`, until nothing is planned any more, or until `latest`; false in the last two cases. */
  play: (isOver: () => boolean, latest: number) => Promise<boolean>;
  /** Somebody sets the clock of the machine on which workers and callers run: forward, or back. */
  jump: (byMs: number) => void;
  /** What that clock shows. */
  wall: () => number;
}

interface Planned {
  at: number;
  action: (() => unknown) | undefined;
}

/** @param start epoch milliseconds of the first moment */
export function createClock(start: number): Clock {
  const queue: Planned[] = [];
  let now = start;
  let offset = 0;

  const after = (ms: number, action: () => unknown): Cancel => {
    const planned: Planned = { at: now + Math.max(0, ms), action };
    let index = queue.length;
    while (index > 0 && (queue[index - 1]?.at ?? 0) > planned.at) index--;
    queue.splice(index, 0, planned);
    return () => {
      planned.action = undefined;
    };
  };

  return {
    now: () => now,
    after,
    sleep: (ms) => new Promise((resolve) => after(ms, resolve)),
    async play(isOver, latest) {
      while (!isOver()) {
        const next = queue.shift();
        if (!next || next.at > latest) return false;
        now = next.at;
        if (!next.action) continue;
        await next.action();
        // Whoever waited for this event goes on as far as possible, before time does.
        await new Promise(setImmediate);
      }
      return true;
    },
    jump: (byMs) => {
      offset += byMs;
    },
    wall: () => now + offset,
  };
}

/**
 * Runs `work` with the clocks of this thread showing the clock's time: its wall clock, and the one that nobody sets,
 * by which activities measure their tries.
 */
export async function onClock<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  const now = Date.now;
  Date.now = clock.wall;
  // Its own method is of the prototype, and comes back when this one is gone.
  Object.defineProperty(performance, 'now', { value: clock.now, configurable: true });
  try {
    return await work();
  } finally {
    Date.now = now;
    Reflect.deleteProperty(performance, 'now');
  }
}
