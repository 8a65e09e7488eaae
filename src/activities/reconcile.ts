import { ApplicationFailure } from '@temporalio/activity';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { createAttempts } from '../attempts.ts';
import {
  type AttemptName,
  attemptId,
  checkoutWorkflowId,
  parseAttemptId,
  parseCheckoutWorkflowId,
} from '../checkout/ids.ts';
import { isPlainId } from '../remote-call.ts';
import type { PaymentProvider } from '../stripe/payment-provider.ts';
import type {
  AttemptFacts,
  LatePaymentFacts,
  OrderFacts,
  Page,
  PaymentFacts,
} from '../workflows/event-picture.ts';
import type { latePayment } from '../workflows/late-payment.ts';
import { EVENT_ID, inputQuery, NEEDS_ATTENTION, statusQuery } from '../workflows/messages.ts';
import {
  atMost,
  createEventLookActivities,
  type EventLookDependencies,
  type EventPage,
  toOrderFacts,
} from './event-look.ts';
import { twoAtATime } from './two-at-a-time.ts';

export interface ReconcileDependencies extends EventLookDependencies {
  client: Client;
  provider: Pick<PaymentProvider, 'lookUp'>;
  /** How many runs of Temporal's list one page has; each costs a handful of calls. */
  pageSize?: number;
}

const RUNS = 100;
/** A call that takes longer is given up, and its page read again. */
const CALL_MS = 15_000;

/**
 * What `reconcile` reads. All of it changes nothing, makes two calls at a time, and answers a page at a time
 * with facts that hold no token and nothing personal.
 */
