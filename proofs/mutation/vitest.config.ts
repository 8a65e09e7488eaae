import { defineConfig } from 'vitest/config';
import { DECISION_TESTS } from './decision-code.ts';

/** The tests that Stryker runs against each mutant. */
export default defineConfig({
  test: {
    testTimeout: 60_000,
    include: DECISION_TESTS,
  },
});
