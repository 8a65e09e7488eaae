import type { Clock } from './clock.ts';

/** The worker process: it runs, or it is dead and another one comes later. */
export interface WorkerProcess {
  /** Changes with every crash. What was begun under another number is gone. */
  life: () => number;
  isUp: () => boolean;
  /** Kills the process; the next one is up after `downMs`. */
  crash: (downMs: number) => void;
  /** Now, or as soon as a process is up. */
  whenUp: (action: () => void) => void;
  /** Goes on only if the process that asked still lives: what a dead one waits for never comes. */
  whileAlive: <T>(answer: Promise<T>) => Promise<T>;
}

export function createWorkerProcess(clock: Clock, onCrash: () => void): WorkerProcess {
  let life = 1;
  let up = true;
  let waiting: (() => void)[] = [];
  return {
    life: () => life,
    isUp: () => up,
    crash(downMs) {
      if (!up) return;
      life += 1;
      up = false;
      onCrash();
      clock.after(downMs, () => {
        up = true;
        const due = waiting;
        waiting = [];
        for (const action of due) action();
      });
    },
    whenUp: (action) => {
      if (up) action();
      else waiting.push(action);
    },
    whileAlive: (answer) => {
      const born = life;
      return new Promise((resolve, reject) => {
        answer.then(
          (value) => born === life && resolve(value),
          (error: unknown) => born === life && reject(error),
        );
      });
    },
  };
}
