import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';

const HISTORIES = new URL('./histories/', import.meta.url);
const BUNDLE = fileURLToPath(new URL('../dist/src/workflow-bundle.js', import.meta.url));

const files = (await readdir(HISTORIES)).filter((file) => file.endsWith('.json'));

const ENDINGS = [
  ...['completed', 'unavailable', 'expired', 'payment_failed', 'cancelled', 'refunded'],
  ...['rescued', 'refunded'].map((became) => `late money ${became}`),
];

test('the corpus has a history of every way in which a checkout or late money ends', async () => {
  const endings = await Promise.all(files.map(endingOf));

  expect(ENDINGS.filter((ending) => !endings.includes(ending))).toEqual([]);
});

test('a history names nothing of the machine that recorded it', async () => {
  const all = await Promise.all(files.map((file) => readFile(new URL(file, HISTORIES), 'utf8')));

  for (const text of all) expect(text).not.toMatch(/file:\/\/|node_modules|"\d+@/);
});

/** What the recorded run returned, in the words of its result. */
async function endingOf(file: string): Promise<string | undefined> {
  const { history } = JSON.parse(await readFile(new URL(file, HISTORIES), 'utf8'));
  const { events } = historyFromJSON(history);
  const [payload] = events?.at(-1)?.workflowExecutionCompletedEventAttributes?.result?.payloads ?? [];
  const result = payload?.data ? JSON.parse(Buffer.from(payload.data).toString()) : undefined;
  return result?.became ? `late money ${result.became}` : result?.outcome;
}

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
