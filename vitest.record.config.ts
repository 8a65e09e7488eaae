import { defineConfig } from 'vitest/config';

/** `npm run histories` records the corpus that test/replay.test.ts replays. */
export default defineConfig({
  test: {
    include: ['test/record/*.record.ts'],
    // One of them sets up TMT for all.
    fileParallelism: false,
    globalSetup: ['test/stack/global-stack.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
  },
});
