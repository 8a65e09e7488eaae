/** The time a stand-in lives by: milliseconds since 1970. Everything that expires asks it. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
