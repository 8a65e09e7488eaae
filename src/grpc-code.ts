import { isGrpcServiceError } from '@temporalio/client';

// Codes of gRPC.
export const CANCELLED = 1;
export const DEADLINE_EXCEEDED = 4;
export const RESOURCE_EXHAUSTED = 8;
export const FAILED_PRECONDITION = 9;
export const UNAVAILABLE = 14;

/** The code of the gRPC error that an error of the Temporal client stands for; undefined when it is none. */
export function grpcCodeOf(error: unknown): number | undefined {
  const grpc = isGrpcServiceError(error) ? error : error instanceof Error ? error.cause : undefined;
  return isGrpcServiceError(grpc) ? grpc.code : undefined;
}

/** Whether Temporal could not be reached, gave no answer in time, or had no capacity. */
export function isSilence(error: unknown): boolean {
  return [DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE].includes(grpcCodeOf(error) ?? -1);
}
