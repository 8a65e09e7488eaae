import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openStore, type Store, type StoreOptions } from '../emulators/stand-in/store.ts';

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'journal-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
});

/** A store with the table `things` by name, and one of notes that is written by statements of its own. */
function open(options: StoreOptions = { dataDir, groupCommit: true }, isSeldomRead = false) {
  const store = openStore('test', options);
  onTestFinished(() => store.close());
  store.exec('CREATE TABLE IF NOT EXISTS things (name TEXT PRIMARY KEY, facts TEXT)');
  store.exec('CREATE TABLE IF NOT EXISTS notes (text TEXT)');
  const things = store.bulkTable({ name: 'things', columns: ['name', 'facts'], isSeldomRead });
  const note = store.prepare('INSERT INTO notes VALUES (?)');
  return { store, things, note, add: (name: string, facts?: unknown) => things.add([name, facts]) };
}

const rowsOf = (store: Store, table = 'things') => store.prepare(`SELECT * FROM ${table}`).all();
const namesOf = (store: Store) => rowsOf(store).map(({ name }) => name);
const count = (store: Store, table: string) =>
  Number(store.prepare(`SELECT COUNT(*) AS rows FROM ${table}`).get()?.rows);
/** What a store does by itself it does when the answers to a commit have gone out. */
const afterAnswers = () => new Promise((resolve) => setImmediate(resolve));

describe('rows of a bulk table', () => {
  it('are in the table when it is settled, the last one of each key, objects as JSON', () => {
    const { store, things, add } = open();
    store.transaction(() => {
      add('a', { n: 1 });
      add('b');
      add('a', { n: 2 });
    });
    things.settle();
    expect(rowsOf(store)).toMatchObject([
      { name: 'b', facts: null },
      { name: 'a', facts: '{"n":2}' },
    ]);
  });

  it('that were committed are there after the process was killed before they got to the table', async () => {
    const killed = open();
    killed.store.transaction(() => killed.add('a'));
    await killed.store.committed();
    killed.store.transaction(() => killed.add('too late'));

    // The other one never closes its file, as a killed process would not.
    const { store, things } = open();
    things.settle();
    expect(namesOf(store)).toEqual(['a']);
  });

  it('are not settled twice, though the process was killed after it had settled some', async () => {
    const killed = open();
    killed.store.transaction(() => killed.add('a', 'old'));
    killed.things.settle();
    await killed.store.committed();
    killed.store.exec(`UPDATE things SET facts = 'changed since'`);
    killed.store.transaction(() => killed.add('b'));
    await killed.store.committed();

    const { store, things } = open();
    things.settle();
    expect(rowsOf(store)).toMatchObject([
      { name: 'a', facts: 'changed since' },
      { name: 'b', facts: null },
    ]);
  });

  it('wait until they are read, but of a table for the restart not for ever: when very many wait, some get to it', async () => {
    const { store, add } = open();
    let [longest, largest, moved] = [0, 0, 0];
    for (let commit = 0; commit < 600; commit += 1) {
      store.transaction(() => {
        for (let index = 0; index < 500; index += 1) add(`thing ${commit} ${index}`);
      });
      await store.committed();
      await afterAnswers();
      const before = moved;
      moved = count(store, 'things');
      longest = Math.max(longest, count(store, 'journal'));
      largest = Math.max(largest, moved - before);
    }
    expect({ longest, largest }).toEqual({ longest: 400, largest: 100 * 500 });
  });

  it('of a table that is seldom read wait as long as nobody asks for them', async () => {
    const { store, things, add } = open(undefined, true);
    for (let commit = 0; commit < 600; commit += 1) {
      store.transaction(() => {
        for (let index = 0; index < 500; index += 1) add(`thing ${commit} ${index}`);
      });
      await store.committed();
      await afterAnswers();
    }
    expect(count(store, 'things')).toBe(0);
    await things.settleInParts();
    expect(count(store, 'things')).toBe(300_000);
  });

  it('leave the journal when no table needs them any more, while the store is open', async () => {
    const { store, things, add } = open();
    const others = store.bulkTable({ name: 'notes', columns: ['text'], isSeldomRead: true });
    const length = () => count(store, 'journal');
    const commit = async (name: string) => {
      store.transaction(() => {
        add(name);
        others.add([name]);
      });
      await store.committed();
    };
    for (let round = 0; round < 3; round += 1) {
      for (const name of ['a', 'b', 'c', 'd']) await commit(`${name}${round}`);
      things.settle();
      expect(length()).toBeGreaterThanOrEqual(4);
      others.settle();
      // The last one stays: its number is where the next ones go on.
      expect(length()).toBe(1);
    }
    expect(namesOf(store)).toHaveLength(12);
    expect(rowsOf(store, 'notes')).toHaveLength(12);
  });

  it('are settled in parts, between which others have their turn, if that is asked for', async () => {
    const { store, things, add } = open();
    for (let commit = 0; commit < 250; commit += 1) {
      store.transaction(() => add(`thing ${commit}`));
      await store.committed();
    }
    const settled = things.settleInParts();
    expect(count(store, 'things')).toBe(100);
    await settled;
    expect(count(store, 'things')).toBe(250);
  });

  it('may have any text: half of a surrogate pair is replaced, what looks like one is kept', () => {
    const { store, things, add } = open();
    store.transaction(() => {
      add('half', 'a\ud800b');
      add('whole', '😀');
      add('looks so', '\\ud800');
    });
    things.settle();
    expect(rowsOf(store).map(({ facts }) => facts)).toEqual(['a\ufffdb', '😀', '\\ud800']);
  });
});

