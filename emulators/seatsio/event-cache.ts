import type { SeatsEvent } from './events.ts';
import { createRecent } from './recent.ts';

/** Events that were read lately, by workspace and key and by id. It is told of every change. */
export interface EventCache {
  get(workspaceId: number, key: string): SeatsEvent | undefined;
  byId(id: number): SeatsEvent | undefined;
  /** Of no call that may still be undone by itself. */
  add(event: SeatsEvent): SeatsEvent;
  remove(event: SeatsEvent): void;
  clear(): void;
}

/** So many objects have the events that are kept; an arena has twenty thousand. */
const OBJECTS = 500_000;

export function createEventCache(): EventCache {
  const nameOf = (workspaceId: number, key: string) => `${workspaceId} ${key}`;
  const ids = new Map<string, number>();
  const events = createRecent<number, SeatsEvent>({
    most: OBJECTS,
    weightOf: ({ objects }) => 1 + objects.size,
    forgotten: ({ workspaceId, key }) => ids.delete(nameOf(workspaceId, key)),
  });
  return {
    get: (workspaceId, key) => {
      const id = ids.get(nameOf(workspaceId, key));
      return id === undefined ? undefined : events.get(id);
    },
    byId: (id) => events.get(id),
    add: (event) => {
      events.set(event.id, event);
      ids.set(nameOf(event.workspaceId, event.key), event.id);
      return event;
    },
    remove: ({ id }) => events.delete(id),
    clear: () => events.clear(),
  };
}
