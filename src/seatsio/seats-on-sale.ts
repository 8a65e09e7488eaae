import { z } from 'zod';
import type { CallLimit } from '../remote-call.ts';
import * as check from './call-checks.ts';
import type { CallSeats } from './call-seats.ts';
import { unreadable } from './seats-failure.ts';

/** What of an event can be sold now. */
export interface SeatsOnSale {
  seats: { label: string; category: string }[];
  areas: { area: string; category: string; free: number }[];
}

export interface SeatsForSale {
  /** In Seats.io's regular lane: ten calls at a time for the whole account. `not_found` for an unknown event. */
  readOnSale(eventId: string, call: CallLimit): Promise<SeatsOnSale>;
}

const object = z.object({
  label: z.string(),
  objectType: z.string().nullish(),
  categoryLabel: z.string(),
  isAvailable: z.boolean(),
  numFree: z.int().min(0).nullish(),
});
const report = z.record(z.string(), z.array(object));

export function createSeatsForSale(callSeats: CallSeats): SeatsForSale {
  return {
    async readOnSale(eventId, limit) {
      const name = 'readOnSale';
      check.requireEventId(eventId, name);
      const answer: unknown = await callSeats(name, limit, ({ eventReports }) =>
        eventReports.byAvailability(eventId, 'available'),
      );
      const groups = report.safeParse(answer).data;
      if (groups === undefined) throw unreadable(name);
      const objects = Object.values(groups)
        .flat()
        .filter(({ isAvailable }) => isAvailable);
      const isArea = ({ objectType }: z.output<typeof object>) => objectType === 'generalAdmission';
      return {
        seats: objects
          .filter((one) => !isArea(one))
          .map(({ label, categoryLabel }) => ({ label, category: categoryLabel })),
        areas: objects.filter(isArea).map(({ label, categoryLabel, numFree }) => ({
          area: label,
          category: categoryLabel,
          free: numFree ?? 0,
        })),
      };
    },
  };
}
