import { defineConfig } from 'vitest/config';

/** `npm run histories` records the corpus that test/replay.test.ts replays. */
export default defineConfig({
  test: {
    include: ['test/record/*.ts'],
    globalSetup: ['test/stack/global-stack.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
  },
});