describe('a transaction that throws', () => {
  it('takes back its rows, its statements and its changes in memory, and no other one of its group', async () => {
    const { store, things, note, add } = open();
    const memory: string[] = [];
    const call = (name: string, fails: boolean) =>
      store.transaction(() => {
        store.onUndo(() => memory.pop());
        memory.push(name);
        add(name);
        note.run(name);
        if (fails) throw new Error(name);
      });
    call('a', false);
    expect(() => call('b', true)).toThrow('b');
    call('c', false);
    await store.committed();
    things.settle();
    expect(memory).toEqual(['a', 'c']);
    expect(namesOf(store)).toEqual(['a', 'c']);
    expect(rowsOf(store, 'notes')).toMatchObject([{ text: 'a' }, { text: 'c' }]);
  });

  it('leaves no lock on the file of a store that commits each transaction', () => {
    const { store, note } = open({ dataDir });
    expect(() =>
      store.transaction(() => {
        note.run('a');
        throw new Error('undone');
      }),
    ).toThrow('undone');
    const other = new Database(join(dataDir, 'test.db'));
    other.exec(`INSERT INTO notes VALUES ('by another')`);
    other.close();
    expect(rowsOf(store, 'notes')).toMatchObject([{ text: 'by another' }]);
  });
});

it('a change in memory is refused outside of a transaction', () => {
  const { store, add } = open();
  expect(() => add('a')).toThrow('outside of a transaction');
  expect(() => store.onUndo(() => {})).toThrow('outside of a transaction');
});

describe('a group that cannot be committed', () => {
  /** Calls that change memory, the table and the notes. */
  const started = () => {
    const { store, things, note, add } = open();
    const memory: string[] = [];
    const call = (name: string, facts?: string) =>
      store.transaction(() => {
        store.onUndo(() => memory.pop());
        memory.push(name);
        add(name, facts);
      });
    return { store, things, note, call, memory };
  };

  it('is undone in memory, and whoever waits for it is told', async () => {
    const { store, things, call, memory } = started();
    const other = new Database(join(dataDir, 'test.db'));
    other.exec('BEGIN IMMEDIATE');
    call('a');
    call('b');
    await expect(store.committed()).rejects.toThrow('locked');
    expect(memory).toEqual([]);

    other.exec('ROLLBACK');
    other.close();
    call('c');
    await store.committed();
    things.settle();
    expect(namesOf(store)).toEqual(['c']);
  });

  it('does no harm to the next one, even if the file was full', async () => {
    const { store, things, note, call, memory } = started();
    call('a');
    await store.committed();
    const pages = Number(store.prepare('PRAGMA page_count').get()?.page_count);
    store.exec(`PRAGMA max_page_count = ${pages + 2}`);
    call('b', 'x'.repeat(100_000));
    await expect(store.committed()).rejects.toThrow('full');
    expect(memory).toEqual(['a']);

    store.exec('PRAGMA max_page_count = 1000000');
    store.transaction(() => note.run('written'));
    await store.committed();
    call('c');
    await store.committed();
    things.settle();
    expect(namesOf(store)).toEqual(['a', 'c']);
    expect(rowsOf(store, 'notes')).toMatchObject([{ text: 'written' }]);
  });
});
