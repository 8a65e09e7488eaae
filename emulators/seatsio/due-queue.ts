/** Things with a time, the earliest first (a binary heap). */
export interface DueQueue<T> {
  add(at: number, thing: T): void;
  /** The time of the earliest; infinity: there is none. */
  first(): number;
  /** Takes the earliest out if its time has come. */
  take(now: number): { at: number; thing: T } | undefined;
}

export function createDueQueue<T>(): DueQueue<T> {
  /** No entry is later than those at twice its index and one or two more. */
  const heap: { at: number; thing: T }[] = [];
  const timeOf = (index: number) => heap[index]?.at ?? Number.POSITIVE_INFINITY;

  return {
    add: (at, thing) => {
      let index = heap.length;
      const entry = { at, thing };
      heap.push(entry);
      while (index > 0) {
        const parent = (index - 1) >> 1;
        const above = heap[parent];
        if (above === undefined || above.at <= at) break;
        heap[index] = above;
        index = parent;
      }
      heap[index] = entry;
    },
    first: () => timeOf(0),
    take: (now) => {
      const [earliest] = heap;
      if (earliest === undefined || earliest.at > now) return undefined;
      const last = heap.pop();
      if (last === undefined || heap.length === 0) return earliest;
      let index = 0;
      for (;;) {
        const left = 2 * index + 1;
        const child = timeOf(left + 1) < timeOf(left) ? left + 1 : left;
        const below = heap[child];
        if (below === undefined || below.at >= last.at) break;
        heap[index] = below;
        index = child;
      }
      heap[index] = last;
      return earliest;
    },
  };
}
