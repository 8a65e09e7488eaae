import type { SeatsEvent } from './events.ts';

/** Events that were read before, by workspace and key and by id. It is told of every change. */
export interface EventCache {
  get(workspaceId: number, key: string): SeatsEvent | undefined;
  byId(id: number): SeatsEvent | undefined;
  /** Of no call that may still be undone by itself. */
  add(event: SeatsEvent): SeatsEvent;
  remove(event: SeatsEvent): void;
  clear(): void;
}

export function createEventCache(): EventCache {
  const byKey = new Map<string, SeatsEvent>();
  const byId = new Map<number, SeatsEvent>();
  const nameOf = (workspaceId: number, key: string) => `${workspaceId} ${key}`;
  return {
    get: (workspaceId, key) => byKey.get(nameOf(workspaceId, key)),
    byId: (id) => byId.get(id),
    add: (event) => {
      byKey.set(nameOf(event.workspaceId, event.key), event);
      byId.set(event.id, event);
      return event;
    },
    remove: (event) => {
      byKey.delete(nameOf(event.workspaceId, event.key));
      byId.delete(event.id);
    },
    clear: () => {
      byKey.clear();
      byId.clear();
    },
  };
}
