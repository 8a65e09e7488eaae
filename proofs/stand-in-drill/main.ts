import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUGS, type PlantedBug } from './bugs.ts';
import { failedTests } from './failed-tests.ts';

/**
 * Plants bugs in a copy of the Seats.io stand-in, one at a time, and runs the test that was named for each: it
 * must turn red, after it was green without the bug. Run it from the project's root.
 */
async function drill(): Promise<number> {
  const root = await mkdtemp(join(tmpdir(), 'stand-in-drill-'));
  try {
    await mkdir(join(root, 'test'));
    for (const part of ['emulators', 'test/stand-ins', 'package.json', 'tsconfig.json']) {
      await cp(part, join(root, part), { recursive: true });
    }
    for (const { test } of BUGS) await cp(join('test', test), join(root, 'test', test));
    await symlink(join(process.cwd(), 'node_modules'), join(root, 'node_modules'));

    const tests = [...new Set(BUGS.map(({ test }) => test))];
    const red = await failedTests(root, tests);
    if (red.length > 0) throw new Error(`red without any bug: ${red.join(' · ')}`);
    let caught = 0;
    for (const bug of BUGS) {
      const isCaught = await isCaughtBy(root, bug);
      process.stderr.write(`${isCaught ? 'caught    ' : 'NOT CAUGHT'}  ${bug.name}\n`);
      if (isCaught) caught += 1;
    }
    return caught;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function isCaughtBy(root: string, { file, find, replace, test, title }: PlantedBug): Promise<boolean> {
  const path = join(root, 'emulators/seatsio', file);
  const healthy = await readFile(path, 'utf8');
  if (healthy.split(find).length !== 2) throw new Error(`${file} does not have this once: ${find}`);
  await writeFile(
    path,
    healthy.replace(find, () => replace),
  );
  try {
    return (await failedTests(root, [test])).some((name) => name.endsWith(title));
  } finally {
    await writeFile(path, healthy);
  }
}

const caught = await drill();
process.stdout.write(`stand-in drill: ${BUGS.length} bugs planted, ${caught} caught\n`);
process.exitCode = caught === BUGS.length ? 0 : 1;
