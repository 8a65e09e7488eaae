import type { Store } from '../stand-in/store.ts';

/** To be raised with every change of a table. */
const VERSION = 3;

/** Refuses the state of another version: its tables would fail one call at a time. */
export function checkSchemaVersion(store: Store): void {
  const tables = store
    .prepare(`SELECT COUNT(*) AS count FROM sqlite_master WHERE type = 'table' AND name = 'events'`)
    .get()?.count;
  const version = store.prepare('PRAGMA user_version').get()?.user_version;
  if (tables !== 0 && version !== VERSION) {
    throw new Error('the Seats.io state in the data folder is of another version: give an empty folder');
  }
  store.exec(`PRAGMA user_version = ${VERSION}`);
}
