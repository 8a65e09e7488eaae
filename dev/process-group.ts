import { setTimeout as sleep } from 'node:timers/promises';
import { processIdentity } from './process-identity.ts';

const POLL_MS = 25;
/** What the descendants may take after their leader has ended. */
const REST_MS = 500;

/**
 * Ends a process and all its descendants that stayed in its group: SIGTERM, time to finish, then SIGKILL.
 *
 * @param graceMs how long the leader may take after SIGTERM
 * @returns `true` if it ended by itself, `false` if it had to be killed
 */
export async function endGroup(leader: number, graceMs: number): Promise<boolean> {
  if (!signalGroup(leader, 'SIGTERM')) return true;
  const inTime = await until(() => processIdentity(leader) === undefined, graceMs);
  if (!inTime) signalGroup(leader, 'SIGKILL');
  // A dead member that nobody waits for keeps the group alive in some containers: this wait has an end.
  const empty = await until(() => !signalGroup(leader, 0), REST_MS);
  if (!empty) signalGroup(leader, 'SIGKILL');
  return inTime;
}

/** Sends a signal to the group; says whether anybody was there. */
function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-leader, signal);
    return true;
  } catch (error) {
    // EPERM: macOS gives it for a group of which only dead members are left.
    const gone = error instanceof Error && 'code' in error && ['ESRCH', 'EPERM'].includes(String(error.code));
    if (gone) return false;
    throw error;
  }
}

async function until(condition: () => boolean, withinMs: number): Promise<boolean> {
  const end = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() >= end) return false;
    await sleep(POLL_MS);
  }
  return true;
}
