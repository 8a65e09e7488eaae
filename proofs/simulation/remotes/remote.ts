import type { CallLimit } from '../../../src/remote-call.ts';
import { RemoteError, type RemoteErrorKind } from '../../../src/remote-error.ts';
import type { Wire } from '../wire.ts';
import type { WorkerProcess } from '../worker-process.ts';

type System = 'seatsio' | 'tmt' | 'stripe';

/** Calls one remote from the worker: over the wire, and with errors as the adapters give them. */
export type CallRemote = <T>(call: string, limit: CallLimit, effect: () => T) => Promise<T>;

export function createCallRemote(remote: System, wire: Wire, worker: WorkerProcess): CallRemote {
  return (call, { timeoutMs }, effect) => {
    if (!(timeoutMs > 0)) return Promise.reject(remoteError(remote, call, 'not_sent'));
    return worker.whileAlive(
      wire.call({
        name: `${remote}.${call}`,
        timeoutMs,
        effect,
        failure: (kind) => remoteError(remote, call, kind),
      }),
    );
  };
}

export function remoteError(remote: System, call: string, kind: RemoteErrorKind, code?: string): RemoteError {
  return new RemoteError({
    remote,
    call,
    kind,
    ...(code && { code }),
    ...(kind === 'throttled' && { retryAfterMs: 1_000 }),
  });
}
