import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startStack } from '../../dev/stack.ts';
import type { StageSetting } from '../../proofs/stage/stage.ts';

declare module 'vitest' {
  interface ProvidedContext {
    stack: StageSetting;
  }
}

/**
 * One real stack for all checkout tests: Temporal server, stand-ins and a worker, each its own process. They run
 * what `npm run build` made.
 */
export default async function setup(project: TestProject) {
  const dataDir = await mkdtemp(join(tmpdir(), 'checkout-saga-test-'));
  const stack = await startStack({
    dataDir,
    inMemory: true,
    progress: (line) => process.stderr.write(`${line}\n`),
  });
  await answerOpenQuestions(stack.admin);
  project.provide('stack', { env: stack.env, admin: stack.admin });
  return async () => {
    await stack.close();
    await rm(dataDir, { recursive: true, force: true });
  };
}

/** `npm run switches` runs the tests with other answers to what the vendor leaves open: JSON of the admin route. */
async function answerOpenQuestions(admin: string): Promise<void> {
  const body = process.env.SEATSIO_STAND_IN_SETTINGS;
  if (body === undefined) return;
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${admin}/seatsio/settings`, { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(`the stand-in does not take its settings: ${await answer.text()}`);
}
