import type { Clock } from '../stand-in/clock.ts';

/** A clock that tests move; between moves it runs like the clock it is made of. */
export interface MovableClock extends Clock {
  /** Moves it by so many ms, back if below 0. */
  advance(ms: number): void;
}

/** The move is kept in memory only: a restarted stand-in lives by the clock that it was given. */
export function createMovableClock(base: Clock): MovableClock {
  let offset = 0;
  return {
    now: () => base.now() + offset,
    advance: (ms) => {
      offset += ms;
    },
  };
}
