import {
  ActivityCancellationType,
  ActivityFailure,
  type ActivityOptions,
  CancellationScope,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  sleep,
  TemporalFailure,
} from '@temporalio/workflow';

/** Longer than a healthy remote needs, and no risk for the workflow task (10 s) that it runs in. */
const LOCAL_TRY = '2500 milliseconds';
/** One attempt of a regular step: the worst answer of a slow remote. */
const REGULAR_TRY = '10 seconds';
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
  /** Somebody waits: fail after this long in all, instead of going on for ever. */
  giveUpAfter?: NonNullable<ActivityOptions['scheduleToCloseTimeout']>;
}

export interface Patience {
  /** How long a step tries before it asks for attention. It goes on trying. */
  patienceMs: number;
  /** Called with the step's summary when it asks for attention, and with `done` when it got through. */
  onDelay: (summary: string, done: boolean) => void;
}

type Step = (input: never) => Promise<unknown>;
type Steps<A> = { [N in keyof A]: A[N] extends Step ? A[N] : never };

/**
 * Makes the steps of a workflow from a plan for each activity. A step is tried until it has an answer: as a
 * local activity if the plan says so, then as a regular one, when patience is over with a call for attention,
 * then for ever. Out of it come its answer, the cancellation of the scope that it runs in, or, with `giveUpAfter`,
 * the last failure.
 */
export function createSteps<A>(plans: { [N in keyof A]: StepPlan }, patience: Patience): Steps<A> {
  const names = Object.keys(plans) as (keyof A & string)[];
  return Object.fromEntries(names.map((name) => [name, createStep(name, plans[name], patience)])) as Steps<A>;
}

function createStep(name: string, plan: StepPlan, { patienceMs, onDelay }: Patience) {
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
    },
    // The default would let the workflow go on while the remote call is still under way.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    summary: plan.summary,
  };
  const bounded = proxyActivities<Activities>({
    ...regular,
    scheduleToCloseTimeout: plan.giveUpAfter ?? patienceMs,
  });
  const unbounded = proxyActivities<Activities>(regular);
  const isTheEnd = (error: unknown) => isFinal(error) || plan.giveUpAfter !== undefined;

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
    try {
      for (;;) {
        // The try that the server gave up may still be under way: it must end before the next one begins.
        await sleep(startToClose);
        try {
          return await unbounded[name]?.(again);
        } catch (error) {
          if (isFinal(error)) throw error;
        }
      }
    } finally {
      onDelay(plan.summary, true);
    }
  };
}

type Activities = Record<string, (input: object) => Promise<unknown>>;

/**
 * What a step is not repeated after: the cancellation of the scope that it runs in, and what is no failure of a
 * step at all. A failure that is said to be not retryable is repeated as well, for behind the hold there is money
 * in the checkout: it asks for attention, and a person or a new release mends what fails.
 *
 * A worker that stalls breaks its local activities off, though nobody has cancelled them: as cancelled, or as
 * timed out after a cancel request. A replay gives the same failure without that wrapping.
 */
function isFinal(error: unknown): boolean {
  if (!(error instanceof TemporalFailure)) return true;
  // A try that fails while its scope is cancelled is the last one.
  const isBrokenOff = error instanceof ActivityFailure && error.retryState === 'CANCEL_REQUESTED';
  return (isBrokenOff || isCancellation(error)) && CancellationScope.current().consideredCancelled;
}
