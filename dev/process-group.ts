import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 25;

/** Sends a signal to a process and all its descendants that stayed in its group; says whether any was there. */
export function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-leader, signal);
    return true;
  } catch (error) {
    // EPERM: macOS gives it for a group of which only dead members are left.
    if (error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM')) {
      return false;
    }
    throw error;
  }
}

/**
 * Ends a process group: SIGTERM, time to finish, then SIGKILL.
 *
 * @param graceMs how long the group may take after SIGTERM
 * @returns `true` if it ended by itself, `false` if it had to be killed
 */
export async function endGroup(leader: number, graceMs: number): Promise<boolean> {
  if (!signalGroup(leader, 'SIGTERM')) return true;
  if (await groupGone(leader, graceMs)) return true;
  signalGroup(leader, 'SIGKILL');
  await groupGone(leader, 2_000);
  return false;
}

async function groupGone(leader: number, withinMs: number): Promise<boolean> {
  const end = Date.now() + withinMs;
  while (signalGroup(leader, 0)) {
    if (Date.now() >= end) return false;
    await sleep(POLL_MS);
  }
  return true;
}
