import { ActivityFailure } from '@temporalio/workflow';
import { objectLabel } from '../checkout/order.ts';
import type { Unavailable } from '../checkout/outcome.ts';
import { HOLD_ROUND_MS, HOLD_WITHIN_MS, leastTokenRestMs, tokenMinutes } from '../checkout/terms.ts';
import type { CheckoutRun } from './checkout-run.ts';
import type { CheckoutSteps } from './checkout-steps.ts';
import type { SeatInCategory, SeatsHeld } from './messages.ts';
import { minutesToExtend, type TokenLife } from './token-life.ts';
import type { UndoList } from './undo.ts';

export interface Held extends SeatsHeld, TokenLife {
  seats: SeatInCategory[];
}

/** The holding of an order's seats: a token, what it holds, and its life. */
export function createSeatHold(run: CheckoutRun, steps: CheckoutSteps, undo: UndoList) {
  const { order, terms, attempt, attemptId } = run;
  const { eventId, seats } = order;
  const noAnswer: Unavailable = {
    outcome: 'unavailable',
    reason: 'no_answer',
    seats: seats.map(objectLabel),
  };
  return { holdSeats, keepToken };

  /** @param chartToken whose seats are taken over; without it the seats have to be free */
  async function holdSeats(chartToken?: string): Promise<Held | Unavailable> {
    const giveUpAt = Date.now() + HOLD_WITHIN_MS;
    try {
      do {
        const { token, endsAt } = await createToken();
        const change = { eventId, seats, token, attemptId, ...(chartToken !== undefined && { chartToken }) };
        const answer = await steps.holdSeats(change);
        if (answer.held) return await promiseSeats(token, endsAt, answer.seats);
        if (answer.reason !== 'uncertain')
          return { outcome: 'unavailable', reason: answer.reason, seats: answer.seats };
        // What a lost call took, or takes yet, ends with its token. Then once more, under another.
        await undo.run();
      } while (giveUpAt - Date.now() > HOLD_ROUND_MS);
      return noAnswer;
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      return noAnswer;
    }
  }

  async function createToken(): Promise<{ token: string; endsAt: number }> {
    const askedAt = Date.now();
    const { token, expiresInSeconds } = await steps.createToken({ minutes: tokenMinutes(terms) });
    undo.add('Expire the token', () => steps.expireToken({ token }));
    return { token, endsAt: askedAt + expiresInSeconds * 1000 };
  }

  /** The promise begins now. Of a token that a slow hold has used up, enough is asked for again. */
  async function promiseSeats(
    token: string,
    endsAt: number,
    held: SeatInCategory[],
  ): Promise<Held | Unavailable> {
    const heldAt = Date.now();
    const hold: Held = {
      ...{ held: true, attempt, token, seats: held, endsAt },
      deadline: new Date(heldAt + terms.holdMs).toISOString(),
      keepUntil: heldAt + terms.maxHoldMs,
    };
    await keepToken(hold, leastTokenRestMs(terms));
    return hold.endsAt - Date.now() < leastTokenRestMs(terms) ? noAnswer : hold;
  }

  /** Extends a token of which less than so much is left; never beyond what the terms allow in all. */
  async function keepToken(hold: Held, leastRestMs: number): Promise<void> {
    const now = Date.now();
    const minutes = minutesToExtend(hold, { now, leastRestMs, terms });
    if (minutes === 0) return;
    try {
      const { expiresInSeconds } = await steps.extendToken({ token: hold.token, minutes });
      // Seats.io may have granted less: its answer counts.
      hold.endsAt = now + expiresInSeconds * 1000;
    } catch (error) {
      // The token is as it was; who needs more of it will be told by Seats.io.
      if (!(error instanceof ActivityFailure)) throw error;
    }
  }
}
