import { createHash } from 'node:crypto';
import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  type WorkflowIdReusePolicy,
} from '@temporalio/client';
import { isSilence } from '../grpc-code.ts';
import { type SeatFunctionCode, SeatFunctionError } from '../seat-functions/seat-function-error.ts';
import type { AnswerOf, DataOf } from '../seat-functions/wire.ts';
import { readBefore } from '../update-answers.ts';
import type { IdempotentHoldResult, idempotentHold } from '../workflows/idempotent-hold.ts';
import { HttpProblem } from './problem.ts';

export interface KeyedHold {
  /** Whose key it is: the same text of another caller is another key. */
  caller: string;
  /** The header as it came. */
  key: string;
  data: DataOf<'hold_seats_seatsio'>;
}

export interface IdempotentHolds {
  /**
   * Holds under an `Idempotency-Key`: the same key with the same content has the same answer, for as long as
   * Temporal keeps closed runs, which is a day at the least.
   *
   * @throws HttpProblem for a key of another form (400), of other content (422), or under way (409);
   *   SeatFunctionError as the hold itself
   */
  hold(request: KeyedHold): Promise<AnswerOf<'hold_seats_seatsio'>>;
}

/** Longer than one try of the hold; a caller waits no longer than for the function without a key and its repeat. */
const HOLD_WITHIN_MS = 25_000;
const START_WITHIN_MS = 5_000;
/** The server ends a run that is too late; this is for a server that says nothing. */
const END_IS_TOLD_WITHIN_MS = 5_000;

export function createIdempotentHolds({
  client,
  taskQueue,
  withinMs = HOLD_WITHIN_MS,
}: {
  client: Client;
  taskQueue: string;
  /** How long a hold may take in all, its repeats included. */
  withinMs?: number;
}): IdempotentHolds {
  return {
    async hold({ caller, key, data }) {
      const workflowId = `hold-key/${hash([caller, 'hold_seats_seatsio', parseKey(key)])}`;
      const content = hash([data.event_id, data.seats]);
      const run = { workflowId, content, data };
      return (await start(run, 'REJECT_DUPLICATE')) ?? (await joinOrRepeat(run));
    },
  };

  /** @returns undefined when the key was used before */
  async function start(
    { workflowId, content, data }: Run,
    workflowIdReusePolicy: WorkflowIdReusePolicy,
  ): Promise<Answer | undefined> {
    try {
      const handle = await client.withDeadline(Date.now() + START_WITHIN_MS, () =>
        client.workflow.start<typeof idempotentHold>('idempotentHold', {
          ...{ workflowId, taskQueue, args: [{ data }], memo: { content } },
          ...{ workflowExecutionTimeout: withinMs, workflowIdReusePolicy },
          workflowIdConflictPolicy: 'FAIL',
        }),
      );
      return await resultOf(handle, withinMs + END_IS_TOLD_WITHIN_MS);
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
      throw isSilence(error) ? noAnswer(error) : error;
    }
  }

  async function joinOrRepeat(run: Run): Promise<Answer> {
    const earlier = client.workflow.getHandle<typeof idempotentHold>(run.workflowId);
    const { memo, status } = await readBefore(client, () => earlier.describe());
    if (memo?.content !== run.content) {
      throw new HttpProblem('invalid', 'This Idempotency-Key was used with another body.', {
        code: 'key_reused',
        next: 'Use a new key for a new request.',
      });
    }
    if (status.name === 'RUNNING') throw stillRunning();
    if (status.name === 'COMPLETED') return resultOf(earlier, END_IS_TOLD_WITHIN_MS);
    // A run that timed out has given no answer: it does not use the key up, but the key is of its body still.
    const answer = await start(run, 'ALLOW_DUPLICATE_FAILED_ONLY');
    if (!answer) throw stillRunning();
    return answer;
  }

  async function resultOf(handle: { result(): Promise<IdempotentHoldResult> }, limitMs: number) {
    try {
      return answerOf(await client.withDeadline(Date.now() + limitMs, () => handle.result()));
    } catch (error) {
      throw error instanceof WorkflowFailedError || isSilence(error) ? noAnswer(error) : error;
    }
  }
}

type Answer = AnswerOf<'hold_seats_seatsio'>;

interface Run {
  workflowId: string;
  /** What the key was used for. */
  content: string;
  data: KeyedHold['data'];
}

function stillRunning(): HttpProblem {
  return new HttpProblem('conflict', 'The call with this Idempotency-Key is still under way.', {
    code: 'still_running',
    headers: { 'retry-after': '1' },
    next: 'Send the same call again after a second.',
  });
}

function answerOf(result: IdempotentHoldResult): AnswerOf<'hold_seats_seatsio'> {
  if ('held' in result) return result.held;
  const { code, message, seats } = result.refused;
  throw new SeatFunctionError(code as SeatFunctionCode, message, { seats });
}

function noAnswer(cause: unknown): SeatFunctionError {
  return new SeatFunctionError(
    'hold_unknown',
    'the seats could not be held in time; what is held ends in ten minutes',
    {
      cause,
    },
  );
}

/** The draft says a structured string, in quotes; most clients send it bare, so both are the same key. */
function parseKey(header: string): string {
  const key = /^"([^"\\]*)"$/.exec(header)?.[1] ?? header;
  if (/^[\x21-\x7e]{8,255}$/.test(key)) return key;
  throw new HttpProblem('bad_request', 'Idempotency-Key must have 8 to 255 visible characters.', {
    code: 'bad_key',
    next: 'Send a new random key, such as a UUID, for each request.',
  });
}

function hash(parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
