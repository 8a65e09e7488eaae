import { parseArgs } from 'node:util';
import { BUGS } from './bugs.ts';
import { MENDED_BUGS } from './mended-bugs.ts';
import type { PlantedBug } from './planted-bug.ts';
import { runTests } from './run-tests.ts';
import { copyTree, type Tree } from './tree.ts';

/** `npm run drill`: the checks are proven by bugs. Each is planted, and must turn red the test named for it. */
const { values: flags } = parseArgs({
  options: {
    /** Only the bugs whose name has this text. */
    only: { type: 'string', default: '' },
    /** How many stacks run side by side. */
    'at-once': { type: 'string', default: '2' },
  },
});
const say = (line: string) => void process.stdout.write(`${line}\n`);
const progress = (line: string) => void process.stderr.write(`· ${line}\n`);

const planted = [...BUGS, ...MENDED_BUGS].filter(({ name }) => name.includes(flags.only));
const lanes: Tree[] = [];
let caught = 0;
try {
  for (let lane = 0; lane < Number(flags['at-once']); lane++) lanes.push(await copyTree());
  await requireGreen(lanes[0]);
  const waiting = [...planted];
  await Promise.all(
    lanes.map(async (tree) => {
      for (let bug = waiting.shift(); bug; bug = waiting.shift()) if (await isCaught(tree, bug)) caught += 1;
    }),
  );
} finally {
  for (const tree of lanes) await tree.remove();
}
say(`drill: ${planted.length} bugs planted, ${caught} caught`);
process.exitCode = caught === planted.length && planted.length > 0 ? 0 : 1;

/** A test that is red without any bug proves nothing. */
async function requireGreen(tree: Tree | undefined): Promise<void> {
  if (!tree) throw new RangeError('--at-once must be 1 or more');
  progress('building, and running every named test without a bug');
  await tree.build();
  const tests = planted.map(({ test }) => test);
  const verdictOf = await runTests(tree.root, tests);
  const bad = tests.flatMap((test) => {
    const verdict = verdictOf(test);
    return verdict.color === 'green' ? [] : [`${test.file} “${test.title}”: ${JSON.stringify(verdict)}`];
  });
  if (bad.length > 0) throw new Error(`not green without any bug:\n${bad.join('\n')}`);
  progress('all are green');
}

async function isCaught(tree: Tree, { name, edits, test }: PlantedBug): Promise<boolean> {
  const verdict = await tree.withBug(edits, async () => (await runTests(tree.root, [test]))(test));
  const isRed = verdict.color === 'red';
  const how = isRed ? verdict.how : verdict.color === 'green' ? 'the test stayed green' : verdict.why;
  say(
    `${isRed ? 'caught' : 'NOT CAUGHT'}: ${name}\n    ${test.file} “${test.title}”\n    ${how.slice(0, 160)}`,
  );
  return isRed;
}
