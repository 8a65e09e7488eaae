import type { FaultAction, FaultScript } from './fault-script.ts';

/** A fault that befalls the call at hand. */
export interface Hit {
  action: FaultAction;
  /** Resolves when a test has released the fault; for `pause`. */
  released: Promise<void>;
}

/** The scripted faults of one stand-in. Kept in memory only: a restarted stand-in is a healthy one. */
export interface Faults {
  /** Makes the name of a call known; who scripts a fault for another name has mistyped it. */
  declare(call: string): void;
  /** The names of all calls of the stand-in, in the order of its routes. */
  calls(): string[];
  /** Adds a script and gives the id by which a test waits for it and releases it. */
  add(script: FaultScript): string;
  /** Counts this call against every script and gives those that fire, in the order they were added. */
  onCall(call: string, wire: { url: string; body: string }): Hit[];
  /** How often the fault has fired, once that is at least once or `waitMs` have passed; undefined: no such id. */
  hits(id: string, waitMs: number): Promise<number | undefined>;
  /** Lets go what is paused by this fault now and whatever meets it later. False: no such id. */
  release(id: string): boolean;
  /** Forgets all scripts and lets go everything that is paused. */
  clear(): void;
}

interface Entry {
  script: FaultScript;
  seen: number;
  hits: number;
  released: Promise<void>;
  release: () => void;
  firstHit: Promise<void>;
  tellFirstHit: () => void;
}

/** `newId` makes ids that are unique over all stand-ins, since the admin port addresses faults by id alone. */
export function createFaults(newId: () => string): Faults {
  const calls = new Set<string>();
  const entries = new Map<string, Entry>();

  return {
    declare: (call) => void calls.add(call),
    calls: () => [...calls],
    add: (script) => {
      const id = newId();
      const { promise: released, resolve: release } = gate();
      const { promise: firstHit, resolve: tellFirstHit } = gate();
      entries.set(id, { script, seen: 0, hits: 0, released, release, firstHit, tellFirstHit });
      return id;
    },
    onCall: (call, { url, body }) => {
      const fired: Hit[] = [];
      for (const entry of entries.values()) {
        const { match, nth, times, action } = entry.script;
        if (entry.script.call !== call) continue;
        if (match !== undefined && !url.includes(match) && !body.includes(match)) continue;
        entry.seen += 1;
        if (entry.seen < nth || (times !== 'forever' && entry.seen >= nth + times)) continue;
        entry.hits += 1;
        entry.tellFirstHit();
        fired.push({ action, released: entry.released });
      }
      return fired;
    },
    hits: async (id, waitMs) => {
      const entry = entries.get(id);
      if (entry === undefined) return undefined;
      if (entry.hits === 0 && waitMs > 0) await firstOf(entry.firstHit, waitMs);
      return entry.hits;
    },
    release: (id) => {
      const entry = entries.get(id);
      entry?.release();
      return entry !== undefined;
    },
    clear: () => {
      for (const entry of entries.values()) {
        entry.release();
        entry.tellFirstHit();
      }
      entries.clear();
    },
  };
}

function gate(): { promise: Promise<void>; resolve: () => void } {
  let open: (() => void) | undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, resolve: () => open?.() };
}

async function firstOf(event: Promise<void>, waitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, waitMs);
  });
  await Promise.race([event, timeout]);
  clearTimeout(timer);
}
