import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { MovableClock } from './movable-clock.ts';

const move = z.union([
  z.strictObject({ advanceMs: z.number().int() }),
  z.strictObject({ now: z.iso.datetime() }),
]);

const outOfRange = { error: 'the clock goes from 1970 to 9999' };
/** Years of four digits, with room at the end for all that lasts for some time. */
const moment = z
  .number()
  .min(0, outOfRange)
  .max(Date.UTC(9999, 11, 1), outOfRange);

/**
 * Admin routes of the stand-in's clock: `GET /clock`, `POST /clock {advanceMs}` or `{now}` (ISO 8601, UTC), each
 * gives `{now}`. What a move has made expire is released before the answer.
 */
export function addClockRoutes(admin: FastifyInstance, clock: MovableClock, onMove: () => void): void {
  const shown = () => ({ now: new Date(clock.now()).toISOString() });

  admin.get('/clock', shown);
  admin.post('/clock', (request) => {
    const wanted = move.parse(request.body);
    const now = clock.now();
    const target = moment.parse('now' in wanted ? Date.parse(wanted.now) : now + wanted.advanceMs);
    clock.advance(target - now);
    onMove();
    return shown();
  });
}
