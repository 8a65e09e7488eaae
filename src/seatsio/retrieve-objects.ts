import type { CallLimit } from '../remote-call.ts';
import { RemoteError } from '../remote-error.ts';
import type { CallSeats } from './call-seats.ts';

/**
 * The objects of the labels as Seats.io shows them, those that the event has. Whether Seats.io leaves out a label that
 * the event lacks, or refuses the whole read for it, is not documented: after a refusal each is read by itself.
 *
 * @throws RemoteError, `refused` as well if none of them can be read: nothing is known then
 */
export async function retrieveObjects(
  callSeats: CallSeats,
  name: string,
  eventId: string,
  labels: readonly string[],
  { timeoutMs }: CallLimit,
): Promise<unknown> {
  const endsAt = performance.now() + timeoutMs;
  const retrieve = (some: readonly string[]): Promise<unknown> =>
    callSeats(name, { timeoutMs: endsAt - performance.now() }, ({ events }) =>
      events.retrieveObjectInfos(eventId, [...some]),
    );
  try {
    return await retrieve(labels);
  } catch (error) {
    if (!isRefused(error) || labels.length === 1) throw error;
    const answers = await Promise.allSettled(labels.map((label) => retrieve([label])));
    const failed = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
    const worse = failed.length === labels.length ? error : failed.find((reason) => !isRefused(reason));
    if (worse !== undefined) throw worse;
    return Object.assign({}, ...answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : {})));
  }
}

function isRefused(error: unknown): boolean {
  return error instanceof RemoteError && error.kind === 'refused';
}
