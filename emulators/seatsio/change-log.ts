import type { Clock } from '../stand-in/clock.ts';
import type { Row, Store } from '../stand-in/store.ts';
import type { OpenQuestions } from './open-questions.ts';
import type { Listing } from './paging.ts';

/** One line of the vendor's list of status changes. */
export interface LoggedChange {
  eventId: number;
  label: string;
  status: string;
  quantity: number;
  orderId?: string | undefined;
  holdToken?: string | undefined;
  extraData?: unknown;
  origin: { type: 'API_CALL' | 'HOLD_EXPIRED'; ip?: string };
}

export interface LogQuery {
  eventId: number;
  /** One object only. */
  label?: string | undefined;
  /** Part of a label. */
  filter?: string | undefined;
  sort: 'objectLabel' | 'status' | 'date';
  direction: 'asc' | 'desc';
}

/**
 * The status-change list. The vendor writes it some time after the change, and so does this: a change is listed
 * when `changeListDelayMs` have passed, though it is stored in the transaction that makes it.
 */
export interface ChangeLog {
  append(change: LoggedChange): void;
  list(query: LogQuery): Promise<Listing>;
}

export function createChangeLog(store: Store, clock: Clock, open: OpenQuestions): ChangeLog {
  store.exec(
    `CREATE TABLE IF NOT EXISTS status_changes (
       id INTEGER PRIMARY KEY, event_id INTEGER NOT NULL, label TEXT NOT NULL, status TEXT NOT NULL,
       quantity INTEGER NOT NULL, at INTEGER NOT NULL, order_id TEXT, hold_token TEXT, extra_data TEXT,
       origin TEXT NOT NULL, ip TEXT);
     CREATE INDEX IF NOT EXISTS status_changes_by_label ON status_changes (event_id, label);`,
  );
  const table = store.bulkTable({
    name: 'status_changes',
    columns: [
      ...['event_id', 'label', 'status', 'quantity', 'at'],
      ...['order_id', 'hold_token', 'extra_data', 'origin', 'ip'],
    ],
    isSeldomRead: true,
  });
  // What a deleted event has left behind is not found under any key.
  store.exec('DELETE FROM status_changes WHERE event_id NOT IN (SELECT id FROM events)');

  const page = (query: LogQuery, id: number | undefined, limit: number, backwards: boolean): Row[] => {
    const { eventId, label, filter } = query;
    const { where, order } = keyset(query, backwards);
    const sql = `SELECT * FROM status_changes WHERE event_id = ? AND at <= ?
      ${label === undefined ? '' : 'AND label = ?'} ${filter === undefined ? '' : 'AND instr(label, ?) > 0'}
      ${id === undefined ? '' : `AND ${where}`} ORDER BY ${order} LIMIT ?`;
    const given = [label, filter, id].filter((cell) => cell !== undefined);
    return store.prepare(sql).all(eventId, clock.now() - open.changeListDelayMs, ...given, limit);
  };

  return {
    append: ({ eventId, label, status, quantity, orderId, holdToken, extraData, origin }) => {
      const extra = extraData === undefined ? undefined : JSON.stringify(extraData);
      table.add([
        ...[eventId, label, status, quantity, clock.now()],
        ...[orderId, holdToken, extra, origin.type, origin.ip],
      ]);
    },
    list: async (query) => {
      // A long list must not keep other calls waiting.
      await table.settleInParts();
      return {
        after: (id, limit) => page(query, id, limit, false),
        before: (id, limit) => page(query, id, limit, true),
      };
    },
  };
}

const COLUMNS = { objectLabel: 'label', status: 'status', date: 'id' };

/** The order of the list, and what is behind the row of an id in it. Equals are sorted newest first. */
function keyset({ sort, direction }: LogQuery, backwards: boolean): { where: string; order: string } {
  const column = COLUMNS[sort];
  const up = (direction === 'asc') !== backwards;
  if (column === 'id') return { where: `id ${up ? '>' : '<'} ?`, order: `id ${up ? 'ASC' : 'DESC'}` };
  const sign = up ? '>' : '<';
  // Ascending labels with descending ids are one order when the id is turned round.
  const idSign = direction === 'asc' ? '-' : '';
  return {
    where: `(${column}, ${idSign}id) ${sign} (SELECT ${column}, ${idSign}id FROM status_changes WHERE id = ?)`,
    order: `${column} ${up ? 'ASC' : 'DESC'}, ${idSign}id ${up ? 'ASC' : 'DESC'}`,
  };
}
