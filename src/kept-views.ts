import type { CheckoutView } from './checkout/outcome.ts';

/** An attempt, and its stamp: another one whenever the server has written anything to the run. */
export interface StampedRun {
  workflowId: string;
  stamp: string;
}

/** A few megabytes of views; the longest unread goes first. */
const MOST_KEPT = 5_000;

/**
 * Keeps what open attempts answered, each for as long as its stamp stays. A run changes by what is written to it and
 * by nothing else, so an attempt that many callers look at is asked once for each of its changes.
 */
export function createKeptViews(most = MOST_KEPT) {
  const kept = new Map<string, { stamp: string; view: CheckoutView }>();

  /** @param ask called when the view is not known; the stamp was read before, so the answer is at least as new */
  return async (
    { workflowId, stamp }: StampedRun,
    ask: () => Promise<CheckoutView>,
  ): Promise<CheckoutView> => {
    const known = kept.get(workflowId);
    const view = known?.stamp === stamp ? known.view : await ask();
    // The map is in the order of the last read.
    kept.delete(workflowId);
    const [oldest] = kept.size >= most ? kept.keys() : [];
    if (oldest !== undefined) kept.delete(oldest);
    kept.set(workflowId, { stamp, view });
    // The caller may do with its own as it likes.
    return structuredClone(view);
  };
}
