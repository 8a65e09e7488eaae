import type { Connection } from '@temporalio/client';

const ANSWERS_WITHIN_MS = 2_000;
const FRESH_MS = 1_000;

/** Asks Temporal for the namespace: a server without it is of no use here. */
export function createTemporalProbe(
  connection: Pick<Connection, 'withDeadline' | 'workflowService'>,
  namespace: string,
): () => Promise<boolean> {
  return askSometimes(async () => {
    try {
      await connection.withDeadline(Date.now() + ANSWERS_WITHIN_MS, () =>
        connection.workflowService.describeNamespace({ namespace }),
      );
      return true;
    } catch {
      return false;
    }
  });
}

/** One question for all who want to know within a second, and at the same moment. */
export function askSometimes<T>(ask: () => Promise<T>, now: () => number = Date.now): () => Promise<T> {
  let answer: Promise<T> | undefined;
  let freshUntil = Number.POSITIVE_INFINITY;
  return () => {
    if (answer && now() < freshUntil) return answer;
    freshUntil = Number.POSITIVE_INFINITY;
    answer = ask().finally(() => {
      freshUntil = now() + FRESH_MS;
    });
    return answer;
  };
}
