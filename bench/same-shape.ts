import type { Client } from '@temporalio/client';

/**
 * The comparison is fair only while both runs write the same events in the same order.
 *
 * @throws Error naming the first event that differs: `null-checkout.ts` then has to follow the checkout
 */
export async function requireSameShape(client: Client, oursId: string, floorId: string): Promise<void> {
  const [ours, floor] = await Promise.all([readShape(client, oursId), readShape(client, floorId)]);
  const longer = ours.length > floor.length ? ours : floor;
  const at = longer.findIndex((_event, index) => ours[index] !== floor[index]);
  if (at < 0) return;
  const [here, there] = [ours[at] ?? 'its end', floor[at] ?? 'its end'];
  throw new Error(`event ${at + 1} of the checkout is ${here}, that of the null checkout ${there}`);
}

/** The kinds of a run's events, as the attributes they carry are called. */
async function readShape(client: Client, workflowId: string): Promise<string[]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).map(
    (event) => Object.keys(event).find((key) => key.endsWith('EventAttributes')) ?? 'unknown',
  );
}
