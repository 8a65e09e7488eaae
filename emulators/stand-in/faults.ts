import type { FaultAction, FaultScript } from './fault-script.ts';

/** A fault that befalls the call at hand. */
export interface Hit {
  action: FaultAction;
  /** Resolves when a test has released the fault; for `pause`. */
  released: Promise<void>;
  /** To be called when the action begins: from then on the fault has hit the call. */
  begin: () => void;
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
  /**
   * How often the fault has hit a call, once that is at least once or `waitMs` have passed; undefined: no such id.
   * One before the act has hit a call that is here, one after it a call whose effect is committed.
   */
  hits(id: string, waitMs: number): Promise<number | undefined>;
  /** Lets go what is paused by this fault now and whatever meets it later. False: no such id. */
  release(id: string): boolean;
  /** Forgets one script and lets go what it has paused: calls that come from now on are healthy. False: no such id. */
  lift(id: string): boolean;
  /** Forgets all scripts and lets go everything that is paused. */
  clear(): void;
}

interface Entry {
  script: FaultScript;
  seen: number;
  hits: number;
  released: Promise<void>;
  isReleased: boolean;
  release: () => void;
  firstHit: Promise<void>;
  tellFirstHit: () => void;
}

/** So many scripts that befall no more calls are remembered. */
const SPENT = 1_000;

/** `newId` makes ids that are unique over all stand-ins, since the admin port addresses faults by id alone. */
export function createFaults(newId: () => string): Faults {
  const calls = new Set<string>();
  const entries = new Map<string, Entry>();
  /** Those that may befall another call. */
  const armed = new Map<string, Entry>();
  /** The others, which tests may still ask for, the oldest first. */
  const spent = new Set<string>();

  const spend = (id: string) => {
    armed.delete(id);
    spent.add(id);
    if (spent.size <= SPENT) return;
    for (const old of spent) {
      const entry = entries.get(old);
      // What is paused could not be let go without its id.
      if (entry?.script.action.type === 'pause' && !entry.isReleased) continue;
      spent.delete(old);
      entries.delete(old);
      return;
    }
  };

  return {
    declare: (call) => void calls.add(call),
    calls: () => [...calls],
    add: (script) => {
      const id = newId();
      const { promise: released, resolve: letGo } = gate();
      const { promise: firstHit, resolve: tellFirstHit } = gate();
      const entry: Entry = {
        ...{ script, seen: 0, hits: 0, released, isReleased: false, firstHit, tellFirstHit },
        release: () => {
          entry.isReleased = true;
          letGo();
        },
      };
      entries.set(id, entry);
      armed.set(id, entry);
      return id;
    },
    onCall: (call, { url, body }) => {
      const fired: Hit[] = [];
      for (const [id, entry] of armed) {
        const { match, nth, times, action } = entry.script;
        if (entry.script.call !== call) continue;
        if (match !== undefined && !isIn(match, url, body)) continue;
        entry.seen += 1;
        if (entry.seen < nth) continue;
        if (times !== 'forever' && entry.seen === nth + times - 1) spend(id);
        const begin = () => {
          entry.hits += 1;
          entry.tellFirstHit();
        };
        fired.push({ action, released: entry.released, begin });
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
    lift: (id) => {
      const entry = entries.get(id);
      entry?.release();
      entry?.tellFirstHit();
      armed.delete(id);
      spent.delete(id);
      return entries.delete(id);
    },
    clear: () => {
      for (const entry of entries.values()) {
        entry.release();
        entry.tellFirstHit();
      }
      for (const ids of [entries, armed, spent]) ids.clear();
    },
  };
}

function isIn(match: string, url: string, body: string): boolean {
  return url.includes(match) || body.includes(match) || decoded(url).includes(match);
}

function decoded(url: string): string {
  try {
    return decodeURIComponent(url.replaceAll('+', ' '));
  } catch {
    return '';
  }
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
