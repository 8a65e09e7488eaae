/** One event of a history, in the JSON form in which histories are stored. */
export interface HistoryEvent {
  eventId: string;
  eventTime: string;
  eventType: string;
  [attributes: string]: unknown;
}

type Attributes = Record<string, unknown>;
/** What happens next, given everything before it: one event or several, without id and time. */
export type Happening = (past: readonly HistoryEvent[]) => { type: string; attributes: Attributes }[];

/**
 * The recorded events up to the end of the workflow task that started the first timer: a checkout that holds
 * its seats and waits. Whatever the workflow does before that, and however often it changes, comes along.
 */
export function untilTimerStarted(recorded: readonly HistoryEvent[]): HistoryEvent[] {
  const timer = recorded.findIndex(({ eventType }) => eventType === 'EVENT_TYPE_TIMER_STARTED');
  if (timer < 0) throw new TypeError('the recorded history has no timer');
  const task = attributesOf(recorded[timer]).workflowTaskCompletedEventId;
  const end = recorded.findIndex(
    (event, index) =>
      index > timer && attributesOf(event).workflowTaskCompletedEventId !== task && !isAnswer(event),
  );
  return recorded.slice(0, end < 0 ? undefined : end);
}

/**
 * Appends one workflow task: what came before it ran, in this order, and what the workflow did in it. Nothing
 * is changed in place.
 */
export function withTask(
  past: readonly HistoryEvent[],
  task: { comes: Happening[]; does: Happening[] },
): HistoryEvent[] {
  const events = [...past];
  const add = (happening: Happening, more: Attributes = {}): string => {
    for (const { type, attributes } of happening(events)) {
      events.push(toEvent(events, type, { ...attributes, ...more }));
    }
    return String(events.length);
  };
  const [first, ...rest] = task.comes;
  if (first) add(first);
  // The first message schedules the task; whatever comes before a worker takes it belongs to it as well.
  const scheduledEventId = add(event('WORKFLOW_TASK_SCHEDULED', { attempt: 1 }));
  for (const happening of rest) add(happening);
  const startedEventId = add(event('WORKFLOW_TASK_STARTED', { scheduledEventId }));
  const sdkMetadata = { langUsedFlags: SDK_FLAGS };
  const workflowTaskCompletedEventId = add(
    event('WORKFLOW_TASK_COMPLETED', { scheduledEventId, startedEventId, sdkMetadata }),
  );
  for (const happening of task.does) add(happening, { workflowTaskCompletedEventId });
  return events;
}

/**
 * The behaviours that today's SDK notes in a task that has several jobs (2) or a cancellation (1). Without
 * them a replay would behave as the SDK did years ago.
 */
const SDK_FLAGS = [1, 2];

export function signal(signalName: string, argument: unknown): Happening {
  return event('WORKFLOW_EXECUTION_SIGNALED', { signalName, input: { payloads: [payload(argument)] } });
}

export const cancelRequested: Happening = event('WORKFLOW_EXECUTION_CANCEL_REQUESTED', {});
export const timerFired: Happening = (past) => [{ type: 'TIMER_FIRED', attributes: timerOf(past) }];
export const timerCanceled: Happening = (past) => [{ type: 'TIMER_CANCELED', attributes: timerOf(past) }];
export const workflowCompleted: Happening = event('WORKFLOW_EXECUTION_COMPLETED', {});
export const workflowCanceled: Happening = event('WORKFLOW_EXECUTION_CANCELED', {});
export const attributesUpserted: Happening = event('UPSERT_WORKFLOW_SEARCH_ATTRIBUTES', {});

export function activityScheduled(name: string): Happening {
  return (past) => [
    {
      type: 'ACTIVITY_TASK_SCHEDULED',
      attributes: { activityId: String(activitiesIn(past) + 1), activityType: { name } },
    },
  ];
}

/** The answer of the activity that was scheduled last under this name. */
export function activityCompleted(name: string, result: unknown): Happening {
  return (past) => {
    const scheduled = past.findLast((event) => nameOf(event) === name);
    if (!scheduled) throw new TypeError(`${name} was not scheduled`);
    const scheduledEventId = scheduled.eventId;
    const startedEventId = String(past.length + 1);
    return [
      { type: 'ACTIVITY_TASK_STARTED', attributes: { scheduledEventId, attempt: 1 } },
      {
        type: 'ACTIVITY_TASK_COMPLETED',
        attributes: { scheduledEventId, startedEventId, result: { payloads: [payload(result)] } },
      },
    ];
  };
}

