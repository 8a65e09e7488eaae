import type { AreaRoom } from './area-rules.ts';
import { NO_CHANNEL } from './channels.ts';
import type { ChartObject } from './chart-objects.ts';
import type { SeatsEvent } from './events.ts';
import { ownMember } from './own-member.ts';
import { refused } from './seat-rules.ts';
import type { StatusChange } from './status-request.ts';
import { BOOKED, FREE, RESALE } from './statuses.ts';

/**
 * Whether a change may touch an object at all: its channel must be among the call's, and it must be for sale
 * unless it is released. What is up for resale is booked without the key of its channel.
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

/** The channels that a call says it may use. */
type Access = Pick<StatusChange, 'ignoreChannels' | 'channelKeys'>;

/** The part of a general-admission area that a change may touch. Throws if it is none. */
export function roomOf(event: SeatsEvent, area: ChartObject, change: Access): AreaRoom {
  const { label, capacity = 0 } = area;
  const permitted = partitions(event, area).filter(({ channel }) => mayUse(channel || NO_CHANNEL, change));
  if (permitted.length === 0) throw refused(label, 'has no places in the channels of this call');
  const wanted = change.channelKeys ?? [];
  permitted.sort((a, b) => wanted.indexOf(a.channel || NO_CHANNEL) - wanted.indexOf(b.channel || NO_CHANNEL));
  return { capacity, notForSale: event.forSale.placesNotForSale(area), permitted };
}

/** The places of an area by channel; `''` for those that are in none. */
function partitions({ channelOf, settings }: SeatsEvent, { label, capacity = 0 }: ChartObject) {
  const whole = channelOf.get(label);
  if (whole !== undefined) return [{ channel: whole, capacity }];
  const parts = (settings.channels ?? []).flatMap(({ key, areaPlaces }) => {
    const places = ownMember(areaPlaces, label) ?? 0;
    return places > 0 ? [{ channel: key, capacity: places }] : [];
  });
  const used = parts.reduce((total, part) => total + part.capacity, 0);
  return [{ channel: '', capacity: Math.max(0, capacity - used) }, ...parts];
}

function mayUse(channel: string, { ignoreChannels, channelKeys }: Access): boolean {
  if (ignoreChannels) return true;
  return channelKeys === undefined ? channel === NO_CHANNEL : channelKeys.includes(channel);
}
