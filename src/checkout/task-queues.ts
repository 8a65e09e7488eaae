/**
 * The queue of the regular seat calls, beside the one that workflows and all else run on: it has a rate and
 * a ceiling of its own, for Seats.io counts the calls of the whole account.
 */
export function seatsTaskQueue(taskQueue: string): string {
  return `${taskQueue}-seats`;
}
