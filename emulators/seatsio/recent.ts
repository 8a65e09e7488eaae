/** What was used lately, by key: with too much together, what was used longest ago is forgotten. */
export interface Recent<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  delete(key: K): void;
  clear(): void;
}

export interface RecentOptions<K, V> {
  /** All weights together; one thing alone may weigh more. */
  most: number;
  /** Always the same for the same thing; 1 if absent. */
  weightOf?: (value: V) => number;
  /** Told of each thing that is not there any more. */
  forgotten?: (value: V, key: K) => void;
}

export function createRecent<K, V>({
  most,
  weightOf = () => 1,
  forgotten,
}: RecentOptions<K, V>): Recent<K, V> {
  /** In the order of their last use. */
  const kept = new Map<K, V>();
  let weight = 0;
  /** The last one, if it is still there. */
  let newest: K | undefined;

  const forget = (key: K) => {
    const value = kept.get(key);
    if (value === undefined) return;
    kept.delete(key);
    weight -= weightOf(value);
    forgotten?.(value, key);
  };
  return {
    get: (key) => {
      const value = kept.get(key);
      // Most calls use what the one before them has used.
      if (value === undefined || key === newest) return value;
      kept.delete(key);
      kept.set(key, value);
      newest = key;
      return value;
    },
    set: (key, value) => {
      forget(key);
      kept.set(key, value);
      newest = key;
      weight += weightOf(value);
      for (const oldest of kept.keys()) {
        if (weight <= most || kept.size === 1) return;
        forget(oldest);
      }
    },
    delete: forget,
    clear: () => {
      for (const key of [...kept.keys()]) forget(key);
    },
  };
}
