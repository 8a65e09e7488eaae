import type { Client } from '@temporalio/client';
import { createAttemptActivities } from '../../src/activities/attempts.ts';
import { createPaymentActivities } from '../../src/activities/payments.ts';
import { createSeatActivities } from '../../src/activities/seats.ts';
import { createTicketActivities } from '../../src/activities/tickets.ts';
import type { SeatsApi } from '../../src/seatsio/seats-api.ts';
import type { PaymentProvider } from '../../src/stripe/payment-provider.ts';
import type { TmtSeller } from '../../src/tmt/order-record.ts';
import type { TmtApi } from '../../src/tmt/tmt-api.ts';
import type { ActivityTable } from './activity-calls.ts';

export const TASK_QUEUE = 'simulation';

/** The remotes as far as a checkout calls them. A call that is not modelled fails, and is noticed. */
export interface Remotes {
  seats: Partial<SeatsApi>;
  provider: Partial<PaymentProvider>;
  tmt: Partial<TmtApi>;
  client: Client;
}

/** The product's own activities, as `createWorkers` puts them together, over the models. */
export function createActivities({ seats, provider, tmt, client }: Remotes): ActivityTable {
  return {
    ...createSeatActivities({ seats: seats as SeatsApi }),
    ...createPaymentActivities({ provider: provider as PaymentProvider }),
    ...createTicketActivities({
      tmt: tmt as TmtApi,
      client,
      taskQueue: TASK_QUEUE,
      mode: 'desk',
      seller: {} as TmtSeller,
    }),
    ...createAttemptActivities({ client, taskQueue: TASK_QUEUE }),
  };
}

/** What a worker would have registered. */
export function activityNames(): Set<string> {
  const none = { seats: {}, provider: {}, tmt: {}, client: {} as Client };
  return new Set(Object.keys(createActivities(none)));
}
