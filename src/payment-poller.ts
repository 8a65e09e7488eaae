import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { parseCheckoutWorkflowId } from './checkout/ids.ts';
import type { Payment, PaymentEvent } from './checkout/payment.ts';
import type { CheckoutClient } from './client.ts';
import type { PaymentProvider } from './stripe/payment-provider.ts';
import type { ProviderPayment } from './stripe/provider-payment.ts';
import { statusQuery } from './workflows/messages.ts';

export interface PaymentPollerSetting {
  client: Client;
  /** The checkouts on it are asked about; a namespace may have others. */
  taskQueue: string;
  /** Of every owner. */
  checkouts: Pick<CheckoutClient, 'recordPayment'>;
  provider: Pick<PaymentProvider, 'lookUp'>;
  log: Logger;
  everyMs: number;
}

const LOOK_UP = { timeoutMs: 5_000 };
const QUERY_WITHIN_MS = 3_000;
const REPORT_WITHIN_MS = 8_000;
/** All pages of it. */
const LIST_WITHIN_MS = 30_000;
const AT_ONCE = 4;

/**
 * Asks the provider about payments whose report may have been lost, so that a buyer who has paid need not wait for
 * the deadline, when the checkout asks by itself. What it learns goes the way of every report.
 */
export function createPaymentPoller(setting: PaymentPollerSetting) {
  const { client, taskQueue, checkouts, provider, log, everyMs } = setting;
  return { poll };

  /** One round over the open checkouts. @returns how many payments it had news of */
  async function poll(now = Date.now()): Promise<number> {
    const due: string[] = [];
    const before = new Date(now - everyMs).toISOString();
    const query =
      `WorkflowType = 'checkout' AND TaskQueue = '${taskQueue}' AND ` +
      `ExecutionStatus = 'Running' AND StartTime <= '${before}'`;
    await client.withDeadline(Date.now() + LIST_WITHIN_MS, async () => {
      for await (const { workflowId, startTime } of client.workflow.list({ query })) {
        if (isDue(now - startTime.getTime(), everyMs)) due.push(workflowId);
      }
    });
    let news = 0;
    for (let from = 0; from < due.length; from += AT_ONCE) {
      const counts = await Promise.all(due.slice(from, from + AT_ONCE).map(askAbout));
      news += counts.reduce((sum, count) => sum + count, 0);
    }
    return news;
  }

  async function askAbout(workflowId: string): Promise<number> {
    const name = parseCheckoutWorkflowId(workflowId);
    if (!name) return 0;
    let news = 0;
    try {
      const { payments } = await client.withDeadline(Date.now() + QUERY_WITHIN_MS, () =>
        client.workflow.getHandle(workflowId).query(statusQuery),
      );
      for (const known of payments.filter(({ state }) => state === 'open' || state === 'pending')) {
        const event = newsOf(known, await provider.lookUp(known.paymentId, LOOK_UP), name.orderId);
        if (!event) continue;
        await client.withDeadline(Date.now() + REPORT_WITHIN_MS, () =>
          checkouts.recordPayment({ ...name, ...event }),
        );
        news += 1;
      }
    } catch (error) {
      // The next round asks again, and the deadline after all.
      log.warn({ workflowId, error: error instanceof Error ? error.name : 'unknown' }, 'not polled');
    }
    return news;
  }
}

/** At the ages of 1, 2, 4, 8, … rounds: each question is a billed query, and most buyers just have not paid. */
export function isDue(ageMs: number, everyMs: number): boolean {
  const rounds = Math.floor(ageMs / everyMs);
  return rounds > 0 && (rounds & (rounds - 1)) === 0;
}

/** What the provider says that is new to the checkout; its id makes the same news of every round one event. */
function newsOf(
  known: Payment,
  payment: ProviderPayment | undefined,
  orderId: string,
): Omit<PaymentEvent, 'orderId'> | undefined {
  if (!payment || (payment.orderId !== undefined && payment.orderId !== orderId)) return undefined;
  const { paymentId, state, money, captured, refunded } = payment;
  const eventOf = (type: PaymentEvent['type'], amount?: number) => ({
    ...{ eventId: `poll/${paymentId}/${type}`, paymentId, type },
    ...(amount !== undefined && { money: { ...money, amount } }),
  });
  if (captured > 0) return refunded < captured ? eventOf('captured', captured - refunded) : undefined;
  if (state === 'authorized') return eventOf('authorized', money.amount);
  if (state === 'canceled') return eventOf('failed');
  return state === 'pending' && known.state !== 'pending' ? eventOf('pending') : undefined;
}

/** Polls now and then until it is stopped; a round that fails is logged, and the next one comes. */
export function startPolling(setting: PaymentPollerSetting): { stop: () => void } {
  const { everyMs, log } = setting;
  const { poll } = createPaymentPoller(setting);
  let timer: NodeJS.Timeout;
  let stopped = false;
  const next = () => {
    timer = setTimeout(round, everyMs).unref();
  };
  const round = () => {
    poll()
      .then((news) => {
        if (news > 0) log.info({ news }, 'the provider was asked about payments');
      })
      .catch((error: unknown) => {
        log.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'payments not polled');
      })
      .finally(() => {
        if (!stopped) next();
      });
  };
  next();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
