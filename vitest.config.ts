import { defineConfig } from 'vitest/config';

const slow = { testTimeout: 60_000, hookTimeout: 120_000, pool: 'forks' } as const;

export default defineConfig({
  test: {
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
