import type { Meeting } from './meeting.ts';

/** Of eleven trials four are aimed before the timer's task, four behind it, two at it, and one behind the end. */
const PLACES = [
  'before',
  'after',
  'before',
  'at',
  'after',
  'late',
  'before',
  'after',
  'before',
  'after',
  'at',
] as const;
/** How far from its boundary a report is aimed, in ms. */
const NEAREST_MS = 3;
const FARTHEST_MS = 40;
/** Where the closing has ended, more often than not. */
const BEHIND_MS = { nearest: 60, farthest: 120 };

export interface Aim {
  /** When the next report is to be sent, in ms from the moment the timer is due. */
  next(): number;
  /** Told which side a report that was sent at `sentMs` came out on. */
  learn(sentMs: number, side: Meeting['side']): void;
}

/**
 * Where to send a report so that it meets the timer. The timer's task has two boundaries: a report before the
 * first one cancels the timer, one behind the second one finds the task under way. Both move with the load,
 * by a hundred milliseconds and more, so they are found by trying, and followed: a report that comes out on
 * the wrong side of a boundary draws it half of the way to itself.
 */
export function createAim(): Aim {
  let firstMs = 0;
  let secondMs = 2;
  let trials = 0;
  return {
    next() {
      const place = PLACES[trials % PLACES.length];
      trials += 1;
      if (place === 'before') return firstMs - between(NEAREST_MS, FARTHEST_MS);
      if (place === 'after') return secondMs + between(NEAREST_MS, FARTHEST_MS);
      if (place === 'late') return secondMs + between(BEHIND_MS.nearest, BEHIND_MS.farthest);
      return between(firstMs, secondMs);
    },
    learn(sentMs, side) {
      if ((side === 'before') !== sentMs < firstMs) firstMs += (sentMs - firstMs) / 2;
      if ((side === 'after') !== sentMs > secondMs) secondMs += (sentMs - secondMs) / 2;
      secondMs = Math.max(firstMs, secondMs);
    },
  };
}

function between(lowMs: number, highMs: number): number {
  return lowMs + Math.random() * Math.max(0, highMs - lowMs);
}
