import { defineConfig } from 'vitest/config';

/** Most of the time is spent waiting, for time-outs that are the point: more at a time than there are cores. */
const maxWorkers = 4;
const slow = { testTimeout: 180_000, hookTimeout: 180_000, pool: 'forks' } as const;

export default defineConfig({
  test: {
    maxWorkers,
    reporters: ['default', ['json', { outputFile: 'dist/test-results.json' }]],
    projects: [
      { test: { ...slow, name: 'parts', include: ['test/*.test.ts'] } },
      {
        test: {
          ...slow,
          name: 'checkout',
          include: ['test/checkout/*.test.ts'],
          globalSetup: ['test/stack/global-stack.ts'],
        },
      },
    ],
  },
});
