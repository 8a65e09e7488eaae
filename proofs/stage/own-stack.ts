import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InterruptedError, listenForInterruption } from '../../dev/interruption.ts';
import { type Stack, type StackOptions, startStack } from '../../dev/stack.ts';

/** A line for the person who waits, beside what the program is there to say. */
export const progress = (line: string) => void process.stderr.write(`· ${line}\n`);

/** A stack that a program needs, but for what every such stack is given. */
export type OwnStackOptions = Omit<StackOptions, 'dataDir' | 'inMemory' | 'progress' | 'signal'>;

/**
 * Plays on a stack of its own, kept in memory and in a folder of its own, and ends it however the play ends.
 *
 * @param name of the program, for its folder
 * @param play given the stack, and the signal that is aborted when somebody wants the program to end
 * @returns the status to end with: the play's, the interruption's, or 2 when the play or its stack broke
 */
export async function onOwnStack(
  name: string,
  options: OwnStackOptions,
  play: (stack: Stack, signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const interruption = listenForInterruption((by) => progress(`${by}: stopping everything`));
  const { signal } = interruption;
  const interrupted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  interrupted.catch(() => {});
  const dataDir = await mkdtemp(join(tmpdir(), `checkout-saga-${name}-`));
  let stack: Stack | undefined;
  try {
    stack = await startStack({ ...options, dataDir, inMemory: true, progress, signal });
    const broken = stack.failed.then((reason) => Promise.reject(reason));
    return await Promise.race([play(stack, signal), broken, interrupted]);
  } catch (error) {
    if (error instanceof InterruptedError) return interruption.exitCode();
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return 2;
  } finally {
    await stack?.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}
