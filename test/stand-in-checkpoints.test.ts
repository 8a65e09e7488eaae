import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../emulators/stand-in/store.ts';

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'checkpoints-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
});

/** A store of notes that are committed one by one. */
function open() {
  const store = openStore('test', { dataDir });
  onTestFinished(() => store.close());
  store.exec('CREATE TABLE notes (text TEXT)');
  const note = store.prepare('INSERT INTO notes VALUES (?)');
  let written = 0;
  const write = (notes: number) => {
    for (let index = 0; index < notes; index += 1) store.transaction(() => note.run('x'.repeat(1_000)));
    written += notes;
  };
  return { store, write, written: () => written };
}

function notesInFile(): unknown {
  const file = new Database(join(dataDir, 'test.db'));
  onTestFinished(() => void file.close());
  return file.prepare('SELECT COUNT(*) AS notes FROM notes').get();
}

it('what was written gets from the log into the file between the calls, and the log begins anew', async () => {
  const { store, write, written } = open();
  const logSize = () => statSync(join(dataDir, 'test.db-wal')).size;
  write(1_200);
  const growth = () => {
    const before = logSize();
    write(10);
    return logSize() - before;
  };
  expect(growth()).toBeGreaterThan(0);
  await expect.poll(growth, { timeout: 30_000 }).toBe(0);
  store.close();
  expect(notesInFile()).toMatchObject({ notes: written() });
});

it('a store is closed while its log is being copied, and nothing is lost', () => {
  const { store, write } = open();
  write(1_001);
  store.close();
  expect(notesInFile()).toMatchObject({ notes: 1_001 });
});
