import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Edit } from './planted-bug.ts';

const run = promisify(execFile);

const PARTS = [
  ...['bench', 'dev', 'emulators', 'proofs', 'src', 'test'],
  ...['package.json', 'tsconfig.json', 'tsconfig.build.json', 'vitest.config.ts'],
];

/** A copy of the project in which bugs may be planted. */
export interface Tree {
  root: string;
  /** Plants, builds, does the work and takes the bug out again. @throws Error when a text is not there once */
  withBug: <T>(edits: readonly Edit[], work: () => Promise<T>) => Promise<T>;
  build: () => Promise<void>;
  remove: () => Promise<void>;
}

/** Copies the project whose root is the current folder. Its `node_modules` are shared. */
export async function copyTree(): Promise<Tree> {
  const root = await mkdtemp(join(tmpdir(), 'checkout-saga-drill-'));
  for (const part of PARTS) await cp(part, join(root, part), { recursive: true });
  await symlink(join(process.cwd(), 'node_modules'), join(root, 'node_modules'));

  const build = async () => {
    await run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
      cwd: root,
    });
    await run(process.execPath, ['dist/src/bundle.js'], { cwd: root });
  };
  return {
    root,
    build,
    withBug: async (edits, work) => {
      const healthy = new Map<string, string>();
      for (const { file } of edits) {
        const path = join(root, 'src', file);
        healthy.set(path, await readFile(path, 'utf8'));
      }
      try {
        for (const edit of edits) await plant(join(root, 'src', edit.file), edit);
        await build();
        return await work();
      } finally {
        for (const [path, text] of healthy) await writeFile(path, text);
      }
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

async function plant(path: string, { file, find, replace }: Edit): Promise<void> {
  const text = await readFile(path, 'utf8');
  if (text.split(find).length !== 2) throw new Error(`src/${file} does not have this exactly once: ${find}`);
  await writeFile(
    path,
    text.replace(find, () => replace),
  );
}
