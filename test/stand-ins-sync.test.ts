import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { expect, it, onTestFinished, vi } from 'vitest';

/** SQLite's numbers of the modes. The program runs in this process, so that its files can be asked. */
it.each([
  [[], 1],
  [['--sync', 'normal'], 1],
  [['--sync', 'full'], 2],
])(
  'the stand-ins that are started with %j have `PRAGMA synchronous` %d in all their files',
  async (flags, mode) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'stand-ins-sync-'));
    const pragma = vi.spyOn(Database.prototype, 'pragma');
    const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const { argv } = process;
    const signals = ['SIGTERM', 'SIGINT'] as const;
    const listeners = signals.map((signal) => process.listeners(signal));
    onTestFinished(() => {
      process.argv = argv;
      for (const [index, signal] of signals.entries()) {
        for (const listener of process.listeners(signal)) {
          if (!listeners[index]?.includes(listener)) process.removeListener(signal, listener);
        }
      }
      vi.restoreAllMocks();
      rmSync(dataDir, { recursive: true, force: true });
    });
    vi.resetModules();
    process.argv = [...argv.slice(0, 2), '--data', dataDir, ...flags];
    await import('../emulators/main.ts');
    expect(write.mock.calls.flat().join('')).toContain('"seatsio":"http://');

    const files = new Set(pragma.mock.contexts as Database.Database[]);
    const modes = [...files].map((file) => file.prepare('PRAGMA synchronous').get());
    expect(modes).toMatchObject([{ synchronous: mode }, { synchronous: mode }, { synchronous: mode }]);
    process.emit('SIGTERM');
    await expect.poll(() => exit.mock.calls).toEqual([[0]]);
  },
);
