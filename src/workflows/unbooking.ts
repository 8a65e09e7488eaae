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

  /** @param proven whether we have booked: of places that somebody else may have booked none is given back */
  return async function unbook(proven: boolean): Promise<void> {
    const ours = proven ? seats : seats.filter((seat) => !isArea(seat));
    if (ours.length === 0) return;
    const since = Date.now();
    for (let isSlow = false; ; ) {
      const { token } = await steps.createUnbookToken({ minutes: UNBOOK_TOKEN_MINUTES });
      const { unbooked } = await steps.unbookSeats({ eventId, seats: ours, attemptId, token });
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
      const areas = ours.filter(isArea);
      return areas.length > 0 && (await steps.findUnbooking({ eventId, areas, token, since })).unbooked;
    }
  };
}
