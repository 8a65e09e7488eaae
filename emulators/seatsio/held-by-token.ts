/** What each token holds, by names that tell its things apart. */
export interface HeldByToken<T> {
  set(token: string, name: string, thing: T): void;
  remove(token: string, name: string): void;
  /** In the order of their holding. */
  of(token: string): T[];
}

export function createHeldByToken<T>(): HeldByToken<T> {
  const held = new Map<string, Map<string, T>>();
  return {
    set: (token, name, thing) => {
      const things = held.get(token);
      if (things === undefined) held.set(token, new Map<string, T>().set(name, thing));
      else things.set(name, thing);
    },
    remove: (token, name) => {
      const things = held.get(token);
      things?.delete(name);
      if (things?.size === 0) held.delete(token);
    },
    of: (token) => [...(held.get(token)?.values() ?? [])],
  };
}
