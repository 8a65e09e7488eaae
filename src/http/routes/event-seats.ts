import { z } from 'zod';
import * as input from '../../parse.ts';
import { RemoteError } from '../../remote-error.ts';
import type { App } from '../app.ts';
import { noQuery } from '../no-query.ts';
import { HttpProblem, problemAnswers } from '../problem.ts';
import type { SeatReports } from '../seat-reports.ts';

const onSale = z.object({
  eventId: z.string(),
  readAt: z.iso.datetime().meta({ description: 'Of when it is: up to five seconds old' }),
  seats: z.array(z.object({ label: z.string(), category: z.string() })),
  areas: z.array(z.object({ area: z.string(), category: z.string(), free: z.int() })),
});

export function addEventSeatRoutes(app: App, { readSeats }: { readSeats: SeatReports }): void {
  app.get(
    '/events/:eventId/seats',
    {
      config: { access: ['checkout'] },
      schema: {
        summary: 'Which seats and places of an event can be sold now',
        params: z.object({ eventId: input.eventId }),
        querystring: noQuery,
        response: { 200: onSale, ...problemAnswers() },
      },
    },
    async ({ params: { eventId } }) => {
      try {
        return { eventId, ...(await readSeats(eventId)) };
      } catch (error) {
        const isUnknown = error instanceof RemoteError && error.kind === 'not_found';
        if (isUnknown) throw new HttpProblem('not_found', 'Seats.io has no such event.');
        throw error;
      }
    },
  );
}
