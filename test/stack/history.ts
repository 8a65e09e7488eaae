import type { Client } from '@temporalio/client';

/** What a run cost, counted in its history as Temporal Cloud bills it (facts: temporal.md, 17). */
export async function costOf(
  client: Client,
  workflowId: string,
): Promise<{ actions: number; events: number }> {
  const { events = [] } = await client.workflow.getHandle(workflowId).fetchHistory();
  const history = events ?? [];
  const count = (attribute: string) =>
    history.filter((event) => (event as unknown as Record<string, unknown>)[attribute]).length;
  // All local activities of one workflow task are one action.
  const localTasks = new Set(
    history.flatMap(({ markerRecordedEventAttributes: marker }) =>
      marker?.markerName === 'core_local_activity' ? [String(marker.workflowTaskCompletedEventId)] : [],
    ),
  );
  const retries = history.reduce(
    (sum, { activityTaskStartedEventAttributes: started }) => sum + Math.max(0, (started?.attempt ?? 1) - 1),
    0,
  );
  const actions =
    count('workflowExecutionStartedEventAttributes') +
    count('workflowExecutionUpdateAcceptedEventAttributes') +
    count('workflowExecutionSignaledEventAttributes') +
    count('activityTaskScheduledEventAttributes') +
    count('timerStartedEventAttributes') +
    count('upsertWorkflowSearchAttributesEventAttributes') +
    localTasks.size +
    retries;
  return { actions, events: history.length };
}