/** A local activity that ran inside the task. */
export function localActivity(activityType: string, result: unknown): Happening {
  return localActivityMarker(activityType, { result: { payloads: [payload(result)] } });
}

/** A local activity that had no answer in its time. */
export function localActivityTimedOut(activityType: string): Happening {
  return localActivityMarker(
    activityType,
    {},
    {
      message: 'Activity timed out',
      timeoutFailureInfo: { timeoutType: 'TIMEOUT_TYPE_START_TO_CLOSE' },
    },
  );
}

/** A local activity that the worker broke off, though nobody had cancelled anything. */
export function localActivityBrokenOff(activityType: string): Happening {
  return localActivityMarker(activityType, {}, { message: 'canceled', canceledFailureInfo: {} });
}

function localActivityMarker(activity_type: string, answer: Attributes, failure?: Attributes): Happening {
  return (past) => {
    const seq = activitiesIn(past) + 1;
    const at = { seconds: Math.floor(timeOf(past.at(-1)) / 1000), nanos: 0 };
    const data = { seq, attempt: 1, activity_id: String(seq), activity_type, complete_time: at };
    const details = {
      data: { payloads: [payload({ ...data, backoff: null, original_schedule_time: at })] },
      ...answer,
    };
    const attributes = { markerName: 'core_local_activity', details, ...(failure && { failure }) };
    return [{ type: 'MARKER_RECORDED', attributes }];
  };
}

function event(type: string, attributes: Attributes): Happening {
  return () => [{ type, attributes }];
}

function toEvent(past: readonly HistoryEvent[], type: string, attributes: Attributes): HistoryEvent {
  const name = type.toLowerCase().replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
  const justAfter = timeOf(past.at(-1)) + 1;
  return {
    eventId: String(past.length + 1),
    eventTime: new Date(
      type === 'TIMER_FIRED' ? Math.max(justAfter, timerDue(past)) : justAfter,
    ).toISOString(),
    eventType: `EVENT_TYPE_${type}`,
    [`${name}EventAttributes`]: attributes,
  };
}

function attributesOf(of: HistoryEvent | undefined): Attributes {
  const key = Object.keys(of ?? {}).find((name) => name.endsWith('EventAttributes'));
  return (key && of ? of[key] : {}) as Attributes;
}

/** The answer to an update has no reference to the task it was given in. */
function isAnswer({ eventType }: HistoryEvent): boolean {
  return eventType === 'EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED';
}

function timerIn(past: readonly HistoryEvent[]): HistoryEvent {
  const timer = past.findLast(({ eventType }) => eventType === 'EVENT_TYPE_TIMER_STARTED');
  if (!timer) throw new TypeError('no timer was started');
  return timer;
}

function timerOf(past: readonly HistoryEvent[]): Attributes {
  const timer = timerIn(past);
  return { timerId: attributesOf(timer).timerId, startedEventId: timer.eventId };
}

/** When the last timer is due, in ms. A duration is written as seconds with an `s` behind. */
function timerDue(past: readonly HistoryEvent[]): number {
  const timer = timerIn(past);
  return timeOf(timer) + Number.parseFloat(String(attributesOf(timer).startToFireTimeout)) * 1000;
}

/** Activities are numbered from 1, regular and local ones together. */
function activitiesIn(past: readonly HistoryEvent[]): number {
  return past.filter(
    (of) => nameOf(of) !== undefined || attributesOf(of).markerName === 'core_local_activity',
  ).length;
}

function nameOf(of: HistoryEvent): unknown {
  return (attributesOf(of).activityType as { name?: unknown } | undefined)?.name;
}

function timeOf(of: HistoryEvent | undefined): number {
  return Date.parse(of?.eventTime ?? '');
}

function payload(value: unknown): unknown {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  if (value === undefined) return { metadata: { encoding: base64('binary/null') } };
  return { metadata: { encoding: base64('json/plain') }, data: base64(JSON.stringify(value)) };
}
