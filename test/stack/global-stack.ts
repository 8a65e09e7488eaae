import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startStack } from '../../dev/stack.ts';

/** What the tests of a checkout need of the stack: where everything is, and how a worker is told. */
export interface SharedStack {
  env: Record<string, string>;
  admin: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    stack: SharedStack;
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
  const env = Object.fromEntries(Object.entries(stack.env).filter(([, value]) => value !== undefined));
  project.provide('stack', { env: env as Record<string, string>, admin: stack.admin });
  return async () => {
    await stack.close();
    await rm(dataDir, { recursive: true, force: true });
  };
}
