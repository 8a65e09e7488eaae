import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { DECISION_CODE } from './decision-code.ts';
import { scoreOf, surviving } from './score.ts';

/** `npm run mutation`: every line of the decision code is made wrong in turn, and the tests have to notice. */
const LEAST = 90;

const { values: flags } = parseArgs({
  options: {
    /** Only the files whose name has this text. */
    only: { type: 'string', default: '' },
  },
});
/** Its type is an enum of a package that we do not depend on. */
const QUIET: object = { logLevel: 'warn' };

const say = (line: string) => void process.stdout.write(`${line}\n`);

const stryker = new Stryker({
  mutate: DECISION_CODE.filter((file) => file.includes(flags.only)),
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'proofs/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  tempDirName: 'dist/mutation',
  ignorePatterns: ['bench', 'deploy', 'dist', 'docs', 'emulators', '.data', 'test/histories'],
  // Stryker would rewrite it with the API of the compiler, which TypeScript 7 has not.
  tsconfigFile: 'none',
  reporters: ['progress-append-only'],
  ...QUIET,
});

const mutants = await stryker.runMutationTest();
for (const mutant of surviving(mutants)) say(mutant);
const score = scoreOf(mutants);
say(`mutation: ${score.toFixed(1)} %`);
process.exit(score >= LEAST ? 0 : 1);
