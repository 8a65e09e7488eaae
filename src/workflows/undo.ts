import { log } from '@temporalio/workflow';

export interface UndoStep {
  name: string;
  run: () => Promise<void>;
}

/**
 * The list of what has to be undone. A step's undo is added on the line before the step, for a step whose
 * answer was lost may have happened; so every undo is harmless if its step never did.
 */
export interface UndoList {
  add: (name: string, run: () => Promise<void>) => UndoStep;
  /** Takes an undo off the list: its step is there to stay. */
  drop: (step: UndoStep) => void;
  /**
   * Runs and empties the list, first added first: once the token has ended, no late call can book any more, and what
   * it booked before is there to be taken back. A failing undo is reported and does not stop the next.
   */
  run: () => Promise<void>;
}

export function createUndoList(onFailure: (name: string) => void): UndoList {
  const steps: UndoStep[] = [];
  return {
    add: (name, run) => {
      const step = { name, run };
      steps.push(step);
      return step;
    },
    drop: (step) => {
      const index = steps.indexOf(step);
      if (index >= 0) steps.splice(index, 1);
    },
    run: async () => {
      for (let step = steps.shift(); step; step = steps.shift()) {
        try {
          await step.run();
        } catch (error) {
          log.error('an undo failed', { undo: step.name, error });
          onFailure(step.name);
        }
      }
    },
  };
}
