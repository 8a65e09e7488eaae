import type { FastifyRequest } from 'fastify';
import type { OverrideData, WireSeat } from '../seat-functions/wire.ts';
import { callerOf } from './auth/access-control.ts';

/** Labels as charts have them. Any other text may be a name or a token, and is only counted. */
const LABEL = /^[A-Za-z0-9]{1,12}(-[A-Za-z0-9]{1,12}){0,3}$/;

/** Says who frees seats whoever holds them, and why. It is written whatever the level of the log is. */
export function auditOverride(request: FastifyRequest, { event_id, seats, reason }: OverrideData): void {
  const named = seats.filter((seat) => LABEL.test(labelOf(seat)));
  const log = request.log.child({}, { level: 'warn' });
  log.warn(
    {
      audit: 'release_override',
      caller: callerOf(request).name,
      eventId: event_id,
      seats: named,
      ...(named.length < seats.length && { seatsOfOtherForm: seats.length - named.length }),
      reason,
    },
    'an administrator frees seats whoever holds them',
  );
}

function labelOf(seat: WireSeat): string {
  return typeof seat === 'string' ? seat : seat.objectId;
}
