import type { Effect } from '../../law/ledgers.ts';

/** The effects at one remote, in order, in the words of the stand-ins' ledgers. */
export interface EffectLog {
  entries: Effect[];
  append: (effect: string, facts: Record<string, unknown>) => void;
}

export function createEffectLog(): EffectLog {
  const entries: Effect[] = [];
  return {
    entries,
    append: (effect, facts) => {
      entries.push({ seq: entries.length + 1, effect, ...facts });
    },
  };
}