export function createReconcileActivities(dependencies: ReconcileDependencies) {
  const { client, tmt, provider, pageSize = RUNS } = dependencies;
  const attempts = createAttempts(client);

  return {
    ...createEventLookActivities(dependencies),

    /** The attempts of the event's orders. Temporal's list may lag: what it shows is then read by id. */
    async readCheckouts({ eventId, after }: EventPage): Promise<Page<{ attempts: AttemptFacts[] }>> {
      requireEventId(eventId);
      const { workflowIds, next } = await listRuns(
        `WorkflowType = 'checkout' AND EventId = '${eventId}'`,
        after,
      );
      const names = workflowIds.flatMap((id) => parseCheckoutWorkflowId(id) ?? []);
      return { attempts: await readAll(names), ...next };
    },

    /** The attempts that go by these names at the remote systems; those that Temporal does not know are absent. */
    async readAttempts({ names }: { names: string[] }): Promise<AttemptFacts[]> {
      return readAll(names.flatMap((name) => parseAttemptId(name) ?? []));
    },

    /** The late payments of the event's orders. They carry no event, so all there are have to be looked at. */
    async readLatePayments({ eventId, after }: EventPage): Promise<Page<{ payments: LatePaymentFacts[] }>> {
      const { workflowIds, next } = await listRuns(`WorkflowType = 'latePayment'`, after);
      const found = await twoAtATime(workflowIds, (id) => readLatePayment(id, eventId));
      return { payments: found.flatMap((one) => one ?? []), ...next };
    },

    /** The orders at TMT that these attempts wrote, found by their buyers. */
    async readOrdersOf({
      attempts: wanted,
    }: {
      attempts: Pick<AttemptFacts, 'orderId' | 'attempt' | 'state'>[];
    }): Promise<OrderFacts[]> {
      const found = await twoAtATime(wanted, async ({ orderId, attempt, state }) => {
        const ask = () => attempts.handleOf(orderId, attempt).query(inputQuery);
        // Of a broken run it is known anyhow that a person has to look; a sale must not be accused unheard.
        const input = state === 'broken' ? await orNothing(ask) : await ask();
        const recorded = input ? await tmt.ordersOf(input.order.buyer.email, atMost(CALL_MS)) : [];
        return recorded.filter((order) => order.attemptId === attemptId(orderId, attempt));
      });
      return found.flat().map(toOrderFacts);
    },
  };

  async function listRuns(query: string, after: string | undefined) {
    const { executions, nextPageToken } = await client.workflowService.listWorkflowExecutions({
      namespace: client.options.namespace,
      query,
      pageSize,
      ...(after !== undefined && { nextPageToken: Buffer.from(after, 'base64') }),
    });
    const next = Buffer.from(nextPageToken ?? []).toString('base64');
    return {
      workflowIds: [...new Set(executions?.flatMap(({ execution }) => execution?.workflowId ?? []))],
      next: next === '' ? {} : { next },
    };
  }

  async function readAll(names: AttemptName[]): Promise<AttemptFacts[]> {
    const found = await twoAtATime(names, (name) => unlessUnknown(readAttempt(name)));
    return found.flatMap((one) => one ?? []);
  }

  async function readAttempt({ orderId, attempt }: AttemptName): Promise<AttemptFacts> {
    const handle = attempts.handleOf(orderId, attempt);
    const { status, memo } = await handle.describe();
    const facts = { orderId, attempt, ...(typeof memo?.rescues === 'string' && { rescues: memo.rescues }) };
    if (status.name === 'RUNNING' || status.name === 'PAUSED') {
      const input = await orNothing(() => handle.query(inputQuery));
      return { ...facts, state: 'open', ...(input && { seats: input.order.seats }) };
    }
    if (status.name !== 'COMPLETED') {
      const view = await orNothing(() => handle.query(statusQuery));
      const payments = view && (await readPayments(view.payments));
      return { ...facts, state: 'broken', ending: status.name, ...(payments && { payments }) };
    }
    const result = await handle.result();
    const payments = await readPayments(result.payments);
    if (result.outcome !== 'completed')
      return { ...facts, state: 'unsold', ending: result.outcome, payments };
    const tickets = result.tickets.map(({ ticketId, object }): [string, string] => [ticketId, object]);
    return { ...facts, state: 'sold', sale: { paymentId: result.paymentId, tickets }, payments };
  }

  async function readLatePayment(workflowId: string, eventId: string): Promise<LatePaymentFacts | undefined> {
    const handle = client.workflow.getHandle<typeof latePayment>(workflowId);
    const run = await unlessUnknown(handle.describe());
    const { orderId, attempt } = run?.memo ?? {};
    if (!run || typeof orderId !== 'string' || typeof attempt !== 'number') return undefined;
    const order = await unlessUnknown(client.workflow.getHandle(checkoutWorkflowId(orderId, 1)).describe());
    if (order?.typedSearchAttributes.get(EVENT_ID) !== eventId) return undefined;

    const isOpen = run.status.name === 'RUNNING' || run.status.name === 'PAUSED';
    const became = run.status.name === 'COMPLETED' ? (await handle.result()).became : undefined;
    const isDecided = became !== undefined && became !== 'attention';
    const wantsPerson = run.typedSearchAttributes.get(NEEDS_ATTENTION) === true;
    const paymentId = workflowId.slice('late/'.length);
    return {
      orderId,
      attempt,
      state: isDecided ? 'decided' : isOpen && !wantsPerson ? 'open' : 'attention',
      payment: await readPayment(paymentId),
    };
  }

  /** A run that nothing can be asked any more answers with nothing; it must not stop the look at all others. */
  async function orNothing<T>(answer: () => Promise<T>): Promise<T | undefined> {
    try {
      return await client.withDeadline(Date.now() + CALL_MS, answer);
    } catch {
      return undefined;
    }
  }

  async function readPayments(payments: readonly { paymentId: string }[]): Promise<PaymentFacts[]> {
    const facts: PaymentFacts[] = [];
    for (const { paymentId } of payments) facts.push(await readPayment(paymentId));
    return facts;
  }

  async function readPayment(paymentId: string): Promise<PaymentFacts> {
    const payment = await provider.lookUp(paymentId, atMost(CALL_MS));
    if (!payment) return { paymentId, state: 'unknown', kept: 0 };
    return { paymentId, state: payment.state, kept: payment.captured - payment.refunded };
  }
}

/** The id stands in a query of Temporal's list. */
function requireEventId(eventId: string): void {
  if (!isPlainId(eventId))
    throw ApplicationFailure.nonRetryable('the event id is not one that TMT can carry');
}

async function unlessUnknown<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
