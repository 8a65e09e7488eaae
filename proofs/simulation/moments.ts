import type { Clock } from './clock.ts';
import type { Moment } from './plan.ts';

/** Lets acts wait for a moment: of one order, or of any call. Each comes once, at the first such moment. */
export function createMoments(clock: Clock) {
  const waiting: { orderId: string; moment: Moment; act: () => void }[] = [];
  return {
    at(orderId: string, moment: Moment, act: () => void): void {
      waiting.push({ orderId, moment, act });
    },
    /** @param leadMs how long before the moment this is said, for moments that are known before */
    happened(orderId: string, name: string, leadMs = 0): void {
      for (let index = waiting.length - 1; index >= 0; index--) {
        const one = waiting[index];
        if (one?.moment.on !== name || (orderId !== 'any' && orderId !== one.orderId)) continue;
        waiting.splice(index, 1);
        clock.after(leadMs + one.moment.delayMs, one.act);
      }
    },
  };
}
