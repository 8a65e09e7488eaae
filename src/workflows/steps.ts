import {
  ActivityCancellationType,
  ActivityFailure,
  type ActivityOptions,
  ApplicationFailure,
  proxyActivities,
  proxyLocalActivities,
  sleep,
  TemporalFailure,
} from '@temporalio/workflow';

/** Longer than a healthy remote needs, and no risk for the workflow task (10 s) that it runs in. */
const LOCAL_TRY = '2500 milliseconds';
/** One attempt of a regular step: the worst answer of a slow remote. */
const REGULAR_TRY = '10 seconds';
/** A step that goes on for longer than this asks for attention, and goes on. */
const PATIENCE = '5 minutes';
/** Soon again, for a buyer waits; then seldom, for each retry is billed and may last for hours. */
const RETRY = {
  initialInterval: '500 milliseconds',
  backoffCoefficient: 2,
  maximumInterval: '30 seconds',
} as const;

export interface StepPlan {
  /** What the UI shows beside the event. */
  summary: string;
  /** Tried once inside the workflow task, without a round through the server, before it is done as below. */
  local?: boolean;
  taskQueue?: string;
  /** Which call goes first on a server that knows priorities: 1 before 5. */
  priorityKey?: number;
  /** The longest legitimate single try, if it is not the usual one. */
  startToClose?: NonNullable<ActivityOptions['startToCloseTimeout']>;
  /** The pause after a try without an answer, if it is not the usual one. */
  firstRetryAfter?: NonNullable<NonNullable<ActivityOptions['retry']>['initialInterval']>;
  /** Not to be repeated at all, for nobody could tell whether it had happened: its failure comes out. */
  once?: boolean;
  /** Somebody waits: fail after this long in all, instead of going on for ever. */
  giveUpAfter?: NonNullable<ActivityOptions['scheduleToCloseTimeout']>;
}

type Step = (input: never) => Promise<unknown>;
type Steps<A> = { [N in keyof A]: A[N] extends Step ? A[N] : never };

/**
 * Makes the steps of a workflow from a plan for each activity. A step is tried until it has an answer: as a
 * local activity if the plan says so, then as a regular one, after five minutes with a call for attention,
 * then for ever. Out of it come its answer, a non-retryable failure (a bug), or, with `giveUpAfter` or
 * `once`, the last failure.
 *
 * @param onDelay called with the step's summary when it asks for attention, and with `done` when it got through
 */
export function createSteps<A>(
  plans: { [N in keyof A]: StepPlan },
  onDelay: (summary: string, done: boolean) => void,
): Steps<A> {
  const names = Object.keys(plans) as (keyof A & string)[];
  return Object.fromEntries(names.map((name) => [name, createStep(name, plans[name], onDelay)])) as Steps<A>;
}

function createStep(name: string, plan: StepPlan, onDelay: (summary: string, done: boolean) => void) {
  const startToClose = plan.startToClose ?? REGULAR_TRY;
  const local = proxyLocalActivities<Activities>({
    startToCloseTimeout: LOCAL_TRY,
    retry: { maximumAttempts: 1 },
    summary: plan.summary,
  });
  const regular = {
    startToCloseTimeout: startToClose,
    ...(plan.taskQueue !== undefined && { taskQueue: plan.taskQueue }),
    ...(plan.priorityKey !== undefined && { priority: { priorityKey: plan.priorityKey } }),
    retry: {
      ...RETRY,
      ...(plan.firstRetryAfter !== undefined && { initialInterval: plan.firstRetryAfter }),
      ...(plan.once && { maximumAttempts: 1 }),
    },
    // The default would let the workflow go on while the remote call is still under way.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    summary: plan.summary,
  };
  const bounded = proxyActivities<Activities>({
    ...regular,
    scheduleToCloseTimeout: plan.giveUpAfter ?? PATIENCE,
  });
  const unbounded = proxyActivities<Activities>(regular);
  const isTheEnd = (error: unknown) => isFinal(error) || plan.once === true || plan.giveUpAfter !== undefined;

  return async (first: object): Promise<unknown> => {
    // `resumed` tells an activity that the step may have happened, though this is its attempt 1.
    const again = { ...first, resumed: true };
    let input = first;
    if (plan.local) {
      try {
        return await local[name]?.(input);
      } catch (error) {
        if (isFinal(error)) throw error;
        input = again;
      }
    }
    try {
      return await bounded[name]?.(input);
    } catch (error) {
      if (isTheEnd(error)) throw error;
    }
    onDelay(plan.summary, false);
    for (;;) {
      // The try that the server gave up may still be under way: it must end before the next one begins.
      await sleep(startToClose);
      try {
        const answer = await unbounded[name]?.(again);
        onDelay(plan.summary, true);
        return answer;
      } catch (error) {
        if (isFinal(error)) throw error;
      }
    }
  };
}

type Activities = Record<string, (input: object) => Promise<unknown>>;

/** A failed local activity comes as its bare cause, a failed regular one wrapped. */
function isFinal(error: unknown): boolean {
  if (error instanceof ActivityFailure) return error.retryState === 'NON_RETRYABLE_FAILURE';
  if (error instanceof ApplicationFailure) return error.nonRetryable === true;
  return !(error instanceof TemporalFailure);
}
