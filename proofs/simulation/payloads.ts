import {
  CancelledFailure,
  DefaultFailureConverter,
  defaultPayloadConverter,
  encodeRetryState,
  type Payload,
  type ProtoFailure,
  type RetryState,
  TimeoutFailure,
  type TimeoutType,
} from '@temporalio/common';

/** Values as they travel: what cannot be written as JSON would be lost on the real way as well. */
const converter = new DefaultFailureConverter();

export const toPayload = (value: unknown): Payload => defaultPayloadConverter.toPayload(value) as Payload;
export const fromPayload = <T>(payload: Payload): T => defaultPayloadConverter.fromPayload(payload);

export const fromPayloads = (payloads: readonly Payload[] | null | undefined): unknown[] =>
  (payloads ?? []).map((payload) => fromPayload<unknown>(payload));

export const toFailure = (error: unknown): ProtoFailure =>
  converter.errorToFailure(error, defaultPayloadConverter);
export const fromFailure = (failure: ProtoFailure): Error =>
  converter.failureToError(failure, defaultPayloadConverter);

export const timeoutOf = (type: TimeoutType): ProtoFailure =>
  toFailure(new TimeoutFailure(`activity ${type} timeout`, undefined, type));

/** A regular activity's failure as the server writes it: around the cause, with what ended the retries. */
export function activityFailure(
  { activityType, activityId }: { activityType: string; activityId: string },
  retryState: RetryState,
  cause: ProtoFailure,
): ProtoFailure {
  return {
    message: 'Activity task failed',
    source: 'TypeScriptSDK',
    cause,
    activityFailureInfo: {
      activityType: { name: activityType },
      activityId,
      identity: 'simulation',
      retryState: encodeRetryState(retryState) ?? null,
    },
  };
}

/** An activity that was cancelled, as server and Core report it. */
export const canceled = (facts: { activityType: string; activityId: string }): ProtoFailure =>
  activityFailure(facts, 'CANCEL_REQUESTED', toFailure(new CancelledFailure('cancelled')));
