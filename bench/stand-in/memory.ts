import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../connection.ts';
import type { ServerProcess } from './server-process.ts';

const SEATS = Array.from(
  { length: 90 },
  (_, seat) => `East 1-${'ABCDE'[Math.floor(seat / 18)]}-${1 + (seat % 18)}`,
);
const OBJECTS = JSON.stringify(SEATS);
const CHANGE = '/events/groups/actions/change-object-status';

/** Books and releases the same seats until so many status changes were made in all. */
export async function changeTo(
  connection: Connection,
  event: string,
  made: number,
  total: number,
): Promise<number> {
  let changes = made;
  while (changes < total) {
    for (const how of ['"status":"booked"', '"type":"RELEASE"']) {
      const body = `{"events":["${event}"],"objects":${OBJECTS},${how}}`;
      const { status } = await connection.call('POST', CHANGE, body);
      if (status !== 204) throw new Error(`a change was answered with ${status}`);
      changes += SEATS.length;
    }
  }
  return changes;
}

/** The least resident memory of some seconds of rest: garbage that waits to be collected does not count. */
export async function restingMemory(server: ServerProcess): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let second = 0; second < 5; second += 1) {
    await sleep(1000);
    least = Math.min(least, server.residentBytes());
  }
  return least;
}
