import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';

const HISTORIES = new URL('./histories/', import.meta.url);
const BUNDLE = fileURLToPath(new URL('../dist/src/workflow-bundle.js', import.meta.url));

const files = (await readdir(HISTORIES)).filter((file) => file.endsWith('.json'));

test('the corpus has a history of every way in which a checkout ends', () => {
  expect(files.length).toBeGreaterThanOrEqual(12);
});

/** A run that was begun by recorded code must go on under today's: `npm run histories` records new ones. */
test.each(files)("today's code takes the same steps as the recorded %s", async (file) => {
  const { workflowId, history } = JSON.parse(await readFile(new URL(file, HISTORIES), 'utf8'));

  await Worker.runReplayHistory(
    { workflowBundle: { codePath: BUNDLE } },
    historyFromJSON(history),
    workflowId,
  );
});

test('a step that is not the recorded one is noticed', async () => {
  const { workflowId, history } = JSON.parse(
    await readFile(new URL('sold-captured.json', HISTORIES), 'utf8'),
  );
  const code = (await readFile(BUNDLE, 'utf8')).replaceAll('bookSeats', 'bookTheSeats');

  await expect(
    Worker.runReplayHistory({ workflowBundle: { code } }, historyFromJSON(history), workflowId),
  ).rejects.toThrow(/[Nn]ondeterminism|TMPRL1100/);
});
