import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const sourceOf = (folder: string) => new URL(`../src/${folder}/`, import.meta.url);

/** Types may come from anywhere; a value import is loaded into the sandbox, once per waiting checkout. */
async function valueImportsOf(folder: string) {
  const files = await readdir(sourceOf(folder));
  const imports = await Promise.all(
    files.map(async (file) => {
      const source = await readFile(new URL(file, sourceOf(folder)), 'utf8');
      return [...source.matchAll(/^(?:import|export) (?!type )(?:[^;]*? from )?'([^']+)';$/gms)].map(
        ([, from]) => `${file}: ${from}`,
      );
    }),
  );
  return imports.flat();
}

test('workflow code imports only the workflow SDK, its own folder and src/checkout', async () => {
  const allowed = /: (@temporalio\/(workflow|common)|\.\/[a-z-]+\.ts|\.\.\/checkout\/[a-z-]+\.ts)$/;

  const imports = await valueImportsOf('workflows');
  expect(imports.length).toBeGreaterThan(20);
  expect(imports.filter((each) => !allowed.test(each))).toEqual([]);
});

test('src/checkout depends on nothing but itself', async () => {
  const imports = await valueImportsOf('checkout');

  expect(imports.filter((each) => !/: \.\/[a-z-]+\.ts$/.test(each))).toEqual([]);
});
