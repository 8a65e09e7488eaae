import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { MovableClock } from './movable-clock.ts';

const move = z.union([
  z.strictObject({ advanceMs: z.number().int() }),
  z.strictObject({ now: z.iso.datetime() }),
]);

/**
 * Admin routes of the stand-in's clock: `GET /clock`, `POST /clock {advanceMs}` or `{now}` (ISO 8601, UTC), each
 * gives `{now}`. What a move has made expire is released before the answer.
 */
export function addClockRoutes(admin: FastifyInstance, clock: MovableClock, onMove: () => void): void {
  const shown = () => ({ now: new Date(clock.now()).toISOString() });

  admin.get('/clock', shown);
  admin.post('/clock', (request) => {
    const wanted = move.parse(request.body);
    if ('now' in wanted) clock.set(Date.parse(wanted.now));
    else clock.advance(wanted.advanceMs);
    onMove();
    return shown();
  });
}
