import type { AreaRoom } from './area-rules.ts';
import { NO_CHANNEL } from './channels.ts';
import type { ChartObject } from './chart-objects.ts';
import type { SeatsEvent } from './events.ts';
import { ownMember } from './own-member.ts';
import { ELSEWHERE } from './season-states.ts';
import { refused } from './seat-rules.ts';
import type { StatusChange } from './status-request.ts';
import { BOOKED, FREE, RESALE } from './statuses.ts';

/**
 * Whether a change may touch an object at all: its channel must be among the call's, and it must be for sale
 * unless it is released. What is up for resale is booked, and anything is put up, without the key of its channel.
 */
export function checkAccess(
  { channelOf, forSale }: SeatsEvent,
  object: ChartObject,
  currentStatus: string,
  change: StatusChange,
): void {
  const { label } = object;
  const isResold = currentStatus === RESALE && change.status === BOOKED;
  if (!isResold && !mayUse(channelOf.get(label) ?? NO_CHANNEL, change)) {
    throw refused(label, 'is in a channel that this call has no key of');
  }
  if (change.status !== FREE && !forSale.allows(object)) throw refused(label, 'is not for sale');
}

/** Whether a call may take a free object. */
export function mayTake(event: SeatsEvent, object: ChartObject, access: Access): boolean {
  const { channelOf, forSale } = event;
  return mayUse(channelOf.get(object.label) ?? NO_CHANNEL, access) && forSale.allows(object);
}

/** What decides which channels a call may use. */
export type Access = Pick<StatusChange, 'status' | 'ignoreChannels' | 'channelKeys'>;

/** The part of a general-admission area that a call may touch. */
export function roomOf(event: SeatsEvent, area: ChartObject, access: Access): AreaRoom {
  const { capacity = 0 } = area;
  const { rest, parts } = partitions(event, area);
  const permitted = [rest, ...parts].filter(({ channel }) => mayUse(channel || NO_CHANNEL, access));
  const wanted = access.channelKeys ?? [];
  permitted.sort((a, b) => wanted.indexOf(a.channel || NO_CHANNEL) - wanted.indexOf(b.channel || NO_CHANNEL));
  const known = new Set([ELSEWHERE, ...parts.map(({ channel }) => channel)]);
  return {
    capacity,
    notForSale: event.forSale.placesNotForSale(area),
    permitted,
    // Places outlive the part that their channel had in the area.
    channelOf: ({ channel }) => (known.has(channel) ? channel : rest.channel),
  };
}

/** The places of an area by channel: parts, and the rest, which is in none (`''`) or in the one of the whole area. */
function partitions({ channelOf, settings }: SeatsEvent, { label, capacity = 0 }: ChartObject) {
  const whole = channelOf.get(label);
  if (whole !== undefined) return { rest: { channel: whole, capacity }, parts: [] };
  const parts = (settings.channels ?? []).flatMap(({ key, areaPlaces }) => {
    const places = ownMember(areaPlaces, label) ?? 0;
    return places > 0 ? [{ channel: key, capacity: places }] : [];
  });
  const used = parts.reduce((total, part) => total + part.capacity, 0);
  return { rest: { channel: '', capacity: Math.max(0, capacity - used) }, parts };
}

function mayUse(channel: string, { status, ignoreChannels, channelKeys }: Access): boolean {
  if (ignoreChannels || status === RESALE) return true;
  return channelKeys === undefined ? channel === NO_CHANNEL : channelKeys.includes(channel);
}
