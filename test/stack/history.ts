import type { Client } from '@temporalio/client';

export interface Cost {
  actions: number;
  events: number;
  /** The actions by kind, as a line for a person. */
  billed: string;
}

/** What a run cost, counted in its history as Temporal Cloud bills it (facts: temporal.md, 17). */
export async function costOf(client: Client, workflowId: string): Promise<Cost> {
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
  const kinds = {
    starts: count('workflowExecutionStartedEventAttributes'),
    updates: count('workflowExecutionUpdateAcceptedEventAttributes'),
    signals: count('workflowExecutionSignaledEventAttributes'),
    activities: count('activityTaskScheduledEventAttributes'),
    timers: count('timerStartedEventAttributes'),
    upserts: count('upsertWorkflowSearchAttributesEventAttributes'),
    localTasks: localTasks.size,
    retries,
  };
  const actions = Object.values(kinds).reduce((sum, number) => sum + number, 0);
  return { actions, events: history.length, billed: JSON.stringify(kinds) };
}
