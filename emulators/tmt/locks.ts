import type { Clock } from '../stand-in/clock.ts';
import type { Store } from '../stand-in/store.ts';
import { TmtFailure } from './envelope.ts';
import type { Inventory } from './inventory.ts';

/**
 * TMT's ticket locks: rows without an owner. A row that is out of time still blocks until `tickets_unlock`
 * has removed it, and anybody may remove any row.
 */
export function createLocks(store: Store, inventory: Inventory, clock: Clock) {
  store.exec(
    'CREATE TABLE IF NOT EXISTS tickets_blocked (ticket_id TEXT PRIMARY KEY, locked_up INTEGER NOT NULL)',
  );
  const select = store.prepare('SELECT ticket_id FROM tickets_blocked WHERE ticket_id = ?');
  const insert = store.prepare('INSERT INTO tickets_blocked (ticket_id, locked_up) VALUES (?, ?)');
  const remove = store.prepare('DELETE FROM tickets_blocked WHERE ticket_id = ?');
  const removeExpired = store.prepare('DELETE FROM tickets_blocked WHERE locked_up <= ?');
  const selectAll = store.prepare('SELECT ticket_id, locked_up FROM tickets_blocked');

  return {
    /** Locks all of them for `seconds`, or none. */
    lock(ticketIds: string[], seconds: number): void {
      const taken = ticketIds.filter((id) => inventory.find(id)?.status !== true || select.get(id));
      if (taken.length > 0) {
        throw new TmtFailure('Tickets no Disponibles', { valido: false, nodisponible: taken });
      }
      store.transaction(() => {
        for (const id of new Set(ticketIds)) insert.run(id, clock.now() + seconds * 1000);
      });
    },
    unlockExpired(): void {
      removeExpired.run(clock.now());
    },
    unlock(ticketIds: string[]): void {
      for (const id of ticketIds) remove.run(id);
    },
    all: () => selectAll.all(),
  };
}
