import { type Run, toTime } from './run.ts';
import type { Job } from './sandbox.ts';

/** The job that begins every run. */
export function toInitialize(run: Run): Job {
  return {
    initializeWorkflow: {
      workflowType: run.type,
      workflowId: run.workflowId,
      arguments: run.args,
      firstExecutionRunId: run.runId,
      attempt: 1,
      startTime: toTime(run.startedAt),
    },
  };
}
