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
      if (value === undefined) return undefined;
      kept.delete(key);
      kept.set(key, value);
      return value;
    },
    set: (key, value) => {
      forget(key);
      kept.set(key, value);
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
