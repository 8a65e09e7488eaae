import { isArea } from '../checkout/order.ts';
import { UNBOOK_TOKEN_MINUTES } from '../checkout/terms.ts';
import type { CheckoutRun } from './checkout-run.ts';
import type { CheckoutSteps } from './checkout-steps.ts';

const SLOW = 'taking the booking back takes long';

/**
 * Takes a booking back under a token of its own, whose end frees it: a call that is late and arrives after
 * that end changes nothing, though others have bought the seats by then. What the token holds also tells that the
 * places of an area were given back, for they have no name.
 */
export function createUnbooking(
  { order, attemptId, terms, askForAttention }: CheckoutRun,
  steps: CheckoutSteps,
) {
  const { eventId, seats } = order;

  /** @param proven whether we have booked. If not, a label that we have booked after all tells of the places, too */
  return async function unbook(proven: boolean): Promise<void> {
    const areas = seats.filter(isArea);
    if (!proven && areas.length === seats.length) return;
    const since = Date.now();
    for (let isSlow = false; ; ) {
      const { token } = await steps.createUnbookToken({ minutes: UNBOOK_TOKEN_MINUTES });
      const { unbooked } = await steps.unbookSeats({ eventId, seats, attemptId, token, proven });
      await steps.expireToken({ token });
      if (unbooked || (await wasUnbooked(token))) {
        if (isSlow) askForAttention(SLOW, true);
        return;
      }
      if (isSlow || Date.now() - since < terms.patienceMs) continue;
      isSlow = true;
      askForAttention(SLOW);
    }

    /** Labels say it themselves in the next round. */
    async function wasUnbooked(token: string): Promise<boolean> {
      return areas.length > 0 && (await steps.findUnbooking({ eventId, areas, token, since })).unbooked;
    }
  };
}
